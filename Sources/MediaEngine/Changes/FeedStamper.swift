package import Logging
package import MediaCore
import ServiceLifecycle

/// Gives committed changes their positions in the feed: at once after a change of this process, and within a tenth of a second after
/// one that somebody made by hand in SQL.
///
/// Every daemon has one; none leads. Two at once do no harm: one of them finds the other at work and looks again.
package final class FeedStamper: Service {
    private let feed: any FeedUpkeep
    private let isPrepared: @Sendable () -> Bool
    private let logger: Logger
    private let wakeUps = WakeUps()

    /// - Parameter isPrepared: true once the schema is up to date.
    package init(feed: any FeedUpkeep, isPrepared: @escaping @Sendable () -> Bool, logger: Logger) {
        self.feed = feed
        self.isPrepared = isPrepared
        self.logger = logger
    }

    /// How soon a change is found that nobody in this process made.
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
            await self.wakeUps.loop(atLeastEvery: Self.probeInterval) {
                if self.isPrepared() { await self.stampAll() }
            }
        }
        if self.isPrepared() { _ = try? await self.feed.stamp() }
    }

    /// Stamps until nothing is left to do, somebody else is at it, or the task is cancelled.
    private func stampAll() async {
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
                    try? await Task.sleep(for: Self.pause)
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
