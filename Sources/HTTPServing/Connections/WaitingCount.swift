import Synchronization

/// How many connections of an event loop wait for a request, as far as the others know.
final class WaitingCount: Sendable {
    private let count = Atomic<Int>(0)

    func set(_ count: Int) { self.count.store(count, ordering: .relaxed) }

    /// Counts one less.
    /// - Returns: false when there is none.
    func take() -> Bool {
        guard self.count.load(ordering: .relaxed) > 0 else { return false }
        return self.count.subtract(1, ordering: .relaxed).oldValue > 0
    }
}
