package import MediaCore
import Synchronization

/// The way to end a request that is receiving bytes, from outside: a newer request wants the upload, or the daemon stops.
package final class TransferInterruption: Sendable {
    /// Why a request has to end.
    package enum Reason: Sendable, Hashable {
        /// A newer request uses the upload. What is already on its way may still be taken for a moment.
        case takenOver
        /// The daemon is stopping.
        case shutdown

        /// The error that the request ends with: `upload_interrupted` or `shutting_down`.
        package var error: MediaError {
            switch self {
            case .takenOver:
                MediaError(.uploadInterrupted, "A newer request took this upload over. What came before is kept.")
            case .shutdown:
                MediaError(.shuttingDown, "The daemon is stopping. What came is kept; go on in a moment.")
            }
        }
    }

    private struct State {
        var reason: Reason?
        var handler: (@Sendable (Reason) -> Void)?
    }

    private let state = Mutex(State())

    /// An interruption that has not happened yet.
    package init() {}

    /// Why the request was told to end; nil while it was not.
    package var reason: Reason? { self.state.withLock { $0.reason } }

    /// Tells the request to end. Only the first reason counts.
    package func interrupt(_ reason: Reason) {
        let handler = self.state.withLock { state in
            guard state.reason == nil else { return (@Sendable (Reason) -> Void)?.none }
            state.reason = reason
            defer { state.handler = nil }
            return state.handler
        }
        handler?(reason)
    }

    /// Calls `handler` once when the request is to end; at once if it was told already.
    package func onInterrupt(_ handler: @escaping @Sendable (Reason) -> Void) {
        let reason = self.state.withLock { state in
            if state.reason == nil { state.handler = handler }
            return state.reason
        }
        if let reason { handler(reason) }
    }

    /// The request has ended by itself: nobody is told any more, and the handler, which retains the request, is released.
    package func settle() {
        self.state.withLock { $0.handler = nil }
    }
}
