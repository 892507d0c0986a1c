import Synchronization

/// How many bytes each body may collect before it is written, so that few uploads get large writes and many uploads together
/// stay small.
///
/// A body holds at most two writes of ``writeLengthBytes``, the one under way and the next one, and one read of the socket
/// more in each.
final class ReceptionBudget: Sendable {
    /// Beyond, larger writes bring nothing.
    private static let mostBytes = 256 << 10
    /// Below, the turns on the I/O threads cost more than the memory is worth.
    private static let leastBytes = 32 << 10

    /// For all bodies together; a configuration key (`uploads.bufferSize`).
    private let totalBytes: Int
    private let receptions = Atomic<Int>(0)

    init(totalBytes: Int) { self.totalBytes = totalBytes }

    func enter() { self.receptions.add(1, ordering: .relaxed) }

    func leave() { self.receptions.subtract(1, ordering: .relaxed) }

    /// Bytes that make a write worth its turn on an I/O thread, as many bodies as there are now.
    var writeLengthBytes: Int {
        let share = self.totalBytes / max(1, self.receptions.load(ordering: .relaxed))
        return min(max(share, Self.leastBytes), Self.mostBytes)
    }
}
