import FeedServing
import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("What tells the readers of the feed that it has moved")
struct FeedSignalTests {
    @Test("Each reader is told first whether the feed is heard, then of each movement, in order")
    func relayed() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        var early = fixture.engine.feedSignals.signals().makeAsyncIterator()
        #expect(await early.next() == .disconnected)
        let following = Task { try await fixture.follower.run() }
        #expect(await early.next() == .connected)
        var late = fixture.engine.feedSignals.signals().makeAsyncIterator()
        #expect(await late.next() == .connected)
        try await fixture.upload("jpeg one")
        try await fixture.upload("jpeg two", "2")
        for position: Int64 in [1, 2] {
            let moved = FeedSignal.moved(FeedCursor(epoch: "memory", position: position))
            #expect(await early.next() == moved)
            #expect(await late.next() == moved)
        }
        following.cancel()
        try await following.value
    }

    @Test("Thumbnails that were made ahead are a change each, once")
    func renditions() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let warming = Task { try await fixture.engine.warmer.run() }
        try await fixture.upload("jpeg one")
        let details = { fixture.memory.events.filter { $0.kind == .renditionReady }.compactMap(\.detail) }
        #expect(try await eventually { details() == ["w92", "w342"] })
        warming.cancel()
        try await warming.value
    }

    @Test("The feed is pruned to its limits")
    func pruned() async throws {
        let fixture = try EngineFixture(
            TemporaryRoot(),
            adjust: {
                $0.feed = FeedPruner.Limits(retention: .seconds(60), maximumChanges: 2)
            }
        )
        for number in 1...5 { try await fixture.upload("jpeg \(number)", "\(number)") }
        await fixture.engine.pruner.prune()
        #expect(fixture.memory.events.map(\.cursor.position) == [4, 5])
        #expect(try await fixture.memory.bounds().floor.position == 3)
    }
}
