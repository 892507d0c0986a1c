import FoundationEssentials
import MediaTesting
import Testing

/// A daemon whose collections are private, and a key that may do everything.
struct GuardedSite: Sendable {
    let daemon: DaemonProcess
    /// That may do everything.
    let key: String

    static let secret = "a-secret-of-the-tests"

    /// Posters and videos are private, documents unlisted, avatars public.
    static let configuration =
        Configurations.standard.replacing(
            "  posters:\n",
            with: "  posters:\n    access: private\n    parameters: signed\n"
        )
        .replacing("  videos:\n", with: "  videos:\n    access: private\n")
        .replacing("  documents:\n", with: "  documents:\n    access: unlisted\n")
            + """
            access:
              mode: required
              signatureKeys: [\(secret), an-older-secret-of-the-tests]
              signatureBucket: 1s

            """

    /// The suite's daemon, with a key of its own.
    static func current() async throws -> GuardedSite {
        let daemon = try Daemon.current()
        return GuardedSite(daemon: daemon, key: try await Self.key(of: daemon, "manage"))
    }

    /// A key with these scopes.
    func key(_ scopes: String...) async throws -> String {
        try await Self.key(of: self.daemon, scopes.joined(separator: " "))
    }

    private static func key(of daemon: DaemonProcess, _ scopes: String) async throws -> String {
        let outcome = try await daemon.site.run(
            ["key", "create", "--name", "test"] + scopes.split(separator: " ").flatMap { ["--scope", String($0)] }
        )
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        return try #require(outcome.lines.first)
    }

    static func bearer(_ key: String) -> (String, String) { ("Authorization", "Bearer \(key)") }

    /// Uploads something.
    func upload(_ bytes: [UInt8], to collection: String, as name: String = uniqueName()) async throws -> Record {
        try await self.daemon.upload(bytes, "collection=\(collection)&name=\(name)", [Self.bearer(self.key)]).record()
    }

    /// Has addresses signed by the daemon.
    func sign(_ addresses: [String], for seconds: Int = 600, by key: String? = nil) async throws -> ProbeResponse {
        let list = addresses.map { "\"\($0)\"" }.joined(separator: ", ")
        return try await self.daemon.request(
            "POST",
            "/api/sign",
            [Self.bearer(key ?? self.key), ("Content-Type", "application/json")],
            body: Array("{\"urls\": [\(list)], \"expiresIn\": \(seconds)}".utf8)
        )
    }

    /// Has one address signed.
    func signed(_ address: String, for seconds: Int = 600) async throws -> String {
        let response = try await self.sign([address], for: seconds)
        #expect(response.status == 200, "\(response.text)")
        return try #require(try JSONDecoder().decode(Signed.self, from: Data(response.body)).urls.first)
    }

    struct Signed: Decodable {
        var urls: [String]
        var expiresAt: String
    }
}
