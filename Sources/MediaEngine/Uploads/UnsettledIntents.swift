package import Logging
package import MediaCore
import ServiceLifecycle
import Synchronization

/// The commits of this process that could not be ended because the database or the disk went away, tried again until they
/// are. What is still open when the daemon stops is settled at the next start.
package final class UnsettledIntents: Service {
    private let waiting = Mutex<[Entry]>([])
    private let retryInterval: Duration
    private let uncertainty: Duration
    private let logger: Logger
    private let settle = Mutex<(@Sendable (CommitIntent) async throws -> Void)?>(nil)

    private struct Entry {
        var intent: CommitIntent
        /// Until then its row may still appear: a statement whose answer was lost can be running on the server yet.
        var certainFrom: ContinuousClock.Instant
    }

    /// - Parameters:
    ///   - retryInterval: pause between rounds.
    ///   - uncertainty: how long a statement can run on the server after its answer was given up.
    package init(retryInterval: Duration, uncertainty: Duration = .zero, logger: Logger) {
        self.retryInterval = retryInterval
        self.uncertainty = uncertainty
        self.logger = logger
    }

    /// Says how an intent is settled; called once, before ``run()``.
    package func onSettle(_ settle: @escaping @Sendable (CommitIntent) async throws -> Void) {
        self.settle.withLock { $0 = settle }
    }

    /// Commits that wait to be settled.
    package var count: Int { self.waiting.withLock { $0.count } }

    /// - Parameter isUncertain: whether the intent's row is there is not known.
    func add(_ intent: CommitIntent, isUncertain: Bool = false) {
        self.logger.error("A commit could not be ended; it is tried again", metadata: ["path": "\(intent.file.path)"])
        let certainFrom = ContinuousClock.now + (isUncertain ? self.uncertainty : .zero)
        self.waiting.withLock { $0.append(Entry(intent: intent, certainFrom: certainFrom)) }
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
        for entry in self.waiting.withLock({ $0 }) {
            let intent = entry.intent
            let isCertain = entry.certainFrom <= .now
            do {
                try await settle(intent)
                guard isCertain else { continue }
                self.waiting.withLock { waiting in waiting.removeAll { $0.intent.id == intent.id } }
                self.logger.notice("A commit was ended late", metadata: ["path": "\(intent.file.path)"])
            } catch {
                self.logger.debug("A commit still cannot be ended", metadata: ["error": "\(error)"])
                // Without a database none can be; anything else may concern this one alone.
                if (error as? MediaError)?.code == .catalogUnavailable { return }
            }
        }
    }
}
