import FeedServing
import MediaCore
import MediaTesting
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import Testing

@testable import MediaEngine

@Suite("When changes are stamped", .timeLimit(.minutes(2)))
struct FeedStamperTests {
    /// Counts stampings; each one may hang.
    private final class CountingUpkeep: FeedUpkeep {
        private let state = Mutex((count: 0, hangs: false))
        private let memory = InMemoryCatalog()

        var count: Int { self.state.withLock { $0.count } }
        func hang() { self.state.withLock { $0.hangs = true } }

        func stamp() async throws(MediaError) -> FeedStamp {
            let hangs = self.state.withLock { state in
                state.count += 1
                return state.hangs
            }
            // Pause: a stamping that ends with its task only.
            if hangs { try? await Task.sleep(for: .seconds(3600)) }
            return try await self.memory.stamp()
        }

        func prune(olderThan age: Duration, keeping count: Int) async throws(MediaError) -> Int { 0 }
        func renewEpoch(ifBefore cursor: FeedCursor) async throws(MediaError) {}
        func noteRendition(preset: String, of file: MediaFile) async throws(MediaError) {}
    }

    /// Runs `body` with a stamper that does nothing unless it is woken, and what wakes it.
    private func with(_ body: (CountingUpkeep, ChangeDispatcher) async throws -> Void) async throws {
        let upkeep = CountingUpkeep()
        let stamper = FeedStamper(feed: upkeep, interval: .seconds(3600), isPrepared: { true }, logger: quietLogger)
        let running = Task { try await stamper.run() }
        try await requireEventually { upkeep.count == 1 }
        try await body(upkeep, ChangeDispatcher(subscribers: [], stamper: stamper))
        running.cancel()
        _ = await running.result
    }

    @Test("Links wake the stamper, those that are refused included, which may be there all the same")
    func links() async throws {
        try await self.with { upkeep, changes in
            let memory = InMemoryCatalog()
            let file = SampleRecords.file("1", seed: 1)
            try await memory.adopt(file)
            let links = LinkService(catalog: memory, records: memory, changes: changes)
            let link = FileLink(entity: "movie", entityID: "42", role: "poster")
            _ = try await links.link(link, to: file.id, isSingle: nil)
            try await requireEventually { upkeep.count == 2 }
            try await links.unlink(link, from: file.id)
            try await requireEventually { upkeep.count == 3 }
            _ = try? await links.unlink(link, from: file.id)
            try await requireEventually { upkeep.count == 4 }
            try await links.unlink(entity: "movie", entityID: "42", role: nil)
            try await requireEventually { upkeep.count == 5 }
        }
    }

    @Test("A thumbnail that was made ahead wakes it")
    func renditions() async throws {
        try await self.with { upkeep, changes in
            let fixture = try EngineFixture(TemporaryRoot())
            let file = try await fixture.upload("jpeg one")
            let queue = WarmingQueue(renditions: fixture.renditions, capacity: 10)
            let warmer = RenditionWarmer(
                queue: queue,
                files: fixture.files,
                renditions: fixture.renditions,
                feed: fixture.memory,
                changes: changes,
                logger: quietLogger
            )
            let warming = Task { try await warmer.run() }
            queue.add(file)
            try await requireEventually { upkeep.count > 1 }
            warming.cancel()
            try await warming.value
        }
    }

    @Test("The last stamping of a process does not hold its end up")
    func ending() async throws {
        try await testGracefulShutdown { trigger in
            let upkeep = CountingUpkeep()
            let stamper = FeedStamper(feed: upkeep, interval: .seconds(3600), isPrepared: { true }, logger: quietLogger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await stamper.run() }
                try await requireEventually { upkeep.count == 1 }
                upkeep.hang()
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
            #expect(upkeep.count == 2)
        }
    }
}
