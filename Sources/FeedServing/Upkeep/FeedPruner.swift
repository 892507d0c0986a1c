package import Logging
package import Primitives
import ServiceLifecycle

/// Removes the oldest changes of a feed in the background.
package final class FeedPruner: Service {
    /// How much of the feed is kept. Every field is a configuration key (`feed.*`).
    package struct Limits: Hashable, Sendable {
        /// Changes that are older go.
        package var retention: Duration
        /// Of more than so many the oldest go.
        package var maximumChanges: Int

        package init(retention: Duration, maximumChanges: Int) {
            self.retention = retention
            self.maximumChanges = maximumChanges
        }
    }

    private let feed: any FeedUpkeep
    private let limits: Limits
    private let isPrepared: @Sendable () -> Bool
    private let logger: Logger

    /// - Parameter isPrepared: true once the schema is up to date.
    package init(feed: any FeedUpkeep, limits: Limits, isPrepared: @escaping @Sendable () -> Bool, logger: Logger) {
        self.feed = feed
        self.limits = limits
        self.isPrepared = isPrepared
        self.logger = logger
    }

    private static let interval = Duration.seconds(60)

    /// Looks once a minute, until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if self.isPrepared() { await self.prune() }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Removes what is due, a bounded number of changes at a time.
    package func prune() async {
        do {
            while try await self.feed.prune(
                olderThan: self.limits.retention,
                keeping: self.limits.maximumChanges
            ) > 0, !Task.isCancelled {}
        } catch {
            self.logger.warning("Old changes could not be removed", metadata: ["error": "\(error)"])
        }
    }
}
