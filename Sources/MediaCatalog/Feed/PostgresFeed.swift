package import MediaCore
package import Postgres
import ServiceSupport

/// The feed in PostgreSQL: `media.changes`, with `media.feed` for its bounds.
///
/// A page is one statement, so that bounds, changes and records are of one snapshot. It looks at ``window`` changes at most, whatever
/// the filter: a reader that wants few of many gets short pages, each as quick as any other.
package struct PostgresFeed: ChangeFeed {
    let client: PostgresClient
    /// What the feed has in common with that of any other schema.
    let tables: FeedTables

    /// Changes that one page looks at, at most; a transaction that begins among them and is not larger is looked at to its end.
    static let window = FeedPage.largestTransaction

    /// - Parameter client: connected to a database that ``Migrator`` has brought up to date.
    package init(client: PostgresClient) {
        self.client = client
        self.tables = FeedTables(schema: "media", client: client)
    }

    package func bounds() async throws(MediaError) -> FeedBounds {
        try await self.inPresentEpoch {
            let rows = try await self.client.query(
                "SELECT epoch, floor, head, server = media.feed_server() AS is_present FROM media.feed"
            ).rows
            return try rows.first.flatMap { try FeedState(row: $0).bounds }
        }
    }

    package func page(
        after cursor: FeedCursor?,
        filter: FeedFilter,
        limit: Int,
        end: FeedPage.End
    ) async throws(MediaError) -> FeedPage {
        let query = Self.query(after: cursor?.position, filter: filter, limit: max(1, limit), end: end)
        return try await self.inPresentEpoch {
            let rows = try await self.client.query(query).rows
            guard let first = rows.first, let bounds = try FeedState(row: first).bounds else { return nil }
            if let cursor { try Self.check(cursor, within: bounds) }
            let end = FeedCursor(epoch: bounds.head.epoch, position: try first.decode("page_end"))
            return FeedPage(
                events: try rows.compactMap { try FeedEvent(row: $0, epoch: end.epoch) },
                cursor: end,
                hasMore: end.position < bounds.head.position
            )
        }
    }

    /// Runs a query that gives nil when the database has another history than the epoch: then the epoch is renewed first.
    private func inPresentEpoch<Value: Sendable>(
        _ query: @Sendable () async throws -> Value?
    ) async throws(MediaError) -> Value {
        for _ in 0..<Self.attempts {
            if let value = try await CatalogFailure.translate(query) { return value }
            _ = try await self.stamp(mayTakeLong: false)
        }
        throw MediaError(.catalogUnavailable, "The feed begins another epoch just now. Try again in a moment.")
    }

    /// Another daemon may be at it, and hold the lock for a moment.
    private static let attempts = 5

    /// - Throws: `cursor_expired`, with what a reader needs to go on.
    private static func check(_ cursor: FeedCursor, within bounds: FeedBounds) throws(MediaError) {
        guard
            cursor.epoch != bounds.head.epoch || cursor.position < bounds.floor.position
                || cursor.position > bounds.head.position
        else { return }
        let reason =
            cursor.epoch != bounds.head.epoch
            ? "is of another history of the database"
            : cursor.position < bounds.floor.position
                ? "lies before the oldest change that is kept" : "lies beyond the newest change"
        throw MediaError(
            .cursorExpired,
            """
            The cursor \(cursor) \(reason). Read the present state afresh, and go on from the cursor that comes with it, or \
            from the head.
            """,
            details: ["floor": .text(bounds.floor.text), "head": .text(bounds.head.text)]
        )
    }
}
