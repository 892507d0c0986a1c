import MediaTesting
import Testing

/// Keys: made, listed and revoked by the command beside running daemons, and what they let through.
@Suite("Access: keys", .timeLimit(.minutes(5)))
struct AccessKeyTests {
    private static let body = Array("hello".utf8)

    private static func upload(
        _ daemon: DaemonProcess,
        _ name: String,
        _ fields: [(String, String)]
    ) async throws -> Int {
        try await daemon.request("POST", "/api/upload?collection=documents&name=\(name)", fields, body: self.body)
            .status
    }

    @Test("The command prints the key alone; a revoked one ends within a second on two daemons; list shows no secret")
    func command() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let created = try await site.run(["key", "create", "--name", "api", "--scope", "manage", "--expires", "30d"])
        #expect(created.ending == .exited(0))
        #expect(created.lines.count == 1)
        let key = try #require(created.lines.first)
        #expect(key.firstMatch(of: /^mk_[a-z2-7]{12}_[A-Za-z0-9_-]{43}$/) != nil)
        let daemons = [try await site.start(), try await site.start()]
        for daemon in daemons { #expect(try await Self.upload(daemon, "a-\(daemon.port)", [bearer(key)]) == 201) }
        let list = try await site.run(["key", "list", "--json"])
        #expect(list.text.contains("\"name\":\"api\"") && !list.text.contains(key.dropFirst(16)))
        #expect(try await site.run(["key", "revoke", key]).ending == .exited(0))
        for daemon in daemons {
            try await requireEventually(within: .seconds(1)) {
                try await Self.upload(daemon, "b", [bearer(key)]) == 401
            }
            #expect(!daemon.log.contains(key.dropFirst(16)))
            await daemon.kill9()
        }
        #expect(try await site.run(["key", "revoke", "aaaaaaaaaaaa"]).ending != .exited(0))
        try await site.remove()
    }

    @Test("Commands that talk to a daemon send the key of MEDIAD_KEY, and are refused without it")
    func commands() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let created = try await site.run(["key", "create", "--name", "api", "--scope", "manage"])
        let key = try #require(created.lines.first, "\(created.errors)")
        let daemon = try await site.start()
        let file = "\(site.directory)/notes.txt"
        try await withLog(of: daemon) {
            try #require(try await ChildProcess.run(.init("sh", ["-c", "echo hello > \(file)"])).ending == .exited(0))
            for environment in [["MEDIAD_KEY": key], [:]] {
                let isKnown = !environment.isEmpty
                for arguments in [
                    ["upload", file, "--collection", "documents", "--name", "notes"], ["rm", "documents/notes.txt"],
                ] {
                    let outcome = try await ChildProcess.run(
                        .init(
                            try DaemonBinary.path(),
                            arguments + ["--server", daemon.url],
                            environment: environment.merging(["XDG_STATE_HOME": site.directory]) { one, _ in one },
                            directory: site.directory
                        ),
                        within: .seconds(60)
                    )
                    let ending: ChildProcess.Ending = .exited(isKnown ? 0 : 2)
                    #expect(outcome.ending == ending, "\(arguments) \(outcome.text) \(outcome.errors)")
                    #expect(!outcome.errors.contains(key))
                }
            }
        }
        await daemon.kill9()
        try await site.remove()
    }

    @Test("The database alone is enough for a key, and an embedded one is made for the first key")
    func places() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let url = try #require(site.databaseURL)
        let alone = try await ChildProcess.run(
            .init(
                try DaemonBinary.path(),
                ["key", "create", "--name", "n", "--scope", "read:documents/*", "--database-url", url],
                directory: site.directory
            ),
            within: .seconds(60)
        )
        #expect(alone.ending == .exited(0) && alone.lines.count == 1, "\(alone.errors)")
        let fresh = "\(site.directory)/fresh"
        let first = try await ChildProcess.run(
            .init(
                try DaemonBinary.path(),
                ["key", "create", "--name", "n", "--scope", "manage", "--storage-root", fresh],
                directory: site.directory
            ),
            within: .seconds(120)
        )
        #expect(first.ending == .exited(0) && first.lines.count == 1, "\(first.errors)")
        try await site.remove()
    }

    @Test(
        "A scope that is none is refused with its reason",
        arguments: [
            "read:../*", "read:avatars/%2e%2e/x", "read:", "write:a/*", "manage:a/*", "read:a*b/*", "read:avatars/a*b",
            "read:avatars", "read:avatars/a\u{202E}b", "", "read:avatars/..%2f",
        ]
    )
    func badScopes(_ scope: String) async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let outcome = try await site.run(["key", "create", "--name", "n", "--scope", scope])
        #expect(outcome.ending != .exited(0))
        #expect(outcome.text.isEmpty && !outcome.errors.isEmpty)
        try await site.remove()
    }

    @Test("Rights end where their patterns end: names, case, spellings, other collections, other verbs")
    func patterns() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let key = bearer(try await site.key("upload:documents/user1*", "upload:documents/caf\u{E9}"))
            for (name, status) in [
                ("user1", 201), ("user1-large", 201), ("user1/2024", 201), ("user12", 403), ("User1", 403),
                ("user", 403), ("user1/../user2", 400), ("caf%C3%A9", 201), ("cafe%CC%81-x", 403), ("x/user1", 403),
                ("%75ser1-b", 201), ("user1%2Fb", 201),
            ] {
                let found = try await Self.upload(daemon, name, [key])
                // A name that no file can have is no name that a right is for.
                #expect(found == status || status == 400 && found == 403, "\(name): \(found)")
            }
            #expect(
                try await daemon.request("POST", "/api/upload?collection=posters&name=user1", [key], body: Self.body)
                    .status == 403
            )
            let id = try #require(
                try JSONValue(
                    parsing: try await daemon.request("GET", "/api/media?path=documents/user1.txt").body
                )["files"]?.array?.first?["id"]?.string
            )
            #expect(try await daemon.request("DELETE", "/api/media/\(id)", [key]).status == 403)
            #expect(try await daemon.request("DELETE", "/api/media/\(id)").status == 401)
            #expect(try await daemon.request("GET", "/metrics", [key]).status == 403)
            #expect(try await daemon.request("GET", "/metrics", [bearer(try await site.key("monitor"))]).status == 200)
            let deleting = bearer(try await site.key("delete:documents/*"))
            #expect(try await daemon.request("DELETE", "/api/media/\(id)", [deleting]).status == 204)
            #expect(try await daemon.request("DELETE", "/api/media/\(id)", [deleting]).status == 404)
        }
        await daemon.kill9()
        try await site.remove()
    }

    @Test("A private collection: lists have what may be read, whole pages of it; the rest is not there")
    func narrowing() async throws {
        let site = try await DaemonSite(
            configuration: "collections:\n  names: [documents, posters]\n  documents:\n    access: private\n"
        )
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let manager = bearer(try await site.key("manage"))
            for name in ["a1", "a2", "a12", "b1", "a1-x", "b2", "a1/y"] {
                #expect(try await Self.upload(daemon, name, [manager]) == 201)
            }
            let reader = bearer(try await site.key("read:documents/a1*"))
            var paths: [String] = []
            var cursor: String?
            repeat {
                let target = "/api/media?limit=2" + (cursor.map { "&cursor=\($0)" } ?? "")
                let page = try JSONValue(parsing: try await daemon.request("GET", target, [reader]).body)
                let files = page["files"]?.array ?? []
                cursor = page["nextCursor"]?.string
                #expect(files.count == 2 || cursor == nil)
                paths += files.compactMap { $0["path"]?.string }
            } while cursor != nil
            #expect(Set(paths) == ["documents/a1.txt", "documents/a1-x.txt", "documents/a1/y.txt"])
            #expect(try await daemon.request("GET", "/api/media?collection=documents").status == 401)
            let all = try await daemon.request("GET", "/api/media")
            #expect(all.status == 200 && !all.text.contains("documents/"))

            // What may not be known and what is not there: the same status and the same words.
            func outcome(_ target: String) async throws -> String {
                let response = try await daemon.request("GET", target, [reader])
                return "\(response.status) \(response.text)"
            }
            #expect(try await outcome("/files/documents/a12.txt") == outcome("/files/documents/a13.txt"))
            #expect(try await outcome("/files/documents/b1") == outcome("/files/documents/b9"))
            #expect(try await outcome("/files/documents/a12.txt").hasPrefix("404"))
            #expect(try await outcome("/files/documents/a1.txt").hasPrefix("200"))
            let hidden = try #require(
                try JSONValue(
                    parsing: try await daemon.request("GET", "/api/media?path=documents/a12.txt", [manager]).body
                )["files"]?.array?.first?["id"]?.string
            )
            #expect(
                try await outcome("/api/media/\(hidden)")
                    == outcome("/api/media/00000000-0000-7000-8000-000000000000")
            )
            // Read by somebody who may, twice, so that it is in memory; and not for others then.
            for _ in 0..<3 { _ = try await daemon.request("GET", "/files/documents/a1.txt", [reader]) }
            #expect(try await daemon.request("GET", "/files/documents/a1.txt").status == 401)
        }
        await daemon.kill9()
        try await site.remove()
    }
}
