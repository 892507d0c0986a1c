package import MediaCore
import Synchronization

/// Room on the disk for a plain upload whose length is announced, until its bytes are there.
package final class RoomPromise: Sendable {
    private let ledger: RoomLedger
    private let number: Int

    init(_ ledger: RoomLedger, number: Int) {
        self.ledger = ledger
        self.number = number
    }

    deinit { self.ledger.leave(self.number) }

    /// - Parameter size: how much of it is on the disk, asked whenever somebody else wants room.
    package func isFilled(by size: @escaping @Sendable () async -> ByteCount) { self.ledger.set(size, of: self.number) }

    /// So many more bytes have come.
    package func add(_ bytes: Int) { self.ledger.add(bytes, to: self.number) }

    /// The upload is over, one way or another. More than once is as good as once.
    package func end() { self.ledger.leave(self.number) }
}

/// The promises of this process that are not kept yet. As many as there are plain uploads, which the connections bound.
final class RoomLedger: Sendable {
    private struct Entry {
        let announced: ByteCount
        var arrived: Int64 = 0
        var size: @Sendable () async -> ByteCount = { ByteCount(bytes: 0) }
    }

    private struct State {
        var next = 0
        var entries: [Int: Entry] = [:]
    }

    private let state = Mutex(State())

    /// - Returns: the number of the entry. Whoever came earlier has the smaller one.
    func enter(_ announced: ByteCount) -> Int {
        self.state.withLock { state in
            state.next += 1
            state.entries[state.next] = Entry(announced: announced)
            return state.next
        }
    }

    func leave(_ number: Int) { self.state.withLock { $0.entries[number] = nil } }

    func set(_ size: @escaping @Sendable () async -> ByteCount, of number: Int) {
        self.state.withLock { $0.entries[number]?.size = size }
    }

    func add(_ bytes: Int, to number: Int) {
        self.state.withLock { $0.entries[number]?.arrived += Int64(bytes) }
    }

    /// Bytes that are promised and not on the disk yet.
    /// - Parameter number: counts the entries that came earlier than this one; nil: all.
    func open(before number: Int? = nil) async -> Int64 {
        let entries = self.state.withLock { state in
            state.entries.filter { entry in number.map { entry.key < $0 } ?? true }.map(\.value)
        }
        var sum: Int64 = 0
        for entry in entries {
            let there = max(entry.arrived, await entry.size().bytes)
            let missing = max(0, entry.announced.bytes - there)
            sum = sum > .max - missing ? .max : sum + missing
        }
        return sum
    }
}
