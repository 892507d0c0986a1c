import Foundation
import MediaTesting
import Testing

@Suite("Webhooks", .timeLimit(.minutes(5)))
struct WebhookTests {
    /// Makes a webhook by the command line, beside the running daemon.
    private static func create(
        _ daemon: DaemonProcess,
        _ receiver: WebhookReceiver,
        _ path: String = "/ok",
        _ more: [String] = []
    ) async throws -> String {
        let outcome = try await daemon.site.run(["webhook", "create", "--url", receiver.url(path)] + more)
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        let secret = try #require(outcome.lines.first)
        #expect(outcome.text == "\(secret)\n", "the secret alone")
        #expect(secret.hasPrefix("whsec_"))
        try receiver.use([secret])
        return secret
    }

    private static func list(_ site: DaemonSite) async throws -> [JSONValue] {
        let outcome = try await site.run(["webhook", "list", "--json"])
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        return try outcome.lines.map { try JSONValue(parsing: Array($0.utf8)) }
    }

    private static func upload(_ daemon: DaemonProcess, _ name: String) async throws {
        let response = try await daemon.upload(Samples.document(2000), "collection=documents&name=\(name)")
        #expect(response.status == 201)
    }

    private static func withDaemon(
        _ body: @Sendable (DaemonSite, DaemonProcess, WebhookReceiver) async throws -> Void
    ) async throws {
        let site = try await DaemonSite(configuration: Configurations.webhooks)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            try await WebhookReceiver.with(site) { try await body(site, daemon, $0) }
        }
        await daemon.kill9()
        try await site.remove()
    }

    @Test("The library of Standard Webhooks verifies each change, in order, within a second or so")
    func delivery() async throws {
        try await Self.withDaemon { site, daemon, receiver in
            _ = try await Self.create(daemon, receiver, "/ok", ["--collection", "documents", "--event", "file.*"])
            for number in 0..<5 { try await Self.upload(daemon, "hook-\(number)") }
            try await requireEventually(every: .milliseconds(50)) { try receiver.messages().count >= 5 }
            let messages = try receiver.messages()
            #expect(messages.allSatisfy { $0.verified == [true] })
            #expect(messages.map(\.type) == Array(repeating: "file.created", count: 5))
            #expect(
                messages.map { $0.event["data"]?["path"]?.string } == (0..<5).map { "documents/hook-\($0).txt" }
            )
            #expect(Set(messages.map(\.id)).count == 5)
            #expect(messages.allSatisfy { $0.event["timestamp"]?.string != nil })
            try await requireEventually(every: .milliseconds(200)) {
                try await Self.list(site).first?["lag"]?.integer == 0
            }
        }
    }

    @Test("What fails is tried again with the same identifier; parked, it is probed, and all follows in order")
    func retries() async throws {
        try await Self.withDaemon { site, daemon, receiver in
            _ = try await Self.create(daemon, receiver, "/fail/5", ["--name", "flaky"])
            for number in 0..<3 { try await Self.upload(daemon, "flaky-\(number)") }
            try await requireEventually(every: .milliseconds(50)) { try receiver.messages("/fail/5").count >= 8 }
            let ids = try receiver.messages("/fail/5").map(\.id)
            #expect(Set(ids.prefix(6)).count == 1)
            #expect(Set(ids.suffix(3)).count == 3)
            #expect(daemon.log.contains("A webhook is parked"))
            #expect(try await Self.list(site).first?["state"]?.string == "active")
        }
    }

    @Test("A daemon that is killed between the delivery and the cursor: delivered again, never lost")
    func killed() async throws {
        let site = try await DaemonSite(configuration: Configurations.webhooks)
        let daemon = try await site.start()
        try await WebhookReceiver.with(site) { receiver in
            _ = try await Self.create(daemon, receiver, "/hang/1")
            for number in 0..<3 { try await Self.upload(daemon, "killed-\(number)") }
            // It has come, and nobody was told so.
            try await requireEventually(every: .milliseconds(20)) { try receiver.messages("/hang/1").count == 1 }
            await daemon.kill9()
            let next = try await site.start()
            try await withLog(of: next) {
                try await requireEventually(every: .milliseconds(50)) { try receiver.messages("/hang/1").count >= 4 }
                let messages = try receiver.messages("/hang/1")
                #expect(messages[0].id == messages[1].id)
                #expect(
                    messages.dropFirst().map { $0.event["data"]?["path"]?.string }
                        == (0..<3).map { "documents/killed-\($0).txt" }
                )
            }
            await next.kill9()
        }
        try await site.remove()
    }

    @Test("A redirect is not followed, and says so in the list")
    func redirect() async throws {
        try await Self.withDaemon { site, daemon, receiver in
            _ = try await Self.create(daemon, receiver, "/redirect")
            try await Self.upload(daemon, "redirected")
            try await requireEventually(every: .milliseconds(200)) {
                try await Self.list(site).first?["state"]?.string == "parked"
            }
            let webhook = try #require(try await Self.list(site).first)
            #expect(webhook["lastError"]?.string?.contains("307") == true)
            #expect((webhook["lag"]?.integer ?? 0) >= 1)
            #expect(try receiver.messages("/ok").isEmpty)
        }
    }

    @Test("Rotating signs with both, dropping with the new one; a replay repeats; disabling ends, enabling goes on")
    func changing() async throws {
        try await Self.withDaemon { site, daemon, receiver in
            let first = try await Self.create(daemon, receiver, "/ok", ["--name", "app"])
            let rotated = try await site.run(["webhook", "rotate", "app"])
            let second = try #require(rotated.lines.first, "\(rotated.errors)")
            try receiver.use([first, second])
            try await Self.upload(daemon, "rotated")
            try await requireEventually(every: .milliseconds(50)) { try receiver.messages().count == 1 }
            #expect(try receiver.messages()[0].verified == [true, true])

            let dropped = try await site.run(["webhook", "rotate", "app", "--drop-old"])
            let third = try #require(dropped.lines.first, "\(dropped.errors)")
            try receiver.use([second, third])
            #expect(try await site.run(["webhook", "replay", "app", "--from", "floor"]).ending == .exited(0))
            try await requireEventually(every: .milliseconds(50)) { try receiver.messages().count == 2 }
            let messages = try receiver.messages()
            #expect(messages[1].verified == [false, true])
            #expect(messages[0].id == messages[1].id)

            #expect(try await site.run(["webhook", "disable", "app"]).ending == .exited(0))
            try await Self.upload(daemon, "unheard")
            #expect(try await Self.list(site).first?["state"]?.string == "disabled")
            #expect(try await site.run(["webhook", "enable", "app"]).ending == .exited(0))
            try await requireEventually(every: .milliseconds(50)) { try receiver.messages().count == 3 }
            #expect(try receiver.messages()[2].event["data"]?["path"]?.string == "documents/unheard.txt")
            #expect(try await site.run(["webhook", "delete", "app"]).ending == .exited(0))
            #expect(try await Self.list(site).isEmpty)
        }
    }

    @Test("Two daemons: each change once, and the other goes on when one is killed")
    func twoDaemons() async throws {
        let site = try await DaemonSite(configuration: Configurations.webhooks)
        let (first, second) = (try await site.start(), try await site.start())
        try await WebhookReceiver.with(site) { receiver in
            _ = try await Self.create(first, receiver)
            for number in 0..<10 { try await Self.upload(number % 2 == 0 ? first : second, "pair-\(number)") }
            try await requireEventually(every: .milliseconds(50)) { try receiver.messages().count >= 10 }
            await first.kill9()
            for number in 10..<15 { try await Self.upload(second, "pair-\(number)") }
            try await requireEventually(within: .seconds(40), every: .milliseconds(50)) {
                try receiver.messages().last?.event["data"]?["path"]?.string == "documents/pair-14.txt"
            }
            var paths: [String] = []
            for path in try receiver.messages().compactMap({ $0.event["data"]?["path"]?.string })
            where paths.last != path {
                paths.append(path)
            }
            #expect(paths == (0..<15).map { "documents/pair-\($0).txt" })
        }
        await second.kill9()
        try await site.remove()
    }
}
