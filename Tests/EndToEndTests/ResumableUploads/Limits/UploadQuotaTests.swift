import MediaTesting
import Testing

/// Quotas and the most at once.
@Suite(
    "Resumable uploads: how many",
    .daemon(configuration: Configurations.uploads("maximumOpenPerClient: 3\nmaximumTransfers: 2")),
    .serialized,
    .timeLimit(.minutes(3))
)
struct UploadQuotaTests {
    @Test("A3.19: a client at its limit still learns its offsets")
    func headAtTheLimit() async throws {
        let daemon = try Daemon.current()
        let client = ("X-Forwarded-For", "203.0.113.19")
        var uploads: [UploadAddress] = []
        for _ in 0..<3 { uploads.append(try await daemon.createUpload(100, Tus.document(), [client])) }
        let fields = [("Upload-Length", "100"), Tus.document(), client]
        #expect(try await daemon.tus("POST", "/api/uploads", fields, body: []).status == 429)
        for upload in uploads {
            let head = try await daemon.tus("HEAD", upload.path, [client])
            #expect(head.status == 200)
            #expect(head["Upload-Offset"] == "0")
            #expect(try await daemon.tus("DELETE", upload.path, [client]).status == 204)
        }
    }

    @Test("more open uploads than a client may have answer 429, in both protocols; an ended one makes room")
    func openUploads() async throws {
        let daemon = try Daemon.current()
        var uploads: [UploadAddress] = []
        for _ in 0..<3 { uploads.append(try await daemon.createUpload(100)) }
        let fields = [("Upload-Length", "100"), Tus.document()]
        let refused = try await daemon.tus("POST", "/api/uploads", fields, body: [])
        let problem = try refused.expectProblem(429, "too_many_uploads")
        #expect(problem["detail"]?.string?.contains("3") == true)
        #expect(refused["Location"] == nil)
        let target = DaemonProcess.documentTarget()
        let http = try await daemon.exchange("POST", target, Interop.current.creation(false), body: [1])
        try http.expectProblem(429, "too_many_uploads")
        // A file in one plain request is no open upload.
        #expect(try await daemon.upload(Samples.document(50), "collection=documents").status == 201)
        // Ended, or finished: there is room again.
        #expect(try await daemon.tus("DELETE", uploads[0].path).status == 204)
        uploads[0] = try await daemon.createUpload(100)
        let bytes = Samples.document(100)
        try await daemon.append(bytes, to: uploads[1], at: 0)
        try await daemon.expectPublished(uploads[1], bytes)
        uploads[1] = try await daemon.createUpload(100)
        // Another client, as the trusted proxy on this machine tells, has a count of its own.
        let others = try await daemon.tus(
            "POST",
            "/api/uploads",
            fields + [("X-Forwarded-For", "203.0.113.9")],
            body: []
        )
        #expect(others.status == 201, "\(others.text)")
        for path in try uploads.map(\.path) + [UploadAddress(location: others["Location"], of: daemon).path] {
            #expect(try await daemon.tus("DELETE", path).status == 204)
        }
    }

    @Test("exactly as many as are allowed are granted when all ask at once")
    func race() async throws {
        let daemon = try Daemon.current()
        let answers = try await withThrowingTaskGroup(of: ProbeResponse.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    let fields = [("Upload-Length", "100"), Tus.document(), ("X-Forwarded-For", "203.0.113.77")]
                    return try await daemon.tus("POST", "/api/uploads", fields, body: [])
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 201 }.count == 3, "\(answers.map(\.status))")
        #expect(answers.filter { $0.status == 429 }.count == 9, "\(answers.map(\.status))")
        for answer in answers where answer.status == 201 {
            let upload = try UploadAddress(location: answer["Location"], of: daemon)
            #expect(try await daemon.tus("DELETE", upload.path).status == 204)
        }
    }

    @Test("more requests that send at once than allowed are refused for the moment, and change nothing")
    func transfers() async throws {
        let daemon = try Daemon.current()
        var stalled: [HTTPProbe] = []
        var uploads: [UploadAddress] = []
        for _ in 0..<3 { uploads.append(try await daemon.createUpload(1000)) }
        for upload in uploads.prefix(2) {
            stalled.append(try await daemon.stall(upload, length: 1000, sending: [1, 2, 3]))
        }
        let refused = try await daemon.patch(uploads[2], at: 0, Samples.document(1000))
        #expect(refused.status == 503 || refused.status == 429, "\(refused.status) \(refused.text)")
        #expect(refused["Retry-After"] != nil)
        #expect(try await daemon.offset(of: uploads[2]) == 0)
        #expect(try await daemon.report(on: uploads[0]).state == "receiving")
        stalled[0].reset()
        let bytes = Samples.document(1000)
        let isTaken = try await eventually { try await daemon.patch(uploads[2], at: 0, bytes).status == 204 }
        #expect(isTaken)
        try await daemon.expectPublished(uploads[2], bytes)
        for upload in uploads.prefix(2) { #expect(try await daemon.tus("DELETE", upload.path).status == 204) }
        #expect(stalled.count == 2)
    }
}

@Suite(
    "Resumable uploads: how much",
    .daemon(configuration: Configurations.uploads("maximumStagingSize: 1MiB")),
    .serialized,
    .timeLimit(.minutes(3))
)
struct UploadStagingTests {
    @Test("more bytes announced than the staging area may hold answer 507, and create nothing")
    func announced() async throws {
        let daemon = try Daemon.current()
        let first = try await daemon.createUpload(700_000)
        for (length, status) in [(400_000, 507), (300_000, 201)] {
            let answer = try await daemon.tus(
                "POST",
                "/api/uploads",
                [("Upload-Length", "\(length)"), Tus.document()],
                body: []
            )
            #expect(answer.status == status, "\(answer.text)")
            if status == 507 {
                try answer.expectProblem(507, "staging_quota")
                #expect(answer["Location"] == nil)
            } else {
                let upload = try UploadAddress(location: answer["Location"], of: daemon)
                #expect(try await daemon.tus("DELETE", upload.path).status == 204)
            }
        }
        #expect(try await daemon.tus("DELETE", first.path).status == 204)
        let again = try await daemon.createUpload(1_000_000)
        #expect(try await daemon.tus("DELETE", again.path).status == 204)
    }

    @Test("more bytes than that in an upload of unknown length end the request with 507; what fits is kept")
    func unannounced() async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(nil)
        let probe = try await daemon.connect()
        try await probe.send("PATCH", upload.path, Tus.patch(at: 0) + [("Transfer-Encoding", "chunked")])
        let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x61, count: 65_536) + [13, 10]
        for _ in 0..<64 {
            // The daemon may close as soon as it has answered.
            do { try await probe.send(chunk) } catch { break }
        }
        try await probe.receive(to: "PATCH").expectProblem(507, "staging_quota")
        let offset = try await daemon.offset(of: upload)
        #expect((0...(1 << 20)).contains(offset), "\(offset)")
        #expect(try await daemon.tus("DELETE", upload.path).status == 204)
    }
}

@Suite(
    "Resumable uploads: whose",
    .daemon(configuration: Configurations.uploads("", http: "clientField: X-Client")),
    .timeLimit(.minutes(3))
)
struct UploadOwnerTests {
    @Test("A10.65: an upload of a named client answers 404 to everybody else, and is no part of theirs")
    func others() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100)
        let owner = ("X-Client", "alice")
        let upload = try await daemon.createUpload(100, ("Upload-Concat", "partial"), [owner])
        try await daemon.append(bytes, to: upload, at: 0, [owner])
        for fields in [[("X-Client", "bob")], []] {
            #expect(try await daemon.tus("HEAD", upload.path, fields).status == 404)
            #expect(try await daemon.patch(upload, at: 100, [], fields).status == 404)
            #expect(try await daemon.request("GET", upload.path, fields).status == 404)
            #expect(try await daemon.tus("DELETE", upload.path, fields).status == 404)
            let final = [("Upload-Concat", "final;\(upload.path)"), Tus.document()] + fields
            try await daemon.tus("POST", "/api/uploads", final, body: []).expectProblem(400, "unusable_part")
        }
        #expect(try await daemon.tus("HEAD", upload.path, [owner]).status == 200)
        let final = [("Upload-Concat", "final;\(upload.path)"), Tus.document(), owner]
        #expect(try await daemon.tus("POST", "/api/uploads", final, body: []).status == 201)
    }
}
