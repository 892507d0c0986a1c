import DequeModule

/// Lines that wait to be written, in their order, and how many there was no room for. A pure value.
struct LogQueue {
    /// What is to be written next.
    enum Entry: Hashable {
        case line(String)
        /// So many lines are missing in this place.
        case dropped(Int)
    }

    private let capacity: Int
    private var entries: Deque<Entry> = []
    private var dropped = 0
    /// Lines that were offered so far, the dropped ones included.
    private(set) var offered = 0

    /// - Parameter capacity: lines that may wait; at least 1.
    init(capacity: Int) { self.capacity = capacity }

    /// Takes the line when there is room, and counts it otherwise.
    mutating func offer(_ line: String) {
        self.offered += 1
        guard self.entries.count < self.capacity else {
            self.dropped += 1
            return
        }
        self.closeGap()
        self.entries.append(.line(line))
    }

    /// The oldest entry; nil when there is none. Lines that are missing at the end are told of as soon as nothing waits.
    mutating func next() -> Entry? {
        if self.entries.isEmpty { self.closeGap() }
        return self.entries.popFirst()
    }

    private mutating func closeGap() {
        guard self.dropped > 0 else { return }
        self.entries.append(.dropped(self.dropped))
        self.dropped = 0
    }
}
