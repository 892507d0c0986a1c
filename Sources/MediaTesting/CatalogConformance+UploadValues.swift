import MediaCore

extension CatalogConformance {
    static var uploadValues: [Check] {
        [
            Check(description: "every character but U+0000 comes back, byte for byte, in every text of an upload") {
                catalog in
                let odd =
                    String(String.UnicodeScalarView((1...0x2FF).compactMap { Unicode.Scalar(UInt32($0)) }))
                    + "e\u{301}\u{202E}\u{FEFF}\u{FFFE}\u{FFFF}\u{10FFFF}\u{1F468}\u{200D}\u{1F469}\r\n"
                    + #"'; DROP TABLE media.uploads; -- {NULL} "{}" \u0000 \\ %s $1 :x"#
                for (number, text) in [odd, "", " ", "NULL", "null", "{}", "\\N"].enumerated() {
                    var upload = SampleRecords.upload(number, client: text)
                    upload.target = Upload.Target(
                        collection: text,
                        name: text,
                        filename: text,
                        filetype: text,
                        replace: false
                    )
                    upload.metadata = text
                    upload.concatenation = text
                    upload.owner = text
                    upload.problem = Upload.Problem(code: text, message: text, details: [text: [text, ""]])
                    try await catalog.create(upload, within: SampleRecords.ampleQuota)
                    let found = try await catalog.upload(id: upload.id)
                    try expectEqual(found, upload)
                    // By bytes too: to Swift two spellings of a letter are one.
                    for (name, path) in Self.texts {
                        try expectEqual(found?[keyPath: path].map { Array($0.utf8) }, Array(text.utf8))
                        try expectEqual(found?[keyPath: path], text, "\(name)")
                    }
                }
            },
            Check(description: "U+0000 in a text is invalid_request, and nothing is written") { catalog in
                let upload = SampleRecords.upload(1)
                for (name, path) in Self.texts {
                    var odd = upload
                    odd[keyPath: path] = "a\0b"
                    let refused = odd
                    try await expect(.invalidRequest, "\(name)") { () async throws(MediaError) in
                        try await catalog.create(refused, within: SampleRecords.ampleQuota)
                    }
                }
                try expectEqual(try await catalog.upload(id: upload.id), nil)
                try await catalog.create(upload, within: SampleRecords.ampleQuota)
                var renamed = upload
                renamed.target.filename = "\0"
                let refused = renamed
                try await expect(.invalidRequest) { () async throws(MediaError) in
                    _ = try await catalog.update(refused, from: [.receiving])
                }
                try expectEqual(try await catalog.upload(id: upload.id), upload)
            },
            Check(description: "U+0000 in a problem does not keep the upload from failing") { catalog in
                var upload = SampleRecords.upload(1, state: .processing)
                try await catalog.create(upload, within: SampleRecords.ampleQuota)
                upload.state = .failed
                let error = MediaError(.fileDamaged, "a\0b \\u0000", details: ["k\0": ["\0", "v"]])
                upload.problem = Upload.Problem(error)
                try expect(try await catalog.update(upload, from: [.processing]), "updated")
                let found = try await catalog.upload(id: upload.id)
                try expectEqual(found?.state, .failed)
                try expectEqual(found?.problem?.code, "file_damaged")
                try expectEqual(found?.problem?.message.hasSuffix("b \\u0000"), true)
                try expectEqual(found?.problem?.details.values.first?.texts.last, "v")
            },
            Check(description: "huge values come back: lengths, texts, thousands of parts, far times") { catalog in
                let long = String(repeating: "0123456789abcdeф", count: 60_000)
                let parts = (0..<5000).map { SampleRecords.uploadID(10_000 - $0 % 4999) }
                var upload = SampleRecords.completeUpload(1, kind: .final(parts: parts))
                upload.length = ByteCount(bytes: .max)
                upload.reserved = ByteCount(bytes: .max)
                for (_, path) in Self.texts { upload[keyPath: path] = long }
                upload.problem?.message = long
                upload.createdAt = Timestamp(microseconds: -1)
                upload.updatedAt = Timestamp(microseconds: 0)
                upload.expiresAt = Timestamp(microseconds: 253_402_300_799_999_999)
                try await catalog.create(upload, within: SampleRecords.ampleQuota)
                try expectEqual(try await catalog.upload(id: upload.id), upload)
                try expectEqual(try await catalog.reservedBytes(), ByteCount(bytes: .max))
                // More than fits into the sum.
                upload.id = SampleRecords.uploadID(2)
                upload.reserved = ByteCount(bytes: 0)
                try await catalog.create(upload, within: SampleRecords.ampleQuota)
                upload.reserved = ByteCount(bytes: .max)
                try expect(try await catalog.update(upload, from: [.failed]), "updated")
                try expectEqual(try await catalog.reservedBytes(), ByteCount(bytes: .max))
                let small = SampleRecords.upload(3, length: 1)
                try await expect(.stagingQuota) { () async throws(MediaError) in
                    try await catalog.create(small, within: SampleRecords.ampleQuota)
                }
            },
        ]
    }

    /// The texts that come from a client.
    private static var texts: [(String, WritableKeyPath<Upload, String?>)] {
        [
            ("collection", \.target.collection), ("name", \.target.name), ("filename", \.target.filename),
            ("filetype", \.target.filetype), ("metadata", \.metadata), ("concatenation", \.concatenation),
            ("client", \.optionalClient), ("owner", \.owner),
        ]
    }
}

extension Upload {
    /// The client, to be treated like the other texts.
    fileprivate var optionalClient: String? {
        get { self.client }
        set { self.client = newValue ?? "" }
    }
}
