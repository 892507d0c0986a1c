import MediaTesting
import Testing

@Suite("What an upload says of its content", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(2)))
struct UploadContentTests {
    private static let nothing = Samples.document(300)

    @Test("Content-Encoding is refused with 415, in each protocol", arguments: ["gzip", "br", "identity, gzip", "x"])
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
        #expect(
            try await daemon.request("POST", target, [("Content-Encoding", "identity")], body: Self.nothing).status
                == 201
        )
    }

    @Test("Content-Range is refused: a part is no file")
    func range() async throws {
        let daemon = try Daemon.current()
        let target = "/api/upload?collection=documents&name=\(uniqueName())"
        let fields = [("Content-Range", "bytes 0-299/1000")]
        try await daemon.request("POST", target, fields, body: Self.nothing).expectProblem(400, "invalid_request")
        #expect(try await daemon.request("GET", "/api/media").status == 200)
    }

    @Test("An unknown interop version with ?0 makes no file of a part")
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

    @Test(
        "A wrong Content-Digest or Repr-Digest is refused, a right one taken",
        arguments: ["Content-Digest", "Repr-Digest"]
    )
    func digest(name: String) async throws {
        let daemon = try Daemon.current()
        let target = "/api/upload?collection=documents&name=\(uniqueName())"
        let wrong = [(name, "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:")]
        try await daemon.request("POST", target, wrong, body: Self.nothing).expectProblem(400, "checksum_mismatch")
        let short = [(name, "sha-256=:AAAA:")]
        try await daemon.request("POST", target, short, body: Self.nothing).expectProblem(400, "invalid_request")
        let unknown = [(name, "md5=:AAAA:")]
        #expect(try await daemon.request("POST", target, unknown, body: Self.nothing).status == 201)
    }

    @Test("Upload-Limit is the collection's: OPTIONS, 104, HEAD, 413")
    func limits() async throws {
        let daemon = try Daemon.current()
        let all = try await daemon.request("OPTIONS", "/api/upload")
        let own = try await daemon.request("OPTIONS", "/api/upload?collection=posters")
        let limit = try #require(own["Upload-Limit"])
        #expect(limit != all["Upload-Limit"])
        let upload = try await daemon.beginUpload(
            Array(Samples.png().prefix(10)),
            target: "/api/upload?collection=posters&name=\(uniqueName())"
        )
        let fields = [Interop.current.version]
        #expect(try await daemon.request("HEAD", upload.path, fields)["Upload-Limit"] == limit)
        #expect(try await daemon.request("OPTIONS", upload.path, fields)["Upload-Limit"] == limit)
    }

    @Test("A name in normalisation form D finds what it uploaded, on every address and filter")
    func composed() async throws {
        let daemon = try Daemon.current()
        let name = "Ame%CC%81lie-\(uniqueName())"
        let target = "/api/upload?collection=documents&name=\(name)"
        #expect(try await daemon.request("POST", target, body: Self.nothing).status == 201)
        for path in ["/files/documents/\(name).txt", "/api/files/documents/\(name).txt"] {
            #expect(try await daemon.request("GET", path).body == Self.nothing, "\(path)")
        }
        for filter in ["path=documents/\(name).txt", "pathPrefix=documents/\(name)"] {
            #expect(try await daemon.request("GET", "/api/media?\(filter)").text.contains("\"path\""), "\(filter)")
        }
    }
}
