import Synchronization

/// Whether anybody waits for a job. One that nobody waits for stands back until the line is empty, and stops doing so when somebody comes.
package final class JobUrgency: Sendable {
    private struct State {
        var isUrgent: Bool
        var onRaise: (@Sendable () -> Void)?
    }

    private let state: Mutex<State>

    /// - Parameter isUrgent: whether somebody waits from the beginning.
    package init(isUrgent: Bool) { self.state = Mutex(State(isUrgent: isUrgent)) }

    /// Whether somebody waits now.
    package var isUrgent: Bool { self.state.withLock { $0.isUrgent } }

    /// Somebody waits from now on.
    package func raise() {
        let onRaise = self.state.withLock { state in
            state.isUrgent = true
            defer { state.onRaise = nil }
            return state.onRaise
        }
        onRaise?()
    }

    /// Calls `body` once, as soon as somebody waits; at once where somebody does.
    package func onRaise(_ body: @escaping @Sendable () -> Void) {
        let isUrgent = self.state.withLock { state in
            if !state.isUrgent { state.onRaise = body }
            return state.isUrgent
        }
        if isUrgent { body() }
    }
}
