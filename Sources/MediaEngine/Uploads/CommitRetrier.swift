import Logging
import MediaCore
import ServiceLifecycle

/// Tries again, in the background, to end the commits in ``UnsettledIntents``.
package struct CommitRetrier: Service {
    private let unsettled: UnsettledIntents
    private let commits: CommitService
    private let interval: Duration
    private let logger: Logger

    /// - Parameter interval: pause between rounds.
    init(unsettled: UnsettledIntents, commits: CommitService, interval: Duration, logger: Logger) {
        self.unsettled = unsettled
        self.commits = commits
        self.interval = interval
        self.logger = logger
    }

    /// Settles what waits, round after round, until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.round()
                try? await Task.sleep(for: self.interval)
            }
        }
    }

    private func round() async {
        for entry in self.unsettled.entries {
            let intent = entry.intent
            let isCertain = entry.certainFrom <= .now
            do throws(MediaError) {
                try await self.commits.settle(intent)
                guard isCertain else { continue }
                self.unsettled.remove(intent)
                self.logger.notice("A commit was ended late", metadata: ["path": "\(intent.file.path)"])
            } catch {
                self.logger.debug("A commit still cannot be ended", metadata: ["error": "\(error)"])
                // Without a database none can be; anything else may concern this one alone.
                if error.code == .catalogUnavailable { return }
            }
        }
    }
}
