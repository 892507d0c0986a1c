import MediaTesting
import Testing

/// Wrong credentials are limited where requests are not counted.
@Suite("Access: guesses", .timeLimit(.minutes(5)))
struct AccessGuessTests {
    private static let configuration = """
        access:
          mode: required
          rates:
            address: 5
            window: 1h
        collections:
          names: [documents, secrets]
          documents:
            types: [text/plain]
          secrets:
            access: private
            types: [text/plain]

        """

    @Test("Wrong keys and signatures run out at every address; public files, and who is known, notice nothing")
    func guesses() async throws {
        let site = try await DaemonSite(configuration: Self.configuration)
        let key = try await site.key("manage")
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            for collection in ["documents", "secrets"] {
                let target = "/api/upload?collection=\(collection)&name=a"
                let response = try await daemon.request("POST", target, [bearer(key)], body: Array("hello".utf8))
                #expect(response.status == 201, "\(response.text)")
            }
            let secret = "/files/secrets/a.txt"
            #expect(try await daemon.request("GET", secret, [bearer(key)]).status == 200)
            let guess = bearer("mk_aaaaaaaaaaaa_" + String(repeating: "A", count: 43))
            let forged = "\(secret)?expires=2000000000&signature=\(String(repeating: "0", count: 64))"
            #expect(try await daemon.request("GET", secret, [guess]).status == 401)
            #expect(try await daemon.request("GET", "/metrics", [guess]).status == 401)
            #expect(try await daemon.request("GET", "/", [guess]).status == 200)
            #expect(try await daemon.request("GET", forged).status == 403)
            let last = try await daemon.request("GET", "/api/files/secrets/b.txt", [guess])
            #expect(last.status == 401 && last["RateLimit"]?.contains("r=0") == true, "\(last.fields)")
            for (target, fields) in [
                (secret, [guess]), ("/metrics", [guess]), ("/", [guess]), (forged, []),
                // The right one would stand out.
                ("/files/secrets/b.txt", [bearer(key)]), ("/metrics", [bearer(key)]),
            ] as [(String, [(String, String)])] {
                let refused = try await daemon.request("GET", target, fields)
                #expect(refused.status == 429, "\(target): \(refused.status)")
                #expect(refused["Retry-After"] != nil)
            }
            #expect(try await daemon.request("GET", "/files/documents/a.txt").status == 200)
            #expect(try await daemon.request("GET", secret).status == 401)
            #expect(try await daemon.request("GET", "/").status == 200)
        }
        await daemon.kill9()
        try await site.remove()
    }

    @Test("Without access.signatureKeys addresses are signed by a secret that all daemons of the database have")
    func signing() async throws {
        let site = try await DaemonSite(configuration: Self.configuration.replacing("address: 5", with: "address: 0"))
        let key = try await site.key("manage")
        let daemons = [try await site.start(), try await site.start()]
        let target = "/api/upload?collection=secrets&name=a"
        #expect(
            try await daemons[0].request("POST", target, [bearer(key)], body: Array("hello".utf8)).status == 201
        )
        let asked = try await daemons[0].request(
            "POST",
            "/api/sign",
            [bearer(key), ("Content-Type", "application/json")],
            body: Array(#"{"urls": ["/files/secrets/a.txt"]}"#.utf8)
        )
        let match = try #require(
            asked.text.firstMatch(of: /\/files\/secrets\/a\.txt\?expires=\d+&signature=[0-9a-f]{64}/)
        )
        let command = try await site.run(["sign", "secrets/a.txt"])
        let printed = try #require(command.lines.first, "\(command.errors)")
        for daemon in daemons {
            for address in [String(match.0), printed] {
                #expect(try await daemon.request("GET", address).text == "hello")
                #expect(try await daemon.request("GET", "\(address.dropLast())x").status == 403)
            }
        }
        let form = try await daemons[0].request("POST", "/api/sign", [bearer(key)], body: Array("{}".utf8))
        #expect(form.status == 415)
        for daemon in daemons { await daemon.kill9() }
        try await site.remove()
    }
}
