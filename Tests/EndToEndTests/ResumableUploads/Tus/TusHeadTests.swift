import MediaTesting
import Testing

/// Checklist A3: HEAD.
@Suite("tus: HEAD", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct TusHeadTests {
    @Test("A3.13-15: tells offset and length, at 0, on the way and at the end, and is not to be stored")
    func offsetAndLength() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1000)
        let upload = try await daemon.createUpload(1000)
        for offset in [0, 400, 1000] {
            if offset > 0 {
                let start = offset == 400 ? 0 : 400
                try await daemon.append(bytes[start..<offset], to: upload, at: start)
            }
            let answer = try await daemon.head(upload)
            #expect(answer.status == 200)
            #expect(answer["Upload-Offset"] == "\(offset)")
            #expect(answer["Upload-Length"] == "1000")
            #expect(answer["Upload-Defer-Length"] == nil)
            #expect(answer["Cache-Control"]?.contains("no-store") == true)
        }
        try await daemon.expectPublished(upload, bytes)
        let after = try await daemon.head(upload)
        #expect(after["Upload-Offset"] == "1000", "A3.13: of a finished one, too")
    }

    @Test("A3.14, A5.41: says that the length is not known yet")
    func deferred() async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(nil)
        let answer = try await daemon.head(upload)
        #expect(answer["Upload-Defer-Length"] == "1")
        #expect(answer["Upload-Length"] == nil)
        #expect(answer["Upload-Offset"] == "0")
    }

    @Test(
        "A3.16: echoes the metadata as it was sent: order, bare keys, empty values",
        arguments: [
            "zeta YQ==,alpha Yg==,collection ZG9jdW1lbnRz", "is_confidential,collection ZG9jdW1lbnRz",
            "collection ZG9jdW1lbnRz,empty ,bare,filename w6R5LnR4dA==", "a ,collection ZG9jdW1lbnRz,b ",
        ]
    )
    func metadata(value: String) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(10, ("Upload-Metadata", value))
        let sent = value.hasSuffix(" ") ? String(value.dropLast()) : value
        let echoed = try await daemon.head(upload)["Upload-Metadata"]
        #expect(echoed == sent || echoed == value)
    }

    @Test("A3.16: without metadata there is none")
    func noMetadata() async throws {
        let daemon = try Daemon.current()
        // A part of a concatenation is the only upload that needs none: the whole says where it goes.
        let fields = [("Upload-Length", "10"), ("Upload-Concat", "partial")]
        let answer = try await daemon.tus("POST", "/api/uploads", fields, body: [])
        #expect(answer.status == 201, "\(answer.text)")
        let upload = try UploadAddress(location: answer["Location"], of: daemon)
        #expect(try await daemon.head(upload)["Upload-Metadata"] == nil)
    }

    @Test("A3.18: an upload that is not there, or not any more, has no offset")
    func gone() async throws {
        let daemon = try Daemon.current()
        let deleted = try await daemon.createUpload(10)
        #expect(try await daemon.tus("DELETE", deleted.path).status == 204)
        for (path, status) in [
            (UploadAddress.unknown.path, 404), (deleted.path, 410),
            ("/api/uploads/\(deleted.id.uppercased())", 404), (deleted.path + "0", 404),
            ("/api/uploads/..%2f..%2fetc", 404), ("/api/uploads/%00", 404),
        ] {
            let answer = try await daemon.request("HEAD", path, [Tus.version])
            #expect(answer.status == status, "\(path)")
            #expect(answer["Upload-Offset"] == nil, "\(path)")
            #expect(answer["Upload-Length"] == nil, "\(path)")
        }
    }

    @Test("A3.20: what HEAD tells is taken at that offset, over and over")
    func truth() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(200_000)
        let upload = try await daemon.createUpload(bytes.count)
        var offset = 0
        for size in [1, 70_000, 4096, 3, 65_536] {
            let probe = try await daemon.stall(
                upload,
                at: offset,
                length: bytes.count - offset,
                sending: bytes[offset..<offset + size]
            )
            probe.reset()
            offset = try await daemon.offset(of: upload)
        }
        try await daemon.append(bytes[offset...], to: upload, at: offset)
        try await daemon.expectPublished(upload, bytes)
    }

    @Test("A3.21: has no content, and the connection goes on")
    func noContent() async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(10)
        let probe = try await daemon.connect()
        for _ in 0..<3 {
            let answer = try await probe.request("HEAD", upload.path, [Tus.version])
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
        }
    }
}
