import MediaTesting
import Testing

@Suite("What an upload says of its content", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(2)))
struct UploadContentTests {
    private static let nothing = Samples.document(300)

    private static func query() -> String { "collection=documents&name=\(uniqueName())" }

    private static func form(_ lines: String...) -> Form { Form().file(nothing, fileName: "a.txt", lines: lines) }

    @Test(
        "D4: Content-Encoding is refused with 415, in each protocol",
        arguments: ["gzip", "GZIP", "br", "identity, gzip", "zstd,identity", "x"]
    )
    func coding(coding: String) async throws {
        let daemon = try Daemon.current()
        let field = ("Content-Encoding", coding)
        let target = "/api/upload?collection=documents&name=\(uniqueName())"
        let plain = try await daemon.request("POST", target, [field], body: Self.nothing)
        try plain.expectProblem(415, "unsupported_media_type")
        #expect(plain["Accept-Encoding"] == "identity")
        let draft = try await daemon.exchange(
            "POST",
            target,
            Interop.current.creation(true) + [field],
            body: Self.nothing
        )
        try draft.expectProblem(415, "unsupported_media_type")
        let upload = try await daemon.createUpload(300)
        try await daemon.patch(upload, at: 0, Self.nothing, [field]).expectProblem(415, "unsupported_media_type")
    }

    @Test("D4: identity is no coding", arguments: ["identity", "Identity", "IDENTITY", "identity, identity", ""])
    func identity(coding: String) async throws {
        let daemon = try Daemon.current()
        let field = ("Content-Encoding", coding)
        let target = DaemonProcess.documentTarget()
        #expect(try await daemon.request("POST", target, [field], body: Self.nothing).status == 201)
        let upload = try await daemon.createUpload(300)
        #expect(try await daemon.patch(upload, at: 0, Self.nothing, [field]).status == 204)
        #expect(try await daemon.upload(Self.form("Content-Encoding: \(coding)"), query: Self.query()).status == 201)
    }

    @Test("D4: a coding of a part of a form, or behind the content, is refused with 415")
    func codingElsewhere() async throws {
        let daemon = try Daemon.current()
        for field in ["Content-Encoding: gzip", "content-encoding:BR"] {
            for answer in [
                try await daemon.upload(Self.form(field), query: Self.query()),
                try await daemon.uploadChunked(Self.nothing, Self.query(), trailers: [field]),
                try await daemon.upload(Self.form(), query: Self.query(), [("Content-Encoding", "gzip")]),
            ] {
                try answer.expectProblem(415, "unsupported_media_type")
            }
        }
    }

    @Test("D4: Content-Range is refused: a part is no file")
    func range() async throws {
        let daemon = try Daemon.current()
        let target = "/api/upload?collection=documents&name=\(uniqueName())"
        for value in ["bytes 0-299/1000", "bytes 0-299/300", "bytes 0-299/*", "x"] {
            let fields = [("Content-Range", value)]
            try await daemon.request("POST", target, fields, body: Self.nothing).expectProblem(400, "invalid_request")
            let form = Self.form("Content-Range: \(value)")
            try await daemon.upload(form, query: Self.query()).expectProblem(400, "invalid_request")
        }
    }

    @Test("D2: an unknown interop version with ?0 makes no file of a part")
    func unknownVersion() async throws {
        let daemon = try Daemon.current()
        let target = "/api/upload?collection=documents&name=\(uniqueName())"
        for part in [("Upload-Complete", "?0"), ("Upload-Incomplete", "?1")] {
            let fields = [("Upload-Draft-Interop-Version", "99"), part]
            try await daemon.request("POST", target, fields, body: Self.nothing).expectProblem(400, "invalid_request")
        }
        let whole = [("Upload-Draft-Interop-Version", "99"), ("Upload-Complete", "?1")]
        #expect(try await daemon.request("POST", target, whole, body: Self.nothing).status == 201)
    }
}
