import Access
import MediaCore
import MediaTesting
import Synchronization
import Testing

@testable import MediaEngine

@Suite("One hub for all readers", .timeLimit(.minutes(2)))
struct FeedHubTests {
    /// Runs `body` with a hub that runs.
    private func with(
        _ limits: FeedHub.Limits = FeedHub.Limits(),
        _ body: @Sendable (FeedHub, InMemoryFeed) async throws -> Void
    ) async throws {
        let feed = InMemoryFeed()
        let hub = FeedHub(feed: feed, signals: feed, limits: limits) { Array($0.cursor.text.utf8) }
        let running = Task { try await hub.run() }
        do {
            try await body(hub, feed)
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        _ = await running.result
    }

    private func join(_ hub: FeedHub, from start: FeedHub.Start, takesAtOnce: Bool = true) async throws -> NotingSink {
        let sink = NotingSink(takesAtOnce: takesAtOnce)
        sink.begin(try await hub.subscribe(from: start, filter: .all, authority: OpenAuthority(), sink: sink))
        return sink
    }

    @Test("Readers from everywhere hear everything once, in order, while transactions of all sizes come")
    func order() async throws {
        try await self.with(FeedHub.Limits(recent: 16)) { hub, feed in
            var numbers = SeededNumbers(test: 1207)
            var total = 0
            feed.commit([FeedSamples.event(), FeedSamples.event()])
            total += 2
            var readers: [(NotingSink, Int64)] = []
            for round in 0..<60 {
                if round % 10 == 0 {
                    let position = Int64.random(in: 0...Int64(total), using: &numbers)
                    readers.append((try await self.join(hub, from: .cursor(FeedSamples.cursor(position))), position))
                }
                let count = Int.random(in: 1...40, using: &numbers)
                feed.commit((0..<count).map { _ in FeedSamples.event() })
                total += count
            }
            for (sink, position) in readers {
                try await requireEventually { sink.notes.positions.count == total - Int(position) }
                #expect(sink.notes.positions == Array((position + 1)...Int64(total)))
                #expect(sink.notes.largest <= 64)
            }
        }
    }

    @Test("Without a single signal events come within about a second")
    func lostSignals() async throws {
        try await self.with { hub, feed in
            feed.setSignalsLost(true)
            let sink = try await self.join(hub, from: .now)
            feed.commit([FeedSamples.event()])
            try await requireEventually { sink.notes.positions == [1] }
        }
    }

    @Test("However many listen, each page is read once; while nobody does, none is")
    func oneReader() async throws {
        try await self.with { hub, feed in
            feed.commit([FeedSamples.event()])
            #expect(feed.pageCount == 0)
            var sinks: [NotingSink] = []
            for _ in 0..<50 { sinks.append(try await self.join(hub, from: .now)) }
            try await requireEventually {
                hub.core.withLock { $0.ring.head != nil && $0.readers.values.allSatisfy { $0.state == .ready } }
            }
            let before = feed.pageCount
            feed.commit([FeedSamples.event()])
            for sink in sinks { try await requireEventually { sink.notes.positions == [2] } }
            #expect(feed.pageCount - before <= 3, "one page, and perhaps those of the clock")
        }
    }

    @Test("Cursors that cannot be gone on from: another epoch, below the floor, beyond the head")
    func expired() async throws {
        try await self.with { hub, feed in
            feed.commit([FeedSamples.event(), FeedSamples.event()])
            feed.prune(upTo: 1)
            for cursor in [FeedSamples.cursor(1, epoch: "e0"), FeedSamples.cursor(0), FeedSamples.cursor(3)] {
                let error = await #expect(throws: MediaError.self) {
                    _ = try await self.join(hub, from: .cursor(cursor))
                }
                #expect(error?.code == .cursorExpired)
                #expect(error?.details == ["floor": .text("e1.1"), "head": .text("e1.2")])
            }
            _ = try await self.join(hub, from: .cursor(FeedSamples.cursor(1)))
        }
    }

    @Test("A new history ends all readers with what they need to begin anew")
    func newEpoch() async throws {
        try await self.with { hub, feed in
            feed.commit([FeedSamples.event()])
            let sink = try await self.join(hub, from: .floor)
            try await requireEventually { sink.notes.positions == [1] }
            feed.begin(epoch: "e2")
            let bounds = try await feed.bounds()
            try await requireEventually { sink.notes.ends == [.expired(bounds)] }
            let next = try await self.join(hub, from: .now)
            feed.commit([FeedSamples.event()])
            try await requireEventually { next.notes.cursor == FeedSamples.cursor(1, epoch: "e2") }
        }
    }

    @Test("While the feed is lost nobody new comes in, and afterwards nothing is missing")
    func lost() async throws {
        try await self.with { hub, feed in
            let sink = try await self.join(hub, from: .now)
            feed.commit([FeedSamples.event()])
            try await requireEventually { sink.notes.positions == [1] }
            feed.setLost(true)
            try await requireEventually { hub.state.withLock { $0.isLost } }
            let error = await #expect(throws: MediaError.self) { _ = try await self.join(hub, from: .now) }
            #expect(error?.code == .catalogUnavailable)
            feed.setLost(false)
            feed.commit([FeedSamples.event()])
            try await requireEventually { sink.notes.positions == [1, 2] }
            #expect(sink.notes.ends.isEmpty)
        }
    }

    @Test("A revoked key and an expired token end a stream within a second")
    func rights() async throws {
        final class Changing: EventAuthority {
            let present = Mutex(EventAccess.valid)
            func mayHear(_ event: FeedEvent) -> Bool { true }
            func maySee(_ upload: UploadReference) -> Bool { true }
            func state() async -> EventAccess { self.present.withLock { $0 } }
            var canEnd: Bool { true }
        }
        try await self.with { hub, _ in
            for (access, end) in [(EventAccess.lost, FeedEnd.accessLost), (.expired, .tokenExpired)] {
                let (authority, sink) = (Changing(), NotingSink())
                sink.begin(try await hub.subscribe(from: .now, filter: .all, authority: authority, sink: sink))
                authority.present.withLock { $0 = access }
                // Clock: that it is felt within a second is what is promised; the bound leaves room for a busy machine.
                let begin = ContinuousClock.now
                try await requireEventually { sink.notes.ends == [end] }
                // Clock: as above.
                #expect(ContinuousClock.now - begin < .seconds(5))
            }
        }
    }

    @Test("Full is full, also for requests that wait; who goes makes room")
    func capacity() async throws {
        try await self.with(FeedHub.Limits(readers: 1)) { hub, feed in
            let sink = try await self.join(hub, from: .now)
            let error = await #expect(throws: MediaError.self) {
                try await hub.waitForEvent(
                    after: try await feed.bounds().head,
                    filter: .all,
                    authority: OpenAuthority(),
                    atMost: .seconds(1)
                )
            }
            #expect(error?.code == .busy)
            #expect(sink.notes.ends.isEmpty)
            sink.notes.subscription?.cancel()
            _ = try await self.join(hub, from: .now)
        }
    }

    @Test("Who waits is woken by what it waits for, and by nothing else")
    func waiting() async throws {
        try await self.with { hub, feed in
            let head = try await feed.bounds().head
            let woken = Mutex(false)
            let waiting = Task {
                try await hub.waitForEvent(
                    after: head,
                    filter: FeedFilter(collections: ["films"]),
                    authority: OpenAuthority(),
                    atMost: .seconds(60)
                )
                woken.withLock { $0 = true }
            }
            try await requireEventually { hub.count == 1 }
            feed.commit([FeedSamples.event()])
            try await requireEventually { hub.core.withLock { $0.readers.values.first?.cursor.position == 1 } }
            #expect(!woken.withLock { $0 })
            feed.commit([FeedSamples.event(0, "films/1.mp4")])
            try await waiting.value
            #expect(hub.count == 0)
        }
    }

    @Test("A shutdown lets all go, each with its own time to come again")
    func shutdown() async throws {
        try await self.with { hub, _ in
            var sinks: [NotingSink] = []
            for _ in 0..<20 { sinks.append(try await self.join(hub, from: .now)) }
            hub.close()
            await hub.drained()
            #expect(hub.count == 0)
            let retries = Set(
                sinks.flatMap(\.notes.ends).compactMap { end -> Duration? in
                    if case .shuttingDown(let retry) = end { retry } else { nil }
                }
            )
            #expect(retries.count > 10)
            let error = await #expect(throws: MediaError.self) { _ = try await self.join(hub, from: .now) }
            #expect(error?.code == .shuttingDown)
        }
    }
}
