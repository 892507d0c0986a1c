import MediaTesting
import Testing

/// Checklist A1 and A2: what holds for every request of tus 1.0.
@Suite("tus: every request", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct TusProtocolTests {
    @Test("A1.1: every answer names the version, refusals too")
    func version() async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(10)
        let unknown = UploadAddress.unknown
        // The field itself is checked in `tus`.
        let requests: [(String, String, [(String, String)], Int)] = [
            ("HEAD", upload.path, [], 200), ("HEAD", unknown.path, [], 404), ("GET", upload.path, [], 200),
            ("PATCH", upload.path, [Tus.octets, ("Upload-Offset", "0")], 204),
            ("PATCH", upload.path, [Tus.octets, ("Upload-Offset", "5")], 409),
            ("PATCH", upload.path, [("Upload-Offset", "0")], 415), ("PATCH", upload.path, [Tus.octets], 400),
            ("PATCH", unknown.path, [Tus.octets, ("Upload-Offset", "0")], 404), ("DELETE", unknown.path, [], 404),
            ("POST", "/api/uploads", [], 400), ("POST", "/api/uploads", [("Upload-Length", "\(Int.max)")], 413),
            ("PUT", upload.path, [], 405), ("HEAD", "/api/uploads/nonsense", [], 404), ("DELETE", upload.path, [], 204),
            ("HEAD", upload.path, [], 410), ("PATCH", upload.path, [Tus.octets, ("Upload-Offset", "0")], 410),
        ]
        for (method, path, fields, status) in requests {
            let body: [UInt8]? = method == "PATCH" || method == "POST" ? [] : nil
            let answer = try await daemon.tus(method, path, fields, body: body)
            #expect(answer.status == status, "\(method) \(path) \(fields) \(answer.text)")
        }
    }

    @Test(
        "A1.2: another version than 1.0.0, or none, answers 412 with the versions spoken, and does nothing",
        arguments: [nil, "", "0.2.2", "1.0.1", "1.0", "2.0.0", "1.0.0, 1.0.0", "1.0.0,0.2.2", "one"]
    )
    func otherVersion(version: String?) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(10)
        let fields = version.map { [("Tus-Resumable", $0)] } ?? []
        let requests: [(String, String, [(String, String)])] = [
            ("POST", "/api/uploads", [("Upload-Length", "10"), Tus.document()]), ("HEAD", upload.path, []),
            ("PATCH", upload.path, [Tus.octets, ("Upload-Offset", "0")]), ("DELETE", upload.path, []),
        ]
        for (method, path, others) in requests {
            let body = method == "PATCH" ? Array("0123456789".utf8) : method == "POST" ? [] : nil
            let answer = try await daemon.request(method, path, fields + others, body: body)
            if method == "HEAD" {
                #expect(answer.status == 412)
            } else {
                try answer.expectProblem(412, "unsupported_version", "\(method)")
            }
            #expect(answer["Tus-Version"] == "1.0.0", "\(method)")
            #expect(answer["Location"] == nil)
            #expect(answer["Upload-Offset"] == nil)
        }
        #expect(daemon.site.uploadsInStaging.contains(upload.id))
        #expect(try await daemon.offset(of: upload) == 0)
    }

    @Test("A1.3: GET needs no version")
    func plainGet() async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(10)
        let report = try await daemon.report(on: upload)
        #expect(report.state == "receiving")
        #expect(report.offset == 0)
        #expect(report.length == 10)
        #expect(report.file == nil)
    }

    @Test("A1.4: X-HTTP-Method-Override names the method, whatever the real one is", arguments: ["POST", "GET", "PUT"])
    func methodOverride(real: String) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(30)
        let upload = try await daemon.createUpload(30)
        func override(
            _ method: String,
            _ fields: [(String, String)] = [],
            _ body: [UInt8]
        ) async throws -> ProbeResponse {
            // The answer is framed for the method that the server takes it for; a HEAD has no content.
            let probe = try await daemon.connect()
            let all = [Tus.version, ("X-HTTP-Method-Override", method), ("Connection", "close")] + fields
            try await probe.send(real, upload.path, all, body: body)
            return try await probe.receive(to: method)
        }
        let patch = try await override("PATCH", [Tus.octets, ("Upload-Offset", "0")], Array(bytes.prefix(10)))
        #expect(patch.status == 204, "\(patch.text)")
        #expect(patch["Upload-Offset"] == "10")
        let head = try await override("HEAD", [], [])
        #expect(head.status == 200)
        #expect(head["Upload-Offset"] == "10")
        #expect(head["Upload-Length"] == "30")
        let deletion = try await override("DELETE", [], [])
        #expect(deletion.status == 204)
        #expect(try await daemon.head(upload).status == 410)
    }

    @Test("A1.4: the override is obeyed before everything else: no way around the rules of the method")
    func overrideIsNoBypass() async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(10)
        // A GET would need no version; what it stands for does.
        let fields = [("X-HTTP-Method-Override", "DELETE")]
        try await daemon.request("GET", upload.path, fields).expectProblem(412, "unsupported_version")
        #expect(try await daemon.head(upload).status == 200)
        // A real DELETE that says it is a HEAD is one.
        let answer = try await daemon.tus("DELETE", upload.path, [("X-HTTP-Method-Override", "GET")])
        #expect(answer.status == 200)
        #expect(try await daemon.head(upload).status == 200)
    }

    @Test("A1.5: field names are the same in any case")
    func anyCase() async throws {
        let daemon = try Daemon.current()
        let created = try await daemon.request(
            "POST",
            "/api/uploads",
            [("tUS-rESUMABLE", "1.0.0"), ("UPLOAD-LENGTH", "4"), ("upload-metadata", Tus.document().1)],
            body: []
        )
        let upload = try UploadAddress(location: created["Location"], of: daemon)
        let fields = [("tus-resumable", "1.0.0"), ("upload-OFFSET", "0"), ("CONTENT-TYPE", Tus.octets.1)]
        let answer = try await daemon.request("PATCH", upload.path, fields, body: Array("abcd".utf8))
        #expect(answer.status == 204, "\(answer.text)")
        #expect(answer["Upload-Offset"] == "4")
    }

    static let badIntegers = ["-1", "+5", "1.0", "0x10", "", "1e3", "5 5", "5,5", "five", "9223372036854775808", "１"]

    @Test("A1.5: Upload-Offset that is no plain number answers 400 and changes nothing", arguments: badIntegers)
    func badOffset(value: String) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(10)
        let fields = [Tus.octets, ("Upload-Offset", value)]
        let answer = try await daemon.tus("PATCH", upload.path, fields, body: Array("0123456789".utf8))
        try answer.expectProblem(400, "invalid_request", "\(value)")
        #expect(try await daemon.offset(of: upload) == 0)
    }

    @Test("A1.5: Upload-Length that is no plain number answers 400 and creates nothing", arguments: badIntegers)
    func badLength(value: String) async throws {
        let daemon = try Daemon.current()
        let answer = try await daemon.tus(
            "POST",
            "/api/uploads",
            [("Upload-Length", value), Tus.document()],
            body: []
        )
        try answer.expectProblem(400, "invalid_request", "\(value)")
        #expect(answer["Location"] == nil)
    }

    @Test("A1.5: a number that is there twice answers 400", arguments: ["0", "5"])
    func duplicates(second: String) async throws {
        let daemon = try Daemon.current()
        let twice = [("Upload-Length", "10"), ("Upload-Length", second), Tus.document()]
        try await daemon.tus("POST", "/api/uploads", twice, body: []).expectProblem(400, "invalid_request")
        let upload = try await daemon.createUpload(10)
        let fields = [Tus.octets, ("Upload-Offset", "0"), ("Upload-Offset", second)]
        try await daemon.tus("PATCH", upload.path, fields, body: [1]).expectProblem(400, "invalid_request")
        #expect(try await daemon.offset(of: upload) == 0)
    }
}
