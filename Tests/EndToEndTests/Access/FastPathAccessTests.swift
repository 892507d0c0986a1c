import MediaTesting
import Testing

/// Private files in front of the router, in a real daemon.
@Suite("The fast path: private files", .daemon(configuration: GuardedSite.configuration), .timeLimit(.minutes(3)))
struct FastPathAccessTests {
    @Test("gives them to whoever has the right, also among requests of others on the same connection")
    func pipelined() async throws {
        let site = try await GuardedSite.current()
        let record = try await site.upload(Samples.png(), to: "posters")
        let other = try await site.upload(Samples.png(), to: "posters")
        let open = try await site.upload(Samples.png(), to: "avatars")
        let reader = try await site.key("read:posters/\(record.path.split(separator: "/")[1].dropLast(4))")
        let probe = try await site.daemon.connect()
        // Until all of them are in memory, and who comes is known on this event loop.
        #expect(
            try await eventually {
                let mine = try await probe.request("GET", "/files/\(record.path)", [GuardedSite.bearer(reader)])
                let theirs = try await probe.request("GET", "/files/\(other.path)", [GuardedSite.bearer(site.key)])
                let everybodys = try await probe.request("GET", "/files/\(open.path)")
                return [mine, theirs, everybodys].allSatisfy { $0.status == 200 && $0.isFast }
            }
        )
        func head(_ record: Record, _ key: String?) -> String {
            "GET /files/\(record.path) HTTP/1.1\r\nHost: h\r\n" + (key.map { "Authorization: Bearer \($0)\r\n" } ?? "")
                + "Cookie: key=\(site.key)\r\n\r\n"
        }
        for _ in 1...20 {
            try await probe.send(
                head(record, reader) + head(other, reader) + head(record, nil) + head(open, nil) + head(other, site.key)
                    + head(record, site.key) + head(open, "nobody") + head(record, "nobody")
            )
            for (number, status) in [200, 404, 401, 200, 200, 200, 200, 401].enumerated() {
                #expect(try await probe.receive().status == status, "\(number)")
            }
        }
        let control = try await probe.request("GET", record.url, [GuardedSite.bearer(reader)])
        #expect(
            control["Cache-Control"] == "max-age=0, must-revalidate, private"
                && control["Vary"]?.contains("Authorization") == true
        )
    }

    @Test("lets a key go within a second of its end, however often it is used")
    func revoked() async throws {
        let site = try await GuardedSite.current()
        let record = try await site.upload(Samples.png(), to: "posters")
        let key = try await site.key("read:posters/*")
        let probe = try await site.daemon.connect()
        let fields = [GuardedSite.bearer(key)]
        #expect(try await eventually { try await probe.request("GET", record.url, fields).isFast })
        let outcome = try await site.daemon.site.run(["key", "revoke", key])
        // Clock: the promise is a second; a second more is for a busy machine.
        let deadline = ContinuousClock.now + .seconds(2)
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        while try await probe.request("GET", record.url, fields).status == 200 {
            guard ContinuousClock.now < deadline else {
                Issue.record("a revoked key still opens")
                break
            }
        }
        #expect(try await probe.request("GET", record.url, fields).status == 401)
    }

    @Test("speaks HTTP/2 too")
    func http2() async throws {
        let site = try await GuardedSite.current()
        let record = try await site.upload(Samples.png(), to: "posters")
        let url = try #require(site.daemon.secureURL)
        let address = try await site.signed(record.url)
        for (target, key, status) in [
            (record.url, site.key, "200"), (record.url, "nobody", "401"), (record.url, "", "401"), (address, "", "200"),
            ("\(address)0", "", "403"),
        ] {
            let request =
                ["-w", "%{http_version} %{http_code}\n"] + (key.isEmpty ? [] : ["-H", "Authorization: Bearer \(key)"])
            // Three on one connection: the later ones from memory.
            let three = (1...3).flatMap { _ in ["-o", "/dev/null", "\(url)\(target)"] }
            let outcome = try await Player.run("curl", ["-sSk", "--http2"] + request + three)
            #expect(
                outcome.lines == [String](repeating: "2 \(status)", count: 3),
                "\(target) \(outcome.text)\(outcome.errors)"
            )
        }
    }
}
