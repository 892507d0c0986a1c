import Dispatch
import Glibc
import Synchronization

/// SIGINT and SIGTERM as cancellation of a command's task, so that what it started (a database) is stopped before it ends.
///
/// The daemon handles the signals itself, as graceful shutdown, once its services run; it disarms this before.
final class Interruption: Sendable {
    private let isArmed = Mutex(true)

    /// From here on this ignores the signals.
    func disarm() { self.isArmed.withLock { $0 = false } }

    /// Runs `body` in a task that the signals cancel.
    static func cancelling(_ body: @escaping @Sendable (Interruption) async throws -> Void) async throws {
        let interruption = Interruption()
        let work = Task { try await body(interruption) }
        let sources = [SIGINT, SIGTERM].map { number in
            // The default action would end the process before the source is told.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { if interruption.isArmed.withLock({ $0 }) { work.cancel() } }
            source.activate()
            return source
        }
        defer { for source in sources { source.cancel() } }
        do {
            try await work.value
        } catch {
            guard work.isCancelled else { throw error }
            throw CommandFailure.interrupted
        }
    }
}
