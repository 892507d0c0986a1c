import MediaTesting
import Testing

/// Checklist A6, and A5's deferred length.
@Suite(
    "tus: POST with bytes, and lengths that come later",
    .daemon(configuration: Configurations.uploads),
    .timeLimit(.minutes(3))
)
struct TusCreationWithUploadTests {
    @Test("A6.47-48: the bytes count: all of them, or some", arguments: [1000, 400, 0])
    func withBytes(count: Int) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1000)
        let fields = [("Upload-Length", "1000"), Tus.octets, Tus.document()]
        let answer = try await daemon.tus("POST", "/api/uploads", fields, body: Array(bytes.prefix(count)))
        #expect(answer.status == 201, "\(answer.text)")
        #expect(answer["Upload-Offset"] == "\(count)")
        let upload = try UploadAddress(location: answer["Location"], of: daemon)
        #expect(try await daemon.offset(of: upload) == count)
        if count < 1000 { try await daemon.append(bytes[count...], to: upload, at: count) }
        try await daemon.expectPublished(upload, bytes)
    }

    @Test("A6.48: more bytes than the length answer 413")
    func tooLong() async throws {
        let daemon = try Daemon.current()
        let fields = [("Upload-Length", "10"), Tus.octets, Tus.document()]
        let answer = try await daemon.tus("POST", "/api/uploads", fields, body: Samples.document(11))
        try answer.expectProblem(413, "upload_too_long")
    }

    @Test("A6.48: a wrong checksum answers 460 and keeps none of them")
    func wrongChecksum() async throws {
        let daemon = try Daemon.current()
        let wrong = ("Upload-Checksum", "sha1 \(Tus.base64([UInt8](repeating: 7, count: 20)))")
        let fields = [("Upload-Length", "10"), Tus.octets, Tus.document(), wrong]
        let answer = try await daemon.tus("POST", "/api/uploads", fields, body: Samples.document(10))
        #expect(answer.status == 460, "\(answer.text)")
        // A6.50: an upload that was made is told of, in a refusal too.
        if let location = answer["Location"] {
            let upload = try UploadAddress(location: location, of: daemon)
            #expect(try await daemon.offset(of: upload) == 0)
        }
    }

    @Test("A6.49: 100 Continue comes after everything in the head was found right, and not before")
    func expectation() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(500)
        let expects = [("Expect", "100-continue"), ("Content-Length", "500"), Tus.version, Tus.octets]
        for (fields, status) in [
            ([("Upload-Length", "500"), ("Upload-Metadata", "a !")], 400), ([("Upload-Length", "\(Int.max)")], 413),
            ([("Upload-Length", "500"), Tus.metadata([("collection", "nowhere")])], 400),
        ] {
            let probe = try await daemon.connect()
            try await probe.send("POST", "/api/uploads", expects + fields)
            #expect(try await probe.receiveAnyHead().status == status, "\(fields)")
        }
        let probe = try await daemon.connect()
        try await probe.send("POST", "/api/uploads", expects + [("Upload-Length", "500"), Tus.document()])
        #expect(try await probe.receiveAnyHead().status == 100)
        try await probe.send(bytes)
        let answer = try await probe.receive(to: "POST")
        #expect(answer["Upload-Offset"] == "500")
        try await daemon.expectPublished(try UploadAddress(location: answer["Location"], of: daemon), bytes)
    }

    @Test("A6.50: the bytes of a request that broke off are kept for whoever knows the address")
    func broken() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100_000)
        let before = daemon.site.uploadsInStaging
        let probe = try await daemon.connect()
        let fields = [Tus.version, Tus.octets, ("Upload-Length", "100000"), Tus.document()]
        try await probe.send("POST", "/api/uploads", fields + [("Content-Length", "100000")])
        try await probe.send(Array(bytes.prefix(30_000)))
        var made: Set<String> = []
        _ = try await eventually {
            made = daemon.site.uploadsInStaging.subtracting(before)
            return !made.isEmpty
        }
        probe.finishSending()
        // Other tests make uploads at the same time; one of the new ones has these bytes.
        let isKept = try await eventually {
            for id in daemon.site.uploadsInStaging.subtracting(before) {
                let answer = try await daemon.request("GET", "/api/uploads/\(id)")
                // A folder may be there a moment before the upload is known.
                guard answer.status == 200 else { continue }
                let report = try UploadReport(answer)
                if report.offset == 30_000, report.length == 100_000 { return true }
            }
            return false
        }
        #expect(isKept)
    }

    @Test("A5.41: the length comes with the first, a middle or the last request", arguments: [0, 500, 1000])
    func deferredLength(at offset: Int) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1000)
        let upload = try await daemon.createUpload(nil)
        if offset > 0 { try await daemon.append(bytes.prefix(offset), to: upload, at: 0) }
        #expect(try await daemon.head(upload)["Upload-Length"] == nil)
        try await daemon.append(bytes[offset...], to: upload, at: offset, [("Upload-Length", "1000")])
        let head = try await daemon.head(upload)
        #expect(head["Upload-Length"] == "1000")
        #expect(head["Upload-Defer-Length"] == nil)
        try await daemon.expectPublished(upload, bytes)
    }

    @Test("A5.41: a length that contradicts what is known answers 400 and changes nothing")
    func wrongLength() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100)
        let upload = try await daemon.createUpload(nil)
        try await daemon.append(bytes.prefix(50), to: upload, at: 0)
        for length in ["49", "0", "-1", "x"] {
            let answer = try await daemon.patch(upload, at: 50, [], [("Upload-Length", length)])
            #expect(answer.status == 400, "\(length): \(answer.text)")
        }
        try await daemon.append([], to: upload, at: 50, [("Upload-Length", "100")])
        try await daemon.patch(upload, at: 50, [1], [("Upload-Length", "99")]).expectProblem(400, "length_mismatch")
        try await daemon.append(bytes.dropFirst(50), to: upload, at: 50, [("Upload-Length", "100")])
        try await daemon.expectPublished(upload, bytes)
        let huge = try await daemon.createUpload(nil)
        let answer = try await daemon.patch(huge, at: 0, [], [("Upload-Length", "\(Int.max)")])
        #expect(answer.status == 413, "\(answer.text)")
    }

    @Test("A5.42: a deferred upload is held to what the collection takes while it streams")
    func deferredLimit() async throws {
        let daemon = try Daemon.current()
        let limit = 4 << 20
        let upload = try await daemon.createUpload(nil, Tus.metadata([("collection", "posters")]))
        let probe = try await daemon.connect()
        try await probe.send("PATCH", upload.path, Tus.patch(at: 0) + [("Transfer-Encoding", "chunked")])
        let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x61, count: 65_536) + [13, 10]
        for _ in 0..<1024 {
            // The daemon may close as soon as it has answered.
            do { try await probe.send(chunk) } catch { break }
        }
        #expect(try await probe.receive(to: "PATCH").status == 413)
        #expect(try await daemon.report(on: upload).offset <= limit)
    }
}
