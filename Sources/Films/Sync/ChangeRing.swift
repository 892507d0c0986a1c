import Primitives

/// The newest changes with their records, as many as are kept in memory for readers who are not far behind. A pure value.
///
/// A record stands here once, as it was read last: what was deleted is delivered to nobody any more.
struct ChangeRing: Sendable {
    /// Every change behind it is here.
    private(set) var floor: FeedCursor
    /// How far it reaches.
    private(set) var head: FeedCursor
    private var changes: [Change] = []
    /// Where the oldest change is; those before it are free places.
    private var first = 0
    private var records: [Change.Key: Record] = [:]
    private(set) var bytes = 0
    private let capacity: Int
    private let maximumBytes: Int

    private struct Record: Sendable {
        var json: [UInt8]?
        /// Changes of the ring that are about it.
        var uses: Int
    }

    /// Begins at a cursor, without any change.
    ///
    /// - Parameters:
    ///   - capacity: changes.
    ///   - maximumBytes: of all records.
    init(at head: FeedCursor, capacity: Int, maximumBytes: Int) {
        (self.floor, self.head) = (head, head)
        self.capacity = max(1, capacity)
        self.maximumBytes = maximumBytes
    }

    var count: Int { self.changes.count - self.first }

    /// Takes what lies between the head and a further cursor of the same epoch.
    mutating func append(_ newer: [Change], _ found: [Change.Key: [UInt8]], upTo cursor: FeedCursor) {
        for change in newer {
            let before = self.records[change.key]
            let json = found[change.key]
            self.bytes += (json?.count ?? 0) - (before?.json?.count ?? 0)
            self.records[change.key] = Record(json: json, uses: (before?.uses ?? 0) + 1)
        }
        self.changes += newer
        self.head = cursor
        while self.count > self.capacity || self.bytes > self.maximumBytes && self.count > 0 { self.dropFirst() }
        // Moving all down each time would make appending as slow as the ring is long.
        if self.first > self.capacity {
            self.changes.removeFirst(self.first)
            self.first = 0
        }
    }

    private mutating func dropFirst() {
        let change = self.changes[self.first]
        self.first += 1
        self.floor = change.cursor
        guard var record = self.records[change.key] else { return }
        record.uses -= 1
        self.records[change.key] = record.uses > 0 ? record : nil
        if record.uses == 0 { self.bytes -= record.json?.count ?? 0 }
    }

    /// Whether nothing that lies behind this cursor is missing here.
    func covers(_ cursor: FeedCursor) -> Bool {
        cursor.epoch == self.floor.epoch && cursor.position >= self.floor.position
    }

    /// Whether something behind a cursor is for this account.
    func hasNews(after cursor: FeedCursor, for accountID: RecordID) -> Bool {
        self.changes[self.index(after: cursor)...].contains { $0.isVisible(to: accountID) }
    }

    /// What lies behind a cursor that the ring covers, as far as the account may see it.
    ///
    /// - Parameter maximumBytes: of the page, which has one change at least.
    func page(
        after cursor: FeedCursor,
        for accountID: RecordID,
        limit: Int,
        maximumBytes: Int
    ) -> ChangePage {
        var page = ChangePage(changes: [], cursor: self.further(cursor, self.head), hasMore: false)
        var bytes = 0
        for change in self.changes[self.index(after: cursor)...] where change.isVisible(to: accountID) {
            if let last = page.changes.last, page.changes.count >= limit || bytes >= maximumBytes {
                page.cursor = last.cursor
                page.hasMore = true
                break
            }
            let json = change.json(with: self.records[change.key]?.json)
            bytes += json.count
            page.changes.append(DeliveredChange(cursor: change.cursor, json: json))
        }
        return page
    }

    private func further(_ one: FeedCursor, _ other: FeedCursor) -> FeedCursor {
        one.position > other.position ? one : other
    }

    private func index(after cursor: FeedCursor) -> Int {
        var (low, high) = (self.first, self.changes.count)
        while low < high {
            let middle = (low + high) / 2
            if self.changes[middle].cursor.position > cursor.position { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
