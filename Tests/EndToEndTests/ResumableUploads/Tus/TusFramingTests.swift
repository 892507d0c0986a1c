import MediaTesting
import Testing

/// What stands on a connection behind answers that are unlike their requests.
@Suite("tus: the connection stays in step", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct TusFramingTests {
    private static let head = ("X-HTTP-Method-Override", "HEAD")

    @Test("A1.4: behind a POST that is meant as HEAD, whether it succeeds or not")
    func overriddenHead() async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(100)
        let probe = try await daemon.connect()
        for (path, fields, status) in [
            (upload.path, [Tus.version, Self.head], 200), (UploadAddress.unknown.path, [Tus.version, Self.head], 404),
            (upload.path, [Self.head], 412), (upload.path, [("Tus-Resumable", "0.2.0"), Self.head], 412),
        ] {
            try await probe.send("POST", path, fields + [("Content-Length", "0")])
            let answer = try await probe.receive(to: "POST")
            #expect(answer.status == status)
            #expect(answer.body.isEmpty)
            #expect(try await probe.request("GET", "/healthz").status == 200)
        }
    }

    @Test("A1.4: an address in another spelling is overridden too")
    func spellings() async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(3)
        for (target, offset) in [("/\(upload.path)", 0), ("\(daemon.url)\(upload.path)", 1)] {
            let fields = Tus.patch(at: offset, [("X-HTTP-Method-Override", "PATCH")])
            let answer = try await daemon.request("POST", target, fields, body: Array("a".utf8))
            #expect(answer.status == 204, "\(target): \(answer.text)")
            #expect(answer["Tus-Resumable"] == "1.0.0")
        }
        #expect(try await daemon.offset(of: upload) == 2)
    }

    @Test("a request to change the protocol is answered, and the connection closed: nothing behind it would be read")
    func upgrade() async throws {
        let daemon = try Daemon.current()
        let probe = try await daemon.connect()
        let answer = try await probe.request("GET", "/healthz", [("Connection", "Upgrade"), ("Upgrade", "h2c")])
        #expect(answer.status == 200)
        #expect(answer["Connection"]?.lowercased() == "close")
        #expect(try await probe.isClosedByServer())
    }

    @Test(
        "A7.52: a checksum behind the body that cannot be read leaves the offset",
        arguments: ["sha1 !!!", "foo AAAA"]
    )
    func unreadableTrailer(value: String) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(5)
        let probe = try await daemon.connect()
        try await probe.send("PATCH", upload.path, Tus.patch(at: 0, [("Transfer-Encoding", "chunked")]))
        try await probe.send("5\r\nhello\r\n0\r\nUpload-Checksum: \(value)\r\n\r\n")
        #expect(try await probe.receive(to: "PATCH").status == 400)
        #expect(try await daemon.offset(of: upload) == 0)
    }

    @Test("A10.62: a part is not completed by the other protocol either")
    func partialByHTTP() async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(3, Tus.document(), [("Upload-Concat", "partial")])
        let fields = [
            ("Upload-Draft-Interop-Version", "8"), ("Upload-Complete", "?1"), ("Upload-Offset", "0"),
            ("Content-Type", "application/partial-upload"),
        ]
        let answer = try await daemon.request("PATCH", upload.path, fields, body: Array("abc".utf8))
        try answer.expectProblem(400, "invalid_request")
        #expect(try await daemon.offset(of: upload) == 0)
        #expect(try await daemon.report(on: upload).state == "receiving")
    }
}
