import Synchronization

/// A rising number, and how much of it was told already.
final class Told: Sendable {
    private let last: Mutex<Int64>

    init(_ start: Int64) { self.last = Mutex(start) }

    /// - Returns: the number if it has risen since it was told last.
    func news(_ number: Int64) -> Int64? {
        self.last.withLock { last in
            guard number > last else { return nil }
            last = number
            return number
        }
    }
}
