import MediaCore

extension CatalogConformance {
    static var uploadQuotas: [Check] {
        [
            Check(description: "a client may have as many open uploads as the quota says, and no more") { catalog in
                let quota = Self.quota(uploads: 3)
                for (number, state) in [Upload.State.receiving, .processing, .failed].enumerated() {
                    try await catalog.create(SampleRecords.upload(number, state: state), within: quota)
                }
                let fourth = SampleRecords.upload(4)
                let error = try await Self.refusal(of: fourth, by: catalog, within: quota)
                try expectEqual(error.code, .tooManyUploads)
                try expectEqual(error.details, ["open": 3, "allowed": 3])
                try expect(error.message.contains("3"), "says how many")
                try expectEqual(try await catalog.upload(id: fourth.id), nil)
                for (index, client) in ["192.0.2.10", "192.0.2.", "192.0.2.1 ", "", "%"].enumerated() {
                    try await catalog.create(SampleRecords.upload(10 + index, client: client), within: quota)
                }
                try await catalog.create(fourth, within: Self.quota(uploads: 4))
            },
            Check(description: "an upload that ends makes room; one that fails or is processed does not") { catalog in
                let quota = Self.quota(uploads: 1, bytes: 1000)
                var upload = SampleRecords.upload(0)
                try await catalog.create(upload, within: quota)
                for (index, state) in [Upload.State.complete, .terminated, .expired].enumerated() {
                    for open in [Upload.State.processing, .failed, .receiving] {
                        upload.state = open
                        try expect(try await catalog.update(upload, from: Upload.State.open), "updated")
                        let refused = try await Self.refusal(of: SampleRecords.upload(90), by: catalog, within: quota)
                        try expectEqual(refused.code, .tooManyUploads)
                        try expectEqual(try await catalog.reservedBytes(), ByteCount(bytes: 1000))
                    }
                    upload.state = state
                    try expect(try await catalog.update(upload, from: Upload.State.open), "ended")
                    try expectEqual(try await catalog.reservedBytes(), ByteCount(bytes: 0))
                    upload = SampleRecords.upload(index + 1)
                    try await catalog.create(upload, within: quota)
                }
            },
            Check(description: "clients are told apart by every byte") { catalog in
                let quota = Self.quota(uploads: 1)
                let clients = ["app", "App", "app ", "\u{E9}", "e\u{301}", "::1", "0:0:0:0:0:0:0:1"]
                for (number, client) in clients.enumerated() {
                    try await catalog.create(SampleRecords.upload(number, client: client), within: quota)
                    let again = SampleRecords.upload(100 + number, client: client)
                    try expectEqual(try await Self.refusal(of: again, by: catalog, within: quota).code, .tooManyUploads)
                }
            },
            Check(description: "the staging quota is met to the byte") { catalog in
                let quota = Self.quota(bytes: 2000)
                try await catalog.create(SampleRecords.upload(1, length: 999), within: quota)
                let tooLong = SampleRecords.upload(2, length: 1002, client: "192.0.2.2")
                let error = try await Self.refusal(of: tooLong, by: catalog, within: quota)
                try expectEqual(error.code, .stagingQuota)
                try expectEqual(error.details, ["reserved": 999, "needed": 1002, "allowed": 2000])
                try expectEqual(try await catalog.upload(id: tooLong.id), nil)
                try await catalog.create(SampleRecords.upload(3, length: 1001, client: "192.0.2.3"), within: quota)
                try expectEqual(try await catalog.reservedBytes(), ByteCount(bytes: 2000))
                try await catalog.create(SampleRecords.upload(4, length: 0), within: quota)
                try await catalog.create(SampleRecords.upload(5, length: nil), within: quota)
                let one = try await Self.refusal(of: SampleRecords.upload(6, length: 1), by: catalog, within: quota)
                try expectEqual(one.code, .stagingQuota)
            },
            Check(description: "what has come of an unknown length counts once it is written down") { catalog in
                let quota = Self.quota(bytes: 2000)
                var deferred = SampleRecords.upload(1, length: nil)
                try await catalog.create(deferred, within: quota)
                try expectEqual(try await catalog.reservedBytes(), ByteCount(bytes: 0))
                deferred.reserved = ByteCount(bytes: 1500)
                try expect(try await catalog.update(deferred, from: [.receiving]), "updated")
                let large = SampleRecords.upload(2, length: 501)
                let refused = try await Self.refusal(of: large, by: catalog, within: quota)
                try expectEqual(refused.code, .stagingQuota)
                try await catalog.create(SampleRecords.upload(3, length: 500), within: quota)
                deferred.reserved = ByteCount(bytes: 5000)
                try expect(try await catalog.update(deferred, from: [.receiving]), "updated beyond the quota")
                let empty = try await Self.refusal(of: SampleRecords.upload(4, length: 0), by: catalog, within: quota)
                try expectEqual(empty.code, .stagingQuota)
            },
            Check(description: "too many comes before too large; quotas of nothing allow nothing") { catalog in
                let none = UploadQuota(maximumOpenPerClient: 0, maximumStagingSize: ByteCount(bytes: 0))
                let upload = SampleRecords.upload(1)
                try expectEqual(try await Self.refusal(of: upload, by: catalog, within: none).code, .tooManyUploads)
                let noBytes = Self.quota(bytes: 0)
                try expectEqual(try await Self.refusal(of: upload, by: catalog, within: noBytes).code, .stagingQuota)
                try await catalog.create(SampleRecords.upload(2, length: 0), within: noBytes)
            },
        ]
    }

    static func quota(uploads: Int = 1_000_000, bytes: Int64 = .max) -> UploadQuota {
        UploadQuota(maximumOpenPerClient: uploads, maximumStagingSize: ByteCount(bytes: bytes))
    }

    private static func refusal(
        of upload: Upload,
        by catalog: any UploadCatalog,
        within quota: UploadQuota
    ) async throws(Failure) -> MediaError {
        do {
            try await catalog.create(upload, within: quota)
        } catch {
            return error
        }
        throw Failure(description: "upload \(upload.id) was taken")
    }
}
