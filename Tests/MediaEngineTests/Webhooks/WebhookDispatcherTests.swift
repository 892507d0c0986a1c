import Credentials
import MediaCore
import MediaTesting
import Synchronization
import Testing

@testable import MediaEngine

@Suite("The feed is delivered to webhooks", .timeLimit(.minutes(1)))
struct WebhookDispatcherTests {
    private let scene = WebhookScene()

    private func create(_ draft: WebhookDraft = WebhookDraft(url: "https://example.com/")) async throws -> Webhook {
        try await self.scene.service.create(draft).status.webhook
    }

    @Test("In order, each once, with the same JSON as the feed's other readers get, signed")
    func order() async throws {
        let (status, secret) = try await self.scene.service.create(WebhookDraft(url: "https://example.com/"))
        try await self.scene.running([self.scene.dispatcher()]) {
            for _ in 0..<250 { self.scene.feed.append() }
            try await requireEventually { self.scene.sender.positions.count >= 250 }
            #expect(self.scene.sender.positions == Array(1...250))
            try await requireEventually { try await self.scene.only().cursor.position == 250 }
        }
        let message = try #require(self.scene.sender.messages.first)
        let body =
            "{\"type\":\"file.created\",\"timestamp\":\"2023-11-14T22:13:20.000000Z\",\"data\":{\"cursor\":\"e1.1\"}}"
        #expect(String(decoding: message.body, as: UTF8.self) == body)
        #expect(message.field("webhook-id") == "evt_e1_1")
        let time = try #require(message.field("webhook-timestamp").flatMap { Int64($0) })
        let signature = WebhookSigner.signature(of: message.body, id: "evt_e1_1", timestamp: time, secrets: [secret])
        #expect(message.field("webhook-signature") == signature)
        #expect(status.lag == 0)
    }

    @Test("Only what it asked for; its cursor moves past the rest")
    func filter() async throws {
        _ = try await self.create(
            WebhookDraft(url: "https://example.com/", events: ["file.created", "link.*"], collections: ["posters"])
        )
        try await self.scene.running([self.scene.dispatcher()]) {
            for collection in ["posters", "videos"] {
                for kind in [FeedEvent.Kind.fileCreated, .fileDeleted, .linkAdded] {
                    self.scene.feed.append(kind, collection: collection)
                }
            }
            try await requireEventually { try await self.scene.only().cursor.position == 6 }
        }
        #expect(self.scene.sender.positions == [1, 3])
        #expect(try await self.scene.only().deliveredAt != nil)
    }

    @Test("What fails is tried again, with the same identifier and a new time, and holds up what is behind it")
    func retry() async throws {
        self.scene.sender.use { _, count in .responded(status: count < 3 ? 500 : 200, retryAfter: nil) }
        _ = try await self.create()
        try await self.scene.running([self.scene.dispatcher()]) {
            self.scene.feed.append()
            self.scene.feed.append()
            try await requireEventually { try await self.scene.only().cursor.position == 2 }
        }
        #expect(self.scene.sender.positions == [1, 1, 1, 2])
        #expect(try await self.scene.only().failures == 0)
    }

    @Test("After so many tries it is parked, probed with the change that it did not take, and goes on where it stopped")
    func parked() async throws {
        self.scene.sender.use { _, _ in .failed(.timedOut) }
        _ = try await self.create()
        try await self.scene.running([self.scene.dispatcher()]) {
            for _ in 0..<3 { self.scene.feed.append() }
            try await requireEventually { try await self.scene.only().state == .parked }
            #expect(try await self.scene.only().failures >= 3)
            #expect(try await self.scene.only().lastError?.contains("in time") == true)
            #expect(try await self.scene.service.list().first?.lag == 3)
            self.scene.sender.use { _, _ in .responded(status: 200, retryAfter: nil) }
            try await requireEventually { try await self.scene.only().cursor.position == 3 }
            #expect(try await self.scene.only().state == .active)
        }
        #expect(self.scene.sender.positions.suffix(3) == [1, 2, 3])
    }

    @Test("An endpoint that hangs holds up nobody else")
    func independence() async throws {
        let release = AsyncStream.makeStream(of: Void.self)
        self.scene.sender.use { message, _ in
            if message.url.host == "slow.example" { for await _ in release.stream { break } }
            return .responded(status: 200, retryAfter: nil)
        }
        _ = try await self.create(WebhookDraft(url: "https://slow.example/"))
        _ = try await self.create(WebhookDraft(url: "https://quick.example/"))
        try await self.scene.running([self.scene.dispatcher()]) {
            for _ in 0..<5 { self.scene.feed.append() }
            try await requireEventually {
                self.scene.sender.messages.filter { $0.url.host == "quick.example" }.count == 5
            }
            #expect(self.scene.sender.messages.filter { $0.url.host == "slow.example" }.count == 1)
            release.continuation.finish()
            try await requireEventually { self.scene.sender.messages.count == 10 }
        }
    }

    @Test("Two daemons: one at a time sends to an endpoint, each change once and in order")
    func twoDaemons() async throws {
        let busy = Mutex((now: 0, most: 0))
        self.scene.sender.use { _, _ in
            busy.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            await Task.yield()
            busy.withLock { $0.now -= 1 }
            return .responded(status: 200, retryAfter: nil)
        }
        _ = try await self.create()
        try await self.scene.running([self.scene.dispatcher(), self.scene.dispatcher()]) {
            for _ in 0..<300 {
                self.scene.feed.append()
                await Task.yield()
            }
            try await requireEventually { try await self.scene.only().cursor.position == 300 }
        }
        #expect(self.scene.sender.positions == Array(1...300))
        #expect(busy.withLock { $0.most } == 1)
    }

    @Test(
        "A daemon that dies between the delivery and the cursor: the next one sends that change again, and loses none"
    )
    func crash() async throws {
        _ = try await self.create()
        for _ in 0..<3 { self.scene.feed.append() }
        let dying = ScriptedSender { _, _ in
            // It has come; the process is never heard of again.
            for await _ in AsyncStream<Void>.makeStream().stream {}
            return .failed(.interrupted)
        }
        let webhook = try await self.scene.only()
        _ = try await self.scene.catalog.claimWebhooks(
            for: "dead",
            lease: .milliseconds(300),
            head: FeedCursor(epoch: "e1", position: 3),
            except: [],
            limit: 1
        )
        let message = WebhookEnvelope(data: { _ in [] }).message(
            about: try #require(try await self.scene.feed.page(after: nil, filter: .all, limit: 1).events.first),
            to: webhook,
            at: webhook.createdAt
        )
        let first = Task { await dying.send(message) }
        try await self.scene.running([self.scene.dispatcher()]) {
            try await requireEventually { try await self.scene.only().cursor.position == 3 }
        }
        first.cancel()
        #expect(dying.positions + self.scene.sender.positions == [1, 1, 2, 3])
        #expect(
            try await !self.scene.catalog.advanceWebhook(
                webhook.id,
                to: FeedCursor(epoch: "e1", position: 1),
                isDelivered: true,
                by: "dead"
            )
        )
    }

    @Test("While the database is away nothing is sent; then it goes on")
    func outage() async throws {
        _ = try await self.create()
        try await self.scene.running([self.scene.dispatcher()]) {
            self.scene.feed.setLost(true)
            self.scene.feed.append()
            self.scene.feed.append()
            self.scene.feed.setLost(false)
            try await requireEventually { try await self.scene.only().cursor.position == 2 }
        }
        #expect(self.scene.sender.positions == [1, 2])
    }

    @Test("A cursor that has expired parks the endpoint, and it is not probed; a replay makes it go on")
    func expired() async throws {
        let webhook = try await self.create()
        _ = try await self.scene.catalog.disableWebhook(webhook.id, reason: "test")
        for _ in 0..<3 { self.scene.feed.append() }
        self.scene.feed.prune(upTo: 3)
        try await self.scene.service.enable(webhook.id)
        try await self.scene.running([self.scene.dispatcher()]) {
            try await requireEventually { try await self.scene.only().state == .parked }
            let parked = try await self.scene.only()
            #expect(parked.nextTry == nil)
            #expect(parked.lastError?.contains("cursor_expired") == true)
            #expect(self.scene.sender.messages.isEmpty)
            let tooOld = try #require(FeedCursor("e1.1"))
            let error = await #expect(throws: MediaError.self) {
                try await self.scene.service.replay(webhook.id, from: .cursor(tooOld))
            }
            #expect(error?.code == .cursorExpired)
            try await self.scene.service.replay(webhook.id, from: .now)
            self.scene.feed.append()
            try await requireEventually { self.scene.sender.positions == [4] }
        }
    }

    @Test("A replay sends again from any cursor, with the same identifiers")
    func replay() async throws {
        let webhook = try await self.create()
        try await self.scene.running([self.scene.dispatcher()]) {
            for _ in 0..<4 { self.scene.feed.append() }
            try await requireEventually { try await self.scene.only().cursor.position == 4 }
            try await self.scene.service.replay(webhook.id, from: try #require(WebhookStart("e1.2")))
            try await requireEventually { self.scene.sender.positions == [1, 2, 3, 4, 3, 4] }
            try await requireEventually { try await self.scene.only().cursor.position == 4 }
            try await self.scene.service.replay(webhook.id, from: .floor)
            try await requireEventually { self.scene.sender.positions.suffix(4) == [1, 2, 3, 4] }
        }
    }

    @Test("A shutdown lets the message that is under way end, moves the cursor behind it, and begins no other")
    func shutdown() async throws {
        let (started, release) = (AsyncStream.makeStream(of: Void.self), AsyncStream.makeStream(of: Void.self))
        self.scene.sender.use { _, _ in
            started.continuation.yield()
            for await _ in release.stream { break }
            return .responded(status: 200, retryAfter: nil)
        }
        _ = try await self.create()
        for _ in 0..<3 { self.scene.feed.append() }
        try await ShutdownScene.run(self.scene.dispatcher()) { begin in
            for await _ in started.stream { break }
            begin()
            release.continuation.finish()
        }
        #expect(self.scene.sender.positions == [1])
        let webhook = try await self.scene.only()
        #expect(webhook.cursor.position == 1)
        #expect(
            try await self.scene.catalog.claimWebhooks(
                for: "next",
                lease: .seconds(1),
                head: FeedCursor(epoch: "e1", position: 3),
                except: [],
                limit: 1
            ).count == 1
        )
    }

    @Test("An endpoint that hangs does not hold up a shutdown, and is not to blame for what was cut off")
    func hangingShutdown() async throws {
        let started = AsyncStream.makeStream(of: Void.self)
        self.scene.sender.use { _, _ in
            started.continuation.yield()
            // Ends when the task is cancelled.
            for await _ in AsyncStream<Void>.makeStream().stream {}
            return .failed(.interrupted)
        }
        _ = try await self.create()
        self.scene.feed.append()
        try await ShutdownScene.run(self.scene.dispatcher()) { begin in
            for await _ in started.stream { break }
            begin()
        }
        let webhook = try await self.scene.only()
        #expect(webhook.failures == 0)
        #expect(webhook.cursor.position == 0)
    }

    @Test("Metrics know the state and the lag of each")
    func counts() async throws {
        self.scene.sender.use { _, _ in .responded(status: 500, retryAfter: nil) }
        let webhook = try await self.create()
        let dispatcher = self.scene.dispatcher()
        try await self.scene.running([dispatcher]) {
            for _ in 0..<2 { self.scene.feed.append() }
            try await requireEventually {
                dispatcher.counts.snapshot.endpoints == [.init(id: webhook.id, state: .parked, lag: 2)]
            }
            #expect(dispatcher.counts.snapshot.failed >= 3)
            #expect(dispatcher.counts.snapshot.delivered == 0)
        }
    }
}
