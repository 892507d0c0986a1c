import MediaTesting
import Testing

/// Who gets in without a key, and when the daemon does not start.
@Suite("Access: safe by default", .timeLimit(.minutes(5)))
struct AccessModeTests {
    private static let body = Array("hello".utf8)

    private static func upload(
        _ daemon: DaemonProcess,
        _ name: String,
        _ fields: [(String, String)] = []
    ) async throws -> ProbeResponse {
        try await daemon.request("POST", "/api/upload?collection=documents&name=\(name)", fields, body: self.body)
    }

    @Test(
        "On loopback without a key it is open and says so; the first key closes it within a second, also when it is revoked"
    )
    func closing() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            #expect(daemon.log.contains("mediad key create --name admin --scope manage"))
            #expect(try await Self.upload(daemon, "a").status == 201)
            #expect(try await daemon.request("GET", "/").text.contains(#"name="mediad-access" content="open""#))
            let key = try await site.key("manage")
            try await requireEventually(within: .seconds(2)) {
                try await Self.upload(daemon, "b").status == 401
            }
            #expect(try await daemon.request("GET", "/").text.contains(#"name="mediad-access" content="required""#))
            #expect(try await Self.upload(daemon, "c", [bearer(key)]).status == 201)
            // What everybody may read, everybody may read.
            #expect(try await daemon.request("GET", "/files/documents/a.txt").status == 200)
            #expect(try await daemon.request("GET", "/api/media").status == 200)
            let revoked = try await site.run(["key", "revoke", String(key.dropFirst(3).prefix(12))])
            #expect(revoked.ending == .exited(0))
            try await requireEventually(within: .seconds(2)) {
                try await Self.upload(daemon, "d", [bearer(key)]).status == 401
            }
            #expect(try await Self.upload(daemon, "e").status == 401)
            #expect(!daemon.log.contains(key.dropFirst(16)))
        }
        await daemon.kill9()
        try await site.remove()
    }

    @Test("On other addresses it does not start without a key, and says the command that helps")
    func otherAddresses() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        for mode in ["auto", "required"] {
            let environment = ["MEDIAD_ACCESS_MODE": mode]
            let process = try await site.launch(environment: environment, arguments: ["--hostname", "0.0.0.0"])
            #expect(await process.waitForExit(atMost: .seconds(60)) == .exited(2))
            #expect(process.standardError.contains("mediad key create --name admin --scope manage --database-url"))
            await process.kill9()
        }
        _ = try await site.key("manage")
        let second = try await site.launch(arguments: ["--hostname", "0.0.0.0"])
        try await requireEventually(within: .seconds(60)) { second.standardError.contains("Listening") }
        await second.kill9()
        try await site.remove()
    }

    @Test(
        "A proxy on another machine is not this machine; access.mode decides in so many words",
        arguments: [
            ("http:\n  trustedProxies: [10.0.0.0/8]\n", false),
            ("http:\n  trustedProxies: [\"::1\", 127.0.0.0/8]\n", true),
            ("http:\n  trustedProxies: [10.0.0.0/8]\naccess:\n  mode: open\n", true),
            ("http:\n  trustedProxies: [10.0.0.0/8]\naccess:\n  mode: required\n", false),
        ]
    )
    func proxies(_ configuration: String, _ starts: Bool) async throws {
        let site = try await DaemonSite(configuration: configuration)
        let process = try await site.launch()
        try await requireEventually(within: .seconds(60)) {
            process.standardError.contains("Listening") || process.ending != nil
        }
        #expect(process.standardError.contains("Listening") == starts, "\(process.standardError)")
        await process.kill9()
        try await site.remove()
    }

    @Test("Mode open lets everybody in, whatever credentials a proxy passes on; required lets nobody in")
    func modes() async throws {
        for (mode, status) in [("open", 201), ("required", 401)] {
            let site = try await DaemonSite(configuration: "access:\n  mode: \(mode)\n")
            let daemon = try await site.start()
            try await withLog(of: daemon) {
                #expect(try await Self.upload(daemon, "a").status == status)
                #expect(try await Self.upload(daemon, "b", [("Authorization", "Basic YTpi")]).status == status)
                #expect(try await Self.upload(daemon, "c", [bearer("of-another-service")]).status == status)
                let page = try await daemon.request("GET", "/").text
                #expect(page.contains("content=\"\(mode == "open" ? "delegated" : "required")\""))
            }
            await daemon.kill9()
            try await site.remove()
        }
    }
}
