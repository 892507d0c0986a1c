package import Logging
package import Primitives
import ServiceLifecycle

/// Gives committed changes their positions in the feed: at once after a change of this process, and within a tenth of a second after
/// one that somebody else made: another process, or SQL by hand.
///
/// Every process has one; none leads. Two at once do no harm: one of them finds the other at work and looks again.
package final class FeedStamper: Service {
    private let feed: any FeedUpkeep
    private let isPrepared: @Sendable () -> Bool
    private let logger: Logger
    private let interval: Duration
    private let wakeUps = WakeUps()

    /// - Parameters:
    ///   - interval: how soon a change is found that nobody in this process made.
    ///   - isPrepared: true once the schema is up to date.
    package init(
        feed: any FeedUpkeep,
        interval: Duration = FeedStamper.probeInterval,
        isPrepared: @escaping @Sendable () -> Bool,
        logger: Logger
    ) {
        self.feed = feed
        self.interval = interval
        self.isPrepared = isPrepared
        self.logger = logger
    }

    /// How soon a process finds what somebody else changed.
    package static let probeInterval = Duration.milliseconds(100)
    /// Between two stampings: changes that come close together are stamped together, with one notification.
    private static let pause = Duration.milliseconds(5)
    /// After a failure.
    private static let retryInterval = Duration.seconds(1)

    /// Says that this process has committed a change. Never waits.
    package func wake() { self.wakeUps.wake() }

    /// Stamps until graceful shutdown, and once more then: what was committed last is in the feed when the process ends.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await self.wakeUps.loop(atLeastEvery: self.interval) {
                if self.isPrepared() { await self.stampAll() }
            }
        }
        if self.isPrepared() { await self.stampLast() }
    }

    /// For the last stamping, of a process that ends: what it does not get done, another process does, or the next start.
    private static let lastTime = Duration.seconds(2)

    private func stampLast() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await self.feed.stamp() }
            group.addTask { try? await Task.sleep(for: Self.lastTime) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Stamps until nothing is left to do, somebody else is at it, or the task is cancelled.
    private func stampAll() async {
        var pause = Self.pause
        while !Task.isCancelled {
            do {
                switch try await self.feed.stamp() {
                case .nothing: return
                case .stamped(_, let hasMore):
                    if hasMore { continue }
                    try? await Task.sleep(for: Self.pause)
                    return
                case .busy:
                    // Who is at it may have looked before the commit that woke this one.
                    try? await Task.sleep(for: pause)
                    // Somebody who has a large transaction to stamp is at it for long.
                    pause = min(pause * 2, Self.probeInterval)
                }
            } catch {
                guard !Task.isCancelled else { return }
                self.logger.warning("Changes could not be given their positions", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: Self.retryInterval)
                return
            }
        }
    }
}
