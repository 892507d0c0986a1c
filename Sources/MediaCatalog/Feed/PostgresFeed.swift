package import MediaCore
package import Postgres
import ServiceSupport

/// mediad's feed in PostgreSQL: the tables of the schema `media`, with the present record of each change's file.
package struct PostgresFeed: ChangeFeed {
    let client: PostgresClient
    let tables: FeedTables

    /// Changes that one page looks at, at most.
    static let window = FeedPage.largestTransaction

    /// - Parameter client: connected to a database that ``Migrator`` has brought up to date.
    package init(client: PostgresClient) {
        self.client = client
        self.tables = FeedTables(schema: "media", client: client, window: Self.window)
    }

    package func bounds() async throws(MediaError) -> FeedBounds {
        try await CatalogFailure.translate { try await self.tables.bounds() }
    }

    package func page(
        after cursor: FeedCursor?,
        filter: FeedFilter,
        limit: Int,
        end: FeedPage.End
    ) async throws(MediaError) -> FeedPage {
        let reading = try await CatalogFailure.translate {
            try await self.tables.page(
                after: cursor,
                limit: limit,
                isWhole: end == .transaction,
                of: Self.selection(filter)
            ) { try FeedEvent(row: $0, epoch: $1) }
        }
        switch reading {
        case .page(let page): return FeedPage(events: page.changes, cursor: page.cursor, hasMore: page.hasMore)
        case .expired(let bounds): throw Self.refusal(of: cursor ?? bounds.floor, bounds)
        }
    }

    /// The refusal of a cursor, with what a reader needs to go on.
    private static func refusal(of cursor: FeedCursor, _ bounds: FeedBounds) -> MediaError {
        let reason =
            cursor.epoch != bounds.head.epoch
            ? "is of another history of the database"
            : cursor.position < bounds.floor.position
                ? "lies before the oldest change that is kept" : "lies beyond the newest change"
        return MediaError(
            .cursorExpired,
            """
            The cursor \(cursor) \(reason). Read the present state afresh, and go on from the cursor that comes with it, or \
            from the head.
            """,
            details: ["floor": .text(bounds.floor.text), "head": .text(bounds.head.text)]
        )
    }
}
