import Crypto
import Foundation
import MediaTesting
import PostgresCluster
import Testing

/// JSON Web Tokens: good ones, forged ones, and where their keys come from.
@Suite("Access: tokens", .timeLimit(.minutes(5)))
struct AccessTokenTests {
    private static let scope = "upload:documents/*"

    private static func upload(_ daemon: DaemonProcess, _ fields: [(String, String)]) async throws -> ProbeResponse {
        try await daemon.request("POST", "/api/upload?collection=documents", fields, body: Array("hello".utf8))
    }

    @Test(
        "Tokens of a secret: within their times, for this audience, by this issuer; anything else is 401 with invalid_token"
    )
    func secrets() async throws {
        let site = try await DaemonSite(
            configuration: """
                log:
                  level: debug
                access:
                  jwt:
                    secrets: ["\(TestToken.secret)"]
                    audience: media
                    issuer: https://issuer.example

                """
        )
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let good: [String: Any] = [
                "sub": "user1", "scope": Self.scope, "aud": ["other", "media"], "iss": "https://issuer.example",
                "exp": TestToken.time(60),
            ]
            func claims(_ changes: [String: Any]) -> [String: Any] { good.merging(changes) { $1 } }
            var sent: [String] = []
            for (name, changes, status) in [
                ("good", [:], 201), ("within the leeway", ["exp": TestToken.time(-20)], 201),
                ("a clock that is 25 s ahead", ["nbf": TestToken.time(25)], 201), ("no end", ["exp": NSNull()], 201),
                ("expired", ["exp": TestToken.time(-40)], 401), ("not yet", ["nbf": TestToken.time(60)], 401),
                ("another audience", ["aud": "elsewhere"], 401), ("no audience", ["aud": NSNull()], 401),
                ("another issuer", ["iss": "https://evil.example"], 401),
                ("exp is a text", ["exp": "tomorrow"], 401), ("sub is a number", ["sub": 1], 401),
                ("a scope with ..", ["scope": "upload:documents/../*"], 401),
                ("another right", ["scope": "read:documents/*"], 403), ("no scope", ["scope": NSNull()], 403),
                ("an unknown right beside", ["scope": "openid profile \(Self.scope)"], 201),
                ("101 scopes", ["scope": (0...100).map { "read:a/b\($0)" }.joined(separator: " ")], 401),
                ("a long subject", ["sub": String(repeating: "x", count: 300)], 401),
                ("a subject that PostgreSQL cannot hold", ["sub": "a\u{0}b"], 401), ("nobody", ["sub": ""], 401),
            ] as [(String, [String: Any], Int)] {
                let token = try TestToken.hs256(claims(changes))
                if status == 401 { sent.append(token) }
                let response = try await Self.upload(daemon, [bearer(token)])
                #expect(response.status == status, "\(name): \(response.status) \(response.text)")
                if status == 401 {
                    #expect(response["WWW-Authenticate"] == "Bearer error=\"invalid_token\"", "\(name)")
                }
                if response.status == 401 { #expect(!response.text.contains(token.suffix(20)), "\(name)") }
            }
            let token = try TestToken.hs256(good)
            let parts = token.split(separator: ".").map(String.init)
            let none = try TestToken.part(["alg": "none"])
            for (name, text) in [
                ("alg none", "\(none).\(parts[1])."), ("alg none with a signature", "\(none).\(parts[1]).\(parts[2])"),
                ("no signature", "\(parts[0]).\(parts[1])."), ("two parts", "\(parts[0]).\(parts[1])"),
                ("another secret", try TestToken.hs256(good, secret: "another secret of more than 32 bytes")),
                ("a grant's type", try TestToken.hs256(good, header: ["alg": "HS256", "typ": "grant+jwt"])),
                ("crit", try TestToken.hs256(good, header: ["alg": "HS256", "crit": ["b64"]])),
                ("RS256 over the secret", try TestToken.hs256(good, header: ["alg": "RS256"])),
                ("HS512 named", try TestToken.hs256(good, header: ["alg": "HS512"])),
                ("a changed payload", "\(parts[0]).\(try TestToken.part(claims(["sub": "admin"]))).\(parts[2])"),
                ("padding", token + "="), ("dots", "..."), ("nothing", "x"), ("key-like", "mk_aaaaaaaaaaaa_short"),
                ("an unknown key", "mk_aaaaaaaaaaaa_" + String(repeating: "A", count: 43)),
            ] {
                sent.append(text)
                let response = try await Self.upload(daemon, [bearer(text)])
                #expect(response.status == 401, "\(name): \(response.status)")
                #expect(response["WWW-Authenticate"]?.hasPrefix("Bearer") == true, "\(name)")
            }
            for (name, fields) in [
                ("twice", [bearer(token), bearer(token)]), ("Basic", [("Authorization", "Basic YTpi")]),
                ("no scheme", [("Authorization", token)]), ("empty", [("Authorization", "Bearer ")]),
            ] {
                #expect(try await Self.upload(daemon, fields).status == 401, "\(name)")
            }
            #expect(try await Self.upload(daemon, [("authorization", "bearer  \(token)")]).status == 201)
            // Both are longer than all fields of a request may be together.
            let scopes = try TestToken.hs256(
                claims(["scope": Array(repeating: "read:a/b", count: 10_000).joined(separator: " ")])
            )
            let many = try? await Self.upload(daemon, [bearer(scopes)])
            #expect(many == nil || [400, 413, 431].contains(many?.status ?? 0), "\(many?.status ?? 0)")
            let long = try? await Self.upload(daemon, [bearer(String(repeating: "a", count: 1 << 20))])
            #expect(long == nil || [400, 413, 431].contains(long?.status ?? 0), "\(long?.status ?? 0)")
            #expect(try await Self.upload(daemon, [bearer(token)]).status == 201)
            // No token, whole or in part, in the log; and none in the metrics.
            let log = daemon.log
            for text in sent + [token] where text.count > 24 { #expect(!log.contains(text.suffix(24))) }
            #expect(!log.contains(TestToken.secret))
        }
        await daemon.kill9()
        try await site.remove()
    }

    @Test("A key set in a file: absent at first, followed when it comes, kept when it breaks, never taken for a secret")
    func keySetFile() async throws {
        let site = try await DaemonSite()
        let file = "\(site.directory)/jwks.json"
        try FileOperations.replace(
            site.configurationFile,
            with: "access:\n  jwt:\n    jwks: \(file)\n"
        )
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let (first, second) = (P256.Signing.PrivateKey(), P256.Signing.PrivateKey())
            let claims: [String: Any] = ["scope": Self.scope, "exp": TestToken.time(600)]
            let token = bearer(try TestToken.es256(claims, key: first, kid: "1"))
            #expect(try await Self.upload(daemon, [token]).status == 401)
            try Self.write(try TestToken.set([(first.publicKey, kid: "1")]), to: file)
            try await requireEventually(within: .seconds(5)) { try await Self.upload(daemon, [token]).status == 201 }
            // A public key is known to everybody, and must not be a secret that signs.
            let point = first.publicKey.x963Representation
            for secret in [
                TestToken.base64(point),
                String(decoding: try TestToken.set([(first.publicKey, kid: "1")]), as: UTF8.self),
            ] {
                let forged = try TestToken.hs256(claims, secret: secret, header: ["alg": "HS256", "kid": "1"])
                #expect(try await Self.upload(daemon, [bearer(forged)]).status == 401)
            }
            // Broken, empty, gone: the last good keys count.
            for bytes in [Array("{".utf8), Array("{\"keys\":[]}".utf8)] {
                try Self.write(bytes, to: file)
                try await requireEventually { daemon.log.contains("the last good ones count") }
                #expect(try await Self.upload(daemon, [token]).status == 201)
            }
            try Self.write(try TestToken.set([(second.publicKey, kid: "2")]), to: file)
            let newer = bearer(try TestToken.es256(claims, key: second, kid: "2"))
            try await requireEventually(within: .seconds(10)) { try await Self.upload(daemon, [newer]).status == 201 }
            #expect(try await Self.upload(daemon, [token]).status == 401)
        }
        await daemon.kill9()
        try await site.remove()
    }

    @Test("Secrets that are too short and key sets at unsafe URLs are refused without being shown")
    func settings() async throws {
        for (text, key) in [
            ("secrets: [\"too short a one\"]", "access.jwt.secrets"),
            ("jwks: http://example.com/keys", "access.jwt.jwks"),
            ("jwks: ftp://example.com/keys", "access.jwt.jwks"),
        ] {
            let site = try await DaemonSite(configuration: "access:\n  jwt:\n    \(text)\n")
            let process = try await site.launch()
            #expect(await process.waitForExit(atMost: .seconds(30)) == .exited(2))
            #expect(process.standardError.contains(key) && !process.standardError.contains("too short a one"))
            await process.kill9()
            try await site.remove()
        }
    }

    private static func write(_ bytes: [UInt8], to file: String) throws {
        try FileOperations.replace(file, with: String(decoding: bytes, as: UTF8.self))
    }
}
