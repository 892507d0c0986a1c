package import Logging
import ServiceLifecycle

/// Keeps a feed going: gives committed changes their positions, at once after ``wake()`` and within a tenth of a second after a change
/// that another process made; and removes old ones.
///
/// Every process has one; none leads. Two at once do no harm.
package final class FeedUpkeepService: Service {
    /// What is kept of the feed.
    package struct Retention: Sendable {
        /// In seconds.
        package var age: Double
        package var changes: Int

        package init(age: Double, changes: Int) {
            self.age = age
            self.changes = changes
        }
    }

    private let tables: FeedTables
    private let retention: Retention
    private let logger: Logger
    private let wakes: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)

    package init(tables: FeedTables, retention: Retention, logger: Logger) {
        self.tables = tables
        self.retention = retention
        self.logger = logger
        self.wakes = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// How soon a change is found that nobody in this process made.
    private static let probeInterval = Duration.milliseconds(100)
    /// Between two stampings: changes that come close together are stamped together, with one notification.
    private static let pause = Duration.milliseconds(5)
    /// After a failure.
    private static let retryInterval = Duration.seconds(1)
    private static let pruneInterval = Duration.seconds(600)

    /// Says that this process has committed a change. Never waits.
    package func wake() { self.wakes.continuation.yield() }

    /// Runs until graceful shutdown, and stamps once more then: what was committed last is in the feed when the process ends.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled {
                        self.wake()
                        try? await Task.sleep(for: Self.probeInterval)
                    }
                }
                group.addTask { await self.pruneAgainAndAgain() }
                for await _ in self.wakes.stream { await self.stampAll() }
                group.cancelAll()
            }
        }
        _ = try? await self.tables.stamp()
    }

    /// Stamps until nothing is left to do, somebody else is at it, or the task is cancelled.
    private func stampAll() async {
        while !Task.isCancelled {
            do {
                switch try await self.tables.stamp() {
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

    private func pruneAgainAndAgain() async {
        while !Task.isCancelled {
            do {
                while try await self.tables.prune(olderThan: self.retention.age, keeping: self.retention.changes) > 0,
                    !Task.isCancelled
                {}
            } catch  where !Task.isCancelled {
                self.logger.warning("Old changes could not be removed", metadata: ["error": "\(error)"])
            } catch {
                return
            }
            try? await Task.sleep(for: Self.pruneInterval)
        }
    }
}
