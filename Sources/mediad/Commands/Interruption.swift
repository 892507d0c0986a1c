import Dispatch
import Glibc
import Synchronization

/// SIGINT, SIGTERM and SIGHUP as cancellation of a command's task, so that what it started (a database) is stopped before it ends.
///
/// The daemon handles the signals itself, as graceful shutdown, once its services run; it disarms this before.
final class Interruption: Sendable {
    private let isArmed = Mutex(true)

    /// From here on this ignores the signals.
    func disarm() { self.isArmed.withLock { $0 = false } }

    /// Runs `body` in a task that the signals cancel.
    /// - Parameter endsOnHangUp: whether SIGHUP is one of them; else it does nothing.
    static func cancelling(
        endsOnHangUp: Bool = true,
        _ body: @escaping @Sendable (Interruption) async throws -> Void
    ) async throws {
        let interruption = Interruption()
        let work = Task { try await body(interruption) }
        // Whoever started this with nohup(1) wants it to go on.
        let isHangUpIgnored = Self.ignore(SIGHUP)
        let numbers = [SIGINT, SIGTERM] + (endsOnHangUp && !isHangUpIgnored ? [SIGHUP] : [])
        let sources = numbers.map { number in
            // The default action would end the process before the source is told.
            Self.ignore(number)
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

    /// - Returns: whether it was ignored before.
    @discardableResult
    static func ignore(_ number: Int32) -> Bool {
        guard let before = signal(number, SIG_IGN) else { return false }
        // SIG_IGN is the number 1, which Swift imports as a function.
        return unsafeBitCast(before, to: Int.self) == 1
    }
}
