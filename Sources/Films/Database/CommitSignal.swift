import Synchronization

/// Tells whoever looks after the feed that something was committed. All copies of a ``FilmsDatabase`` share one: the parts of the service are
/// put together before there is anybody to tell.
package final class CommitSignal: Sendable {
    private let receiver = Mutex<(@Sendable () -> Void)?>(nil)

    package init() {}

    /// - Parameter receiver: called after each transaction that was committed; it must not wait.
    package func connect(_ receiver: @escaping @Sendable () -> Void) { self.receiver.withLock { $0 = receiver } }

    /// A transaction was committed.
    func send() { self.receiver.withLock(\.self)?() }
}
