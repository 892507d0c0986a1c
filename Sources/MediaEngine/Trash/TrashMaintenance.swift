import Logging
package import MediaCore
import ServiceLifecycle
import Synchronization

/// Looks after the trash in the background: moves the bytes of what was deleted in SQL, deletes for good what expired, and deletes what
/// nothing uses.
package final class TrashMaintenance: Service {
    private let catalog: any TrashCatalog
    private let sweeper: TrashSweeper
    private let removals: RemovalSettler
    private let unlinked: UnlinkedReaper
    private let notices: RemovalNotices
    private let verifyPair: PairVerification
    private let settings: TrashSettings
    private let isPrepared: @Sendable () -> Bool
    private let logger: Logger
    private let lastTotals = Mutex<TrashTotals?>(nil)

    /// At least so long between two looks that notices ask for: a busy database sends many.
    private static let noticePause = Duration.milliseconds(100)
    /// Left-over bytes are looked for in the first of so many rounds.
    private static let roundsPerSweep = 60

    init(
        catalog: any TrashCatalog,
        sweeper: TrashSweeper,
        removals: RemovalSettler,
        unlinked: UnlinkedReaper,
        notices: RemovalNotices,
        verifyPair: @escaping PairVerification,
        settings: TrashSettings,
        isPrepared: @escaping @Sendable () -> Bool,
        logger: Logger
    ) {
        self.catalog = catalog
        self.sweeper = sweeper
        self.removals = removals
        self.unlinked = unlinked
        self.notices = notices
        self.verifyPair = verifyPair
        self.settings = settings
        self.isPrepared = isPrepared
        self.logger = logger
    }

    /// How much was in the trash at the last look; nil before the first.
    package var totals: TrashTotals? { self.lastTotals.withLock { $0 } }

    /// Works round after round until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.followNotices() }
                group.addTask { await self.runRounds() }
            }
        }
    }

    private func followNotices() async {
        for await _ in self.notices.stream {
            if self.isPrepared() {
                await self.attempt { () async throws(MediaError) in _ = try await self.removals.settle() }
            }
            try? await Task.sleep(for: Self.noticePause)
        }
    }

    private func runRounds() async {
        var number = 0
        while !Task.isCancelled {
            if self.isPrepared() {
                await self.round(sweeps: number % Self.roundsPerSweep == 0)
                number += 1
                try? await Task.sleep(for: self.settings.sweepInterval)
            } else {
                try? await Task.sleep(for: min(self.settings.sweepInterval, .milliseconds(200)))
            }
        }
    }

    /// One look at everything; what fails is tried again in the next.
    func round(sweeps: Bool) async {
        let isPair = await self.attempt { () async throws(MediaError) in
            try await self.verifyPair()
            try await self.catalog.setTrashRetention(self.settings.retention)
        }
        guard isPair else { return }
        await self.attempt { () async throws(MediaError) in _ = try await self.removals.settle() }
        await self.attempt { () async throws(MediaError) in try await self.unlinked.reap() }
        await self.attempt { () async throws(MediaError) in
            try await self.sweeper.removeExpired()
            if sweeps { try await self.sweeper.removeLeftovers(isBounded: true) }
            let totals = try await self.catalog.trashTotals()
            self.lastTotals.withLock { $0 = totals }
        }
    }

    /// - Returns: whether it succeeded.
    @discardableResult
    private func attempt(_ body: () async throws(MediaError) -> Void) async -> Bool {
        do throws(MediaError) {
            try await body()
            return true
        } catch {
            self.logger.info("The trash could not be looked after; it is tried again", metadata: ["error": "\(error)"])
            return false
        }
    }
}

/// Hears that records changed, which may be because somebody deleted them in SQL.
package final class RemovalNotices: ChangeSubscriber {
    let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        // One is as good as many.
        (self.stream, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package func receive(_ event: ChangeEvent) async {
        switch event {
        case .recordChanged, .allRecordsChanged, .connected: self.continuation.yield()
        default: break
        }
    }
}
