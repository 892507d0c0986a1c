package import Primitives

/// The feed of all committed changes, in one order, without gaps: whoever follows it by its cursors gets every change once.
///
/// A change gets its position after its transaction was committed, together with all others of that transaction. So nothing can appear
/// behind a cursor that somebody already has, and what a reader sees of a transaction is all of it.
///
/// Second implementation: `InMemoryFeed` in MediaTesting. Every method throws ``MediaError`` with `catalog_unavailable` when the database
/// cannot be reached or does not answer in time.
package protocol ChangeFeed: Sendable {
    /// From where to where the feed reaches now.
    func bounds() async throws(MediaError) -> FeedBounds

    /// The changes behind a cursor that fit a filter.
    ///
    /// - Parameters:
    ///   - cursor: of an earlier page, of an event, or of ``bounds()``; nil begins at the floor.
    ///   - limit: events at most, but for what `end` says.
    ///   - end: where the page may end.
    /// - Throws: `cursor_expired`, with `floor` and `head` in its details, for a cursor of another epoch, below the floor or beyond the head.
    func page(
        after cursor: FeedCursor?,
        filter: FeedFilter,
        limit: Int,
        end: FeedPage.End
    ) async throws(MediaError) -> FeedPage
}

extension ChangeFeed {
    /// A page that ends with a transaction.
    package func page(after cursor: FeedCursor?, filter: FeedFilter, limit: Int) async throws(MediaError) -> FeedPage {
        try await self.page(after: cursor, filter: filter, limit: limit, end: .transaction)
    }
}

/// Which changes a reader wants. What is nil or empty does not narrow anything.
package struct FeedFilter: Hashable, Sendable {
    /// Of these collections.
    package var collections: [String]
    /// Of files that something of this kind uses, or used: `movie`, or one of them, `movie/42`.
    package var entity: String?
    /// At this path, or below it when it ends in a slash: `posters/1.jpg`, `posters/2024/`.
    package var path: String?

    package init(collections: [String] = [], entity: String? = nil, path: String? = nil) {
        self.collections = collections
        self.entity = entity
        self.path = path
    }

    /// Every change.
    package static let all = FeedFilter()
}

/// Consecutive changes.
package struct FeedPage: Hashable, Sendable {
    /// In the order of their positions.
    package var events: [FeedEvent]
    /// How far the page reached, past what the filter left out: where the next one begins.
    package var cursor: FeedCursor
    /// Whether there was more behind the page when it was read.
    package var hasMore: Bool

    /// Where a page may end.
    package enum End: Hashable, Sendable {
        /// Behind a transaction, if the page becomes longer than its limit by that. A transaction of more than
        /// ``FeedPage/largestTransaction`` changes comes in several pages all the same: nobody has to hold all of it at once.
        case transaction
        /// Behind any change: for a reader that hands changes on one by one, and can go on from each of them.
        case change
    }

    /// Changes of the largest transaction that a page holds as a whole.
    package static let largestTransaction = 10_000

    package init(events: [FeedEvent], cursor: FeedCursor, hasMore: Bool) {
        self.events = events
        self.cursor = cursor
        self.hasMore = hasMore
    }
}
