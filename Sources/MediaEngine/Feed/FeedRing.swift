import MediaCore

/// The newest events, as many as are kept in memory for readers who are not far behind. A pure value.
struct FeedRing {
    /// Every event behind it is here; nil before the first read of the feed.
    private(set) var floor: FeedCursor?
    /// How far it reaches.
    private(set) var head: FeedCursor?
    private var items: [FeedItem] = []
    /// Where the oldest event is; those before it are free places.
    private var first = 0
    private let capacity: Int

    /// - Parameter capacity: events.
    init(capacity: Int) { self.capacity = max(1, capacity) }

    var count: Int { self.items.count - self.first }

    /// Begins anew at this cursor, without any event.
    mutating func begin(at head: FeedCursor) {
        self.items = []
        self.first = 0
        (self.floor, self.head) = (head, head)
    }

    /// Forgets everything: the feed is not followed.
    mutating func clear() {
        self.items = []
        self.first = 0
        (self.floor, self.head) = (nil, nil)
    }

    /// Takes what lies between the head and a further cursor of the same epoch.
    mutating func append(_ newer: [FeedItem], upTo cursor: FeedCursor) {
        self.items += newer
        self.head = cursor
        let surplus = self.count - self.capacity
        guard surplus > 0 else { return }
        self.first += surplus
        self.floor = self.items[self.first - 1].event.cursor
        // Moving all down each time would make appending as slow as the ring is long.
        if self.first > self.capacity {
            self.items.removeFirst(self.first)
            self.first = 0
        }
    }

    /// Whether nothing that lies behind this cursor is missing here.
    func covers(_ cursor: FeedCursor) -> Bool {
        guard let floor = self.floor else { return false }
        return cursor.epoch == floor.epoch && cursor.position >= floor.position
    }

    /// The events behind a cursor that the ring covers.
    func items(after cursor: FeedCursor) -> ArraySlice<FeedItem> {
        var (low, high) = (self.first, self.items.count)
        while low < high {
            let middle = (low + high) / 2
            if self.items[middle].event.cursor.position > cursor.position { high = middle } else { low = middle + 1 }
        }
        return self.items[low...]
    }
}
