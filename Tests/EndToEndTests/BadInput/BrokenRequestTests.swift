import MediaTesting
import Testing

@Suite("A broken upload leaves nothing", .daemon(), .serialized, .timeLimit(.minutes(3)))
struct BrokenRequestTests {
    enum Break: String, CaseIterable, Sendable {
        case halfClose
        case reset
    }

    @Test("when the client stops in the middle of a raw body", arguments: Break.allCases)
    func raw(how: Break) async throws {
        let daemon = try Daemon.current()
        let before = Footprint(daemon)
        let bytes = try Samples.jpeg(padding: 1 << 20)
        let probe = try await daemon.connect()
        try await probe.send("POST", "/api/upload?collection=posters", [("Content-Length", "\(bytes.count)")])
        try await probe.send(Array(bytes.prefix(600_000)))
        try await Self.leave(probe, how)
        try await before.expectUntouched(daemon)
    }

    @Test("when the client stops in the middle of a chunked body", arguments: Break.allCases)
    func chunked(how: Break) async throws {
        let daemon = try Daemon.current()
        let before = Footprint(daemon)
        // What came so far is a whole picture: only the end of the chunks is missing.
        let bytes = try Samples.jpeg()
        let probe = try await daemon.connect()
        try await probe.send("POST", "/api/upload?collection=posters", [("Transfer-Encoding", "chunked")])
        try await probe.send(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10])
        try await Self.leave(probe, how)
        try await before.expectUntouched(daemon)
    }

    @Test("when the client stops in the middle of a form", arguments: Break.allCases)
    func form(how: Break) async throws {
        let daemon = try Daemon.current()
        let before = Footprint(daemon)
        // Two whole files and the fields; only the closing delimiter is missing.
        let form = Form().field("collection", "posters").file(try Samples.jpeg()).file(try Samples.jpeg())
        let probe = try await daemon.connect()
        let fields = [("Content-Type", form.contentType), ("Content-Length", "\(form.bytes.count)")]
        try await probe.send("POST", "/api/upload", fields)
        try await probe.send(form.unfinished)
        try await Self.leave(probe, how)
        try await before.expectUntouched(daemon)
    }

    @Test("when the form ends without its closing delimiter")
    func unterminatedForm() async throws {
        let daemon = try Daemon.current()
        let before = Footprint(daemon)
        let form = Form().field("collection", "posters").file(try Samples.jpeg())
        let fields = [("Content-Type", form.contentType)]
        let answer = try await daemon.request("POST", "/api/upload", fields, body: form.unfinished)
        try answer.expectProblem(400, "upload_incomplete")
        try await before.expectUntouched(daemon)
    }

    struct Malformed: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: String
        var contentType = "multipart/form-data; boundary=b"
        let body: String
    }

    static let malformed: [Malformed] = [
        .init(testDescription: "no boundary", code: "invalid_request", contentType: "multipart/form-data", body: "x"),
        .init(
            testDescription: "an illegal boundary",
            code: "invalid_request",
            contentType: "multipart/form-data; boundary=\"\(String(repeating: "b", count: 200))\"",
            body: "x"
        ),
        .init(testDescription: "no delimiter", code: "upload_incomplete", body: "this is no form"),
        .init(testDescription: "an empty body", code: "upload_incomplete", body: ""),
        .init(
            testDescription: "no file",
            code: "invalid_request",
            body: "--b\r\n\(disposition("collection"))posters\r\n--b--\r\n"
        ),
        .init(testDescription: "no part", code: "invalid_request", body: "--b--\r\n"),
        .init(testDescription: "a part without a head", code: "invalid_request", body: "--b\r\n\r\nx\r\n--b--\r\n"),
        .init(
            testDescription: "a head that never ends",
            code: "invalid_request",
            body: "--b\r\nX: \(String(repeating: "y", count: 100_000))\r\n\r\nx\r\n--b--\r\n"
        ),
        .init(
            testDescription: "a field that never ends",
            code: "invalid_request",
            body: "--b\r\n\(disposition("name"))\(String(repeating: "y", count: 100_000))\r\n--b--\r\n"
        ),
        .init(
            testDescription: "thousands of parts",
            code: "invalid_request",
            body: String(repeating: "--b\r\n\(disposition("x"))y\r\n", count: 5000) + "--b--\r\n"
        ),
    ]

    private static func disposition(_ name: String) -> String {
        "Content-Disposition: form-data; name=\"\(name)\"\r\n\r\n"
    }

    @Test("when the form is malformed", arguments: malformed)
    func malformedForm(_ form: Malformed) async throws {
        let daemon = try Daemon.current()
        let before = Footprint(daemon)
        let fields = [("Content-Type", form.contentType)]
        let answer = try await daemon.request("POST", "/api/upload", fields, body: Array(form.body.utf8))
        try answer.expectProblem(400, form.code)
        try await before.expectUntouched(daemon)
    }

    @Test("when the collection is unknown or missing")
    func collections() async throws {
        let daemon = try Daemon.current()
        let before = Footprint(daemon)
        let bytes = try Samples.jpeg()
        let unknown = try await daemon.upload(bytes, "collection=secrets").expectProblem(400, "unknown_collection")
        #expect(unknown["detail"]?.string?.contains("posters") == true)
        try await daemon.upload(bytes, "collection=..").expectProblem(400, "unknown_collection")
        try await daemon.upload(bytes, "name=1").expectProblem(400, "invalid_request")
        try await daemon.upload(Form().file(bytes)).expectProblem(400, "invalid_request")
        try await daemon.upload(Form().file(bytes).field("collection", "x")).expectProblem(400, "unknown_collection")
        try await daemon.upload(bytes, "collection=posters&replace=maybe").expectProblem(400, "invalid_request")
        try await before.expectUntouched(daemon)
    }

    private static func leave(_ probe: HTTPProbe, _ how: Break) async throws {
        switch how {
        case .halfClose:
            probe.finishSending()
            // The client can still read: it is told, or the connection ends.
            do {
                let answer = try await probe.receive(to: "POST")
                try answer.expectProblem(400, "upload_incomplete")
            } catch is HTTPProbeError {}
        case .reset:
            probe.reset()
        }
    }
}
