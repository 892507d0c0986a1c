import Crypto
import MediaTesting
import Testing

/// The digests of RFC 9530 on uploads that are no resumable ones.
@Suite("Digests of an upload", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct UploadDigestTests {
    private static let bytes = Samples.document(300)

    private static func query() -> String { "collection=documents&name=\(uniqueName())" }

    /// A field value, right or wrong.
    private static func digest(_ algorithm: String, isRight: Bool) -> String {
        let content = isRight ? Self.bytes : Self.bytes + [1]
        let value = algorithm == "sha-512" ? Array(SHA512.hash(data: content)) : Array(SHA256.hash(data: content))
        return "\(algorithm)=:\(Tus.base64(value)):"
    }

    /// What a field says, and whether the upload is taken.
    private static let values: [(String, String?)] = [
        (digest("sha-256", isRight: true), nil), (digest("sha-512", isRight: true), nil),
        (digest("sha-256", isRight: false), "checksum_mismatch"),
        (digest("sha-512", isRight: false), "checksum_mismatch"),
        // Each counts, not the best alone.
        (digest("sha-256", isRight: true) + ", " + digest("sha-512", isRight: false), "checksum_mismatch"),
        (digest("sha-512", isRight: true) + ", " + digest("sha-256", isRight: false), "checksum_mismatch"),
        (digest("sha-512", isRight: true) + ", " + digest("sha-256", isRight: true), nil),
        ("md5=:AAAA:", nil), ("unixsum=30637, " + digest("sha-256", isRight: true), nil),
        ("md5=:AAAA:, " + digest("sha-256", isRight: false), "checksum_mismatch"), ("", nil),
        (digest("sha-256", isRight: true) + ";x=1", nil),
        ("sha-256=:AAAA:", "invalid_request"), ("sha-256=AAAA", "invalid_request"), ("sha-256", "invalid_request"),
        ("sha-256=:!:", "invalid_request"), ("no dictionary", "invalid_request"),
    ]

    private func expect(_ answer: ProbeResponse, _ code: String?, _ comment: Comment) throws {
        if let code { try answer.expectProblem(400, code) } else { #expect(answer.status == 201, comment) }
    }

    @Test(
        "D4: a wrong one is refused: in the head, behind the content, and in a part of a form",
        arguments: ["Content-Digest", "Repr-Digest"]
    )
    func everywhere(name: String) async throws {
        let daemon = try Daemon.current()
        for (value, code) in Self.values {
            let head = try await daemon.upload(Self.bytes, Self.query(), [(name, value)])
            try self.expect(head, code, "head: \(value)")
            let behind = try await daemon.uploadChunked(
                Self.bytes,
                Self.query(),
                [("Trailer", name)],
                trailers: ["\(name): \(value)"]
            )
            try self.expect(behind, code, "behind: \(value)")
            let form = Form().file(Self.bytes, fileName: "a.txt", lines: ["\(name): \(value)"])
            try self.expect(try await daemon.upload(form, query: Self.query()), code, "part: \(value)")
        }
    }

    @Test("D4: one that was not announced is verified where that is still possible, and refused elsewhere")
    func unannounced() async throws {
        let daemon = try Daemon.current()
        for (algorithm, isRight, code) in [
            ("sha-256", true, nil), ("sha-256", false, "checksum_mismatch"), ("sha-512", true, "invalid_request"),
            ("sha-512", false, "invalid_request"),
        ] as [(String, Bool, String?)] {
            let trailer = "Content-Digest: \(Self.digest(algorithm, isRight: isRight))"
            let answer = try await daemon.uploadChunked(Self.bytes, Self.query(), trailers: [trailer])
            try self.expect(answer, code, "\(trailer)")
        }
    }

    @Test("D4: that of a form is of the form; lines of one field belong together")
    func form() async throws {
        let daemon = try Daemon.current()
        let form = Form().file(Self.bytes, fileName: "a.txt")
        let right = "sha-256=:\(Tus.base64(Array(SHA256.hash(data: form.bytes)))):"
        #expect(try await daemon.upload(form, query: Self.query(), [("Content-Digest", right)]).status == 201)
        let ofFile = Self.digest("sha-256", isRight: true)
        try await daemon.upload(form, query: Self.query(), [("Content-Digest", ofFile)])
            .expectProblem(400, "checksum_mismatch")
        try await daemon.upload(form, query: Self.query(), [("Trailer", "Content-Digest")])
            .expectProblem(400, "invalid_request")
        let lines = ["sha-256", "sha-512"].map { ("Content-Digest", Self.digest($0, isRight: $0 == "sha-256")) }
        try await daemon.upload(Self.bytes, Self.query(), lines).expectProblem(400, "checksum_mismatch")
    }

    @Test("D4: nothing of a refused one is kept")
    func nothing() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let wrong = [("Content-Digest", Self.digest("sha-512", isRight: false))]
        try await daemon.upload(Self.bytes, "collection=documents&name=\(name)", wrong)
            .expectProblem(400, "checksum_mismatch")
        #expect(!daemon.site.filesInTree.contains { $0.contains(name) })
        #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
    }
}
