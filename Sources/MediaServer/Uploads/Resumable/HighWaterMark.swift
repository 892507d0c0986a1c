import Synchronization

/// The highest number that was reported so far.
final class HighWaterMark: Sendable {
    private let highest: Mutex<Int64>

    init(_ start: Int64) { self.highest = Mutex(start) }

    /// - Returns: whether the number is higher than all before, and so worth a report.
    func raise(to number: Int64) -> Bool {
        self.highest.withLock { highest in
            guard number > highest else { return false }
            highest = number
            return true
        }
    }
}
