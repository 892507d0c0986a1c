import MediaCore
import MediaEngine
import MediaTesting
import Synchronization
import Testing

@Suite("Changes in this process")
struct ChangeDispatchTests {
    private static let path = MediaPath(trusted: "posters/1.jpg")

    @Test("Subscribers are told of each change before the call that made it returns")
    func own() async throws {
        let told = EventRecorder()
        let fixture = try EngineFixture(TemporaryRoot(), caches: [told])
        let png = try await fixture.upload("png one")
        #expect(told.take() == [.published(png, replaced: nil)])
        let jpeg = try await fixture.upload("jpeg two")
        #expect(told.take() == [.published(jpeg, replaced: png)])
        let focused = try await fixture.files.setFocalPoint(FocalPoint(x: 0.5, y: 0.25), of: jpeg.id)
        #expect(told.take() == [.recordChanged(Self.path)])
        try await fixture.files.delete(id: jpeg.id)
        #expect(told.take() == [.deleted(focused)])
    }

    @Test("A change that fails may have happened all the same, so what is kept of its file goes")
    func failed() async throws {
        let (told, plan) = (EventRecorder(), FaultPlan(failing: 1, mode: .answerLost, only: "catalog.setFocalPoint"))
        let fixture = try EngineFixture(TemporaryRoot(), plan: plan, caches: [told])
        let file = try await fixture.upload("jpeg one")
        fixture.memory.setReferenced(file.id, true)
        _ = told.take()
        #expect(
            await code { () async throws(MediaError) in try await fixture.files.delete(id: file.id) } == .fileReferenced
        )
        #expect(told.take() == [.recordChanged(Self.path)])
        plan.arm()
        let point = FocalPoint(x: 0.5, y: 0.25)
        let found = await code { () async throws(MediaError) in
            _ = try await fixture.files.setFocalPoint(point, of: file.id)
        }
        #expect(found == .catalogUnavailable)
        #expect(told.take() == [.recordChanged(Self.path)])
    }

    @Test("The renditions of bytes that are replaced or deleted are removed by then, those of bytes that stay are not")
    func renditions() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        func render() async throws {
            let opened = try await fixture.files.open(Self.path)
            let key = try fixture.renditions.key(for: opened.record, RenditionOptions(preset: "w92"), format: .webp)
            _ = try await fixture.renditions.rendition(key, of: opened)
        }
        try await fixture.upload("jpeg one")
        try await render()
        try await fixture.upload("jpeg one")
        #expect(fixture.root.tree("renditions").count == 1)
        let second = try await fixture.upload("jpeg two")
        #expect(fixture.root.tree("renditions") == [])
        try await render()
        try await fixture.files.delete(id: second.id)
        #expect(fixture.root.tree("renditions") == [])
    }

    @Test("Records are kept while changes are heard, dropped when one is heard, and not kept when none can be")
    func heard() async throws {
        let (told, plan) = (EventRecorder(), FaultPlan.harmless())
        let fixture = try EngineFixture(TemporaryRoot(), plan: plan, caches: [told])
        try await fixture.upload("jpeg one")
        _ = told.take()
        plan.arm()
        func reads() async throws -> Int {
            let before = plan.calls.count { $0 == "catalog.file.path" }
            for _ in 0..<2 { _ = try await fixture.files.open(Self.path) }
            return plan.calls.count { $0 == "catalog.file.path" } - before
        }
        #expect(try await reads() == 2, "nobody listens yet")
        let listening = Task { try await fixture.follower.run() }
        #expect(try await eventually { told.events == [.connected] })
        #expect(try await reads() == 1)
        #expect(try await reads() == 0)
        fixture.memory.changeByHand(Self.path)
        #expect(try await eventually { told.events.last == .recordChanged(Self.path) })
        #expect(try await reads() == 1)
        fixture.memory.interruptNotifications()
        fixture.memory.changeByHand(Self.path)
        #expect(try await eventually { told.events.count { $0 == .recordChanged(Self.path) } == 2 })
        #expect(!told.events.contains(.disconnected), "the feed can be read without the notifications")
        #expect(try await reads() == 1)
        fixture.memory.setFeedAway(true)
        #expect(try await eventually { told.events.last == .disconnected })
        #expect(try await reads() == 2, "nothing is kept of what may be another by now")
        fixture.memory.setFeedAway(false)
        #expect(try await eventually { told.events.last == .connected })
        #expect(try await reads() == 1)
        listening.cancel()
        try await listening.value
        #expect(told.events.last == .disconnected)
        #expect(try await reads() == 2)
    }

    @Test("What is told of the feed last is what holds, however long a subscriber takes over what came before")
    func ordered() async throws {
        let (told, feed) = (EventRecorder(), HangingFeed())
        let follower = FeedFollower(
            notifications: InMemoryCatalog(),
            feed: feed,
            upkeep: InMemoryCatalog(),
            dispatcher: ChangeDispatcher(subscribers: [told], stamper: nil),
            relay: FeedSignalRelay(),
            isPrepared: { true },
            logger: quietLogger
        )
        let following = Task { try await follower.run() }
        #expect(try await eventually { told.events == [.connected] })
        // The reading takes so long that the caches are told to keep nothing, which a subscriber takes long over. Meanwhile it succeeds.
        let (disconnected, bounds) = (told.hold(.disconnected), feed.hold())
        #expect(try await eventually { told.isHolding })
        bounds.finish()
        #expect(try await eventually { feed.readings > 1 })
        // Pause: for a follower that would not wait for its turn.
        try await Task.sleep(for: .milliseconds(300))
        #expect(told.events == [.connected])
        disconnected.finish()
        #expect(try await eventually { told.events == [.connected, .disconnected, .connected] })
        following.cancel()
        try await following.value
        #expect(told.events.last == .disconnected)
    }

    @Test("A request for an upload's release is heard by the process that holds it, also from another one")
    func release() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let told = EventRecorder()
        let (fixture, other) = (try EngineFixture(root, memory, caches: [told]), try EngineFixture(root, memory))
        let listening = Task { try await fixture.follower.run() }
        #expect(try await eventually { told.events == [.connected] })
        let id = try await fixture.announce(8)
        let body = HangingBody()
        let older = Task { await fixture.refusal("abcdefgh", at: 0, to: id, body: body.source("abcd")) }
        #expect(try await eventually { body.isHanging })
        #expect(try await other.resumable.settledStatus(of: id, for: .anybody).offset?.bytes == 4)
        #expect(await older.value == .uploadInterrupted)
        #expect(body.reason == .takenOver)
        listening.cancel()
        try await listening.value
    }

    @Test("What an event means to a cache")
    func invalidation() {
        let png = SampleRecords.file("1", type: .png)
        let jpeg = SampleRecords.file("1", type: .jpeg, seed: 2, id: png.id)
        let cases: [(ChangeEvent, ChangeEvent.Invalidation)] = [
            (.published(jpeg, replaced: nil), .paths([jpeg.path])),
            (.published(jpeg, replaced: jpeg), .paths([jpeg.path])),
            (.published(jpeg, replaced: png), .paths([jpeg.path, png.path])),
            (.deleted(png), .paths([png.path])),
            (.recordChanged(png.path), .paths([png.path])),
            (.connected, .everything(mayKeep: true)),
            (.allRecordsChanged, .everything(mayKeep: true)),
            (.disconnected, .everything(mayKeep: false)),
            (.uploadTakeoverRequested(SampleRecords.uploadID(1), asked: Timestamp(microseconds: 0)), .nothing),
        ]
        for (event, expected) in cases { #expect(event.invalidation == expected) }
    }
}

/// A feed without changes, whose readings can be held up.
private final class HangingFeed: ChangeFeed {
    private let base = InMemoryFeed()
    private let gate = Mutex<AsyncStream<Void>?>(nil)
    private let count = Mutex(0)

    /// Readings that have ended since the last call of ``hold()``.
    var readings: Int { self.count.withLock { $0 } }

    /// The next reading ends when the gate is finished.
    func hold() -> AsyncStream<Void>.Continuation {
        let (gate, continuation) = AsyncStream.makeStream(of: Void.self)
        self.gate.withLock { $0 = gate }
        self.count.withLock { $0 = 0 }
        return continuation
    }

    func bounds() async throws(MediaError) -> FeedBounds {
        let gate = self.gate.withLock { gate in
            defer { gate = nil }
            return gate
        }
        if let gate { for await _ in gate {} }
        self.count.withLock { $0 += 1 }
        return try await self.base.bounds()
    }

    func page(
        after cursor: FeedCursor?,
        filter: FeedFilter,
        limit: Int,
        end: FeedPage.End
    ) async throws(MediaError) -> FeedPage {
        try await self.base.page(after: cursor, filter: filter, limit: limit, end: end)
    }
}

/// Keeps what it is told.
private final class EventRecorder: ChangeSubscriber {
    private let state = Mutex<[ChangeEvent]>([])
    private let held = Mutex<(event: ChangeEvent, gate: AsyncStream<Void>)?>(nil)
    private let holding = Mutex(false)

    var events: [ChangeEvent] { self.state.withLock { $0 } }
    /// Whether an event waits for its gate.
    var isHolding: Bool { self.holding.withLock { $0 } }

    /// The next of these events is not taken note of before the gate is finished.
    func hold(_ event: ChangeEvent) -> AsyncStream<Void>.Continuation {
        let (gate, continuation) = AsyncStream.makeStream(of: Void.self)
        self.held.withLock { $0 = (event, gate) }
        return continuation
    }

    /// What came since the last call.
    func take() -> [ChangeEvent] {
        self.state.withLock { state in
            defer { state = [] }
            return state
        }
    }

    func receive(_ event: ChangeEvent) async {
        let gate = self.held.withLock { held in
            guard held?.event == event else { return nil as AsyncStream<Void>? }
            defer { held = nil }
            return held?.gate
        }
        if let gate {
            self.holding.withLock { $0 = true }
            // Not for who is told in a task that is cancelled.
            await Task { for await _ in gate {} }.value
        }
        self.state.withLock { $0.append(event) }
    }
}
