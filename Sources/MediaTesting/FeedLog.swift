import MediaCore

/// The changes of a feed in memory: what ``InMemoryCatalog`` and ``InMemoryFeed`` keep. A pure value.
struct FeedLog: Sendable {
    private(set) var epoch: String
    private(set) var floor: Int64 = 0
    private(set) var entries: [(event: FeedEvent, lastOfTransaction: Int64)] = []

    init(epoch: String) { self.epoch = epoch }

    var head: Int64 { self.entries.last?.event.cursor.position ?? self.floor }

    var bounds: FeedBounds {
        FeedBounds(
            floor: FeedCursor(epoch: self.epoch, position: self.floor),
            head: FeedCursor(epoch: self.epoch, position: self.head)
        )
    }

    /// Gives the changes of one transaction their positions.
    @discardableResult
    mutating func commit(_ events: [FeedEvent]) -> [FeedEvent] {
        let first = self.head + 1
        let last = self.head + Int64(events.count)
        let committed = events.enumerated().map { index, event in
            var event = event
            event.cursor = FeedCursor(epoch: self.epoch, position: first + Int64(index))
            return event
        }
        self.entries += committed.map { ($0, last) }
        return committed
    }

    /// Removes everything up to a position.
    mutating func prune(upTo position: Int64) {
        self.entries.removeAll { $0.event.cursor.position <= position }
        self.floor = position
    }

    /// Another history: nothing that was before can be gone on from.
    mutating func begin(epoch: String) {
        self.epoch = epoch
        self.entries = []
        self.floor = 0
    }

    /// As ``ChangeFeed/page(after:filter:limit:end:)``, but for the bound of large transactions.
    func page(
        after cursor: FeedCursor?,
        filter: FeedFilter,
        limit: Int,
        end: FeedPage.End
    ) throws(MediaError) -> FeedPage {
        let bounds = self.bounds
        let start = cursor ?? bounds.floor
        guard start.epoch == bounds.head.epoch, (bounds.floor.position...bounds.head.position).contains(start.position)
        else {
            throw MediaError(
                .cursorExpired,
                "The cursor is none of this feed.",
                details: ["floor": .text(bounds.floor.text), "head": .text(bounds.head.text)]
            )
        }
        let found = self.entries.filter { $0.event.cursor.position > start.position && filter.matches($0.event) }
        var reached = bounds.head.position
        if found.count >= limit {
            let last = found[limit - 1]
            reached = end == .change ? last.event.cursor.position : last.lastOfTransaction
        }
        return FeedPage(
            events: found.map(\.event).filter { $0.cursor.position <= reached },
            cursor: FeedCursor(epoch: bounds.head.epoch, position: reached),
            hasMore: reached < bounds.head.position
        )
    }
}
