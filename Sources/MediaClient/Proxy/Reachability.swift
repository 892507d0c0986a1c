import Synchronization

/// Whether mediad responds. After a request that it left without a response only one at a time tries again; the others need not wait.
///
/// A browser opens six connections to a host over HTTP/1.1. Pictures that wait for a mediad that hangs would take all of them, and
/// what needs no file could not be asked for.
final class Reachability: Sendable {
    private enum State { case present, away, tried }

    private let state = Mutex(State.present)

    /// Whether a request may be made: then ``responded()``, ``failed()`` or ``gaveUp()`` has to follow.
    func begin() -> Bool {
        self.state.withLock { state in
            switch state {
            case .present: return true
            case .away:
                state = .tried
                return true
            case .tried: return false
            }
        }
    }

    /// It responded, with whatever status.
    func responded() { self.state.withLock { $0 = .present } }

    /// It did not respond in time, or could not be reached.
    func failed() { self.state.withLock { $0 = .away } }

    /// Who asked is gone, so nothing is known.
    func gaveUp() { self.state.withLock { state in if state == .tried { state = .away } } }
}
