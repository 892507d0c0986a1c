import CLibpq
import Dispatch
import Synchronization

/// Asks the server, over a second connection, to cancel what the first one runs.
///
/// `PQcancel` blocks, for minutes when the host has vanished, so it has threads of its own and few of them.
final class CancelRequest: Sendable {
    private static let queue = DispatchQueue(label: "mediad.postgres.cancel", attributes: .concurrent)
    private static let maximumInFlight = 16
    private static let inFlight = Mutex(0)

    // Proof for nonisolated(unsafe): "PQcancel can safely be invoked from a signal handler [...] or in a separate thread",
    // and the PGcancel is a copy, read-only for it; deinit frees it when no call is left. libpq, section 34.7.
    private nonisolated(unsafe) let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        PQfreeCancel(pointer)
    }

    /// Sends the request and calls back, on any thread, when the server has taken it or the attempt has failed.
    ///
    /// - Returns: false, and never calls back, when too many requests hang already.
    func send(completion: @escaping @Sendable () -> Void) -> Bool {
        let admitted = Self.inFlight.withLock { count in
            guard count < Self.maximumInFlight else { return false }
            count += 1
            return true
        }
        guard admitted else { return false }
        Self.queue.async {
            // Whether it was understood shows in the answer of the statement, or in the absence of one.
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
                _ = PQcancel(self.pointer, buffer.baseAddress, Int32(buffer.count))
            }
            Self.inFlight.withLock { $0 -= 1 }
            completion()
        }
        return true
    }
}
