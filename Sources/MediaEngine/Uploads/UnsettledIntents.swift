import Logging
import MediaCore
import Synchronization

/// The commits of this process that could not be ended because the database or the disk went away. A ``CommitRetrier`` tries
/// them again until they are; what is still open when the daemon stops is settled at the next start.
package final class UnsettledIntents: Sendable {
    private let waiting = Mutex<[Entry]>([])
    private let uncertainty: Duration
    private let logger: Logger

    struct Entry: Sendable {
        var intent: CommitIntent
        /// Until then its row may still appear: a statement whose response was lost can be running on the server yet.
        var certainFrom: ContinuousClock.Instant
    }

    /// - Parameter uncertainty: how long a statement can run on the server after its response was given up.
    init(uncertainty: Duration, logger: Logger) {
        self.uncertainty = uncertainty
        self.logger = logger
    }

    /// Commits that wait to be settled.
    package var count: Int { self.waiting.withLock { $0.count } }

    /// What waits now, in the order in which it came.
    var entries: [Entry] { self.waiting.withLock { $0 } }

    /// - Parameter isUncertain: whether the intent's row is there is not known.
    func add(_ intent: CommitIntent, isUncertain: Bool = false) {
        self.logger.error("A commit could not be ended; it is tried again", metadata: ["path": "\(intent.file.path)"])
        let certainFrom = ContinuousClock.now + (isUncertain ? self.uncertainty : .zero)
        self.waiting.withLock { $0.append(Entry(intent: intent, certainFrom: certainFrom)) }
    }

    /// The intent is settled for good.
    func remove(_ intent: CommitIntent) {
        self.waiting.withLock { waiting in waiting.removeAll { $0.intent.id == intent.id } }
    }
}
