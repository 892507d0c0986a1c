package import Logging
package import MediaCore
import ServiceLifecycle
import Synchronization

/// The commits of this process that could not be ended because the database or the disk went away, tried again until they
/// are. What is still open when the daemon stops is settled at the next start.
package final class UnsettledIntents: Service {
    private let waiting = Mutex<[CommitIntent]>([])
    private let retryInterval: Duration
    private let logger: Logger
    private let settle = Mutex<(@Sendable (CommitIntent) async throws -> Void)?>(nil)

    /// - Parameter retryInterval: pause between rounds.
    package init(retryInterval: Duration, logger: Logger) {
        self.retryInterval = retryInterval
        self.logger = logger
    }

    /// Says how an intent is settled; called once, before ``run()``.
    package func onSettle(_ settle: @escaping @Sendable (CommitIntent) async throws -> Void) {
        self.settle.withLock { $0 = settle }
    }

    /// Commits that wait to be settled.
    package var count: Int { self.waiting.withLock { $0.count } }

    func add(_ intent: CommitIntent) {
        self.logger.error("A commit could not be ended; it is tried again", metadata: ["path": "\(intent.file.path)"])
        self.waiting.withLock { $0.append(intent) }
    }

    /// Settles what waits, round after round, until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.round()
                try? await Task.sleep(for: self.retryInterval)
            }
        }
    }

    private func round() async {
        guard let settle = self.settle.withLock({ $0 }) else { return }
        let intents = self.waiting.withLock { $0 }
        for intent in intents {
            do {
                try await settle(intent)
                self.waiting.withLock { waiting in waiting.removeAll { $0.id == intent.id } }
                self.logger.notice("A commit was ended late", metadata: ["path": "\(intent.file.path)"])
            } catch {
                self.logger.debug("A commit still cannot be ended", metadata: ["error": "\(error)"])
                // Without a database none can be; anything else may concern this one alone.
                if (error as? MediaError)?.code == .catalogUnavailable { return }
            }
        }
    }
}
