import Logging
import MediaCore

/// Keeps one place of the pool filled: starts a worker, sees it through, starts the next.
struct WorkerSupervisor {
    /// The pauses between starts that fail at once.
    static let pauses: ClosedRange<Duration> = .milliseconds(100)...(.seconds(30))

    let pool: WorkerPool

    /// Returns when the task is cancelled.
    func run() async {
        var backoff = Backoff(range: Self.pauses)
        while !Task.isCancelled {
            let session = WorkerSession(pool: self.pool)
            if await session.run() {
                backoff.succeeded()
            } else if !Task.isCancelled {
                // Something is wrong with the program or the machine, not with a file: do not spin.
                try? await Task.sleep(for: backoff.failed(at: .now))
            }
        }
    }
}
