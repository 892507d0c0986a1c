import Synchronization

/// A number that a closure brings out.
final class Counter: Sendable {
    private let state = Mutex(0)

    var value: Int { self.state.withLock { $0 } }

    func set(_ value: Int) { self.state.withLock { $0 = value } }
}
