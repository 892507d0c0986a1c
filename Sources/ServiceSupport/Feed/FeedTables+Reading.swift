package import Postgres
package import Primitives

/// What a page of a feed has of each change.
package struct FeedSelection: Sendable {
    /// The columns that are decoded, as `SELECT` has them; `c` is the change.
    package var columns: PostgresQuery
    /// Which changes: a condition on `c`.
    package var condition: PostgresQuery
    /// What is looked up for each change: text behind the `FROM` clause; it may be empty.
    package var lookups: PostgresQuery

    package init(columns: PostgresQuery, where condition: PostgresQuery = "true", lookups: PostgresQuery = "") {
        self.columns = columns
        self.condition = condition
        self.lookups = lookups
    }
}

extension FeedTables {
    /// Consecutive changes, and how far the feed reached.
    package struct Page<Change: Sendable>: Sendable {
        /// In the order of their positions.
        package var changes: [Change]
        /// How far the page reached, past what the condition left out.
        package var cursor: FeedCursor
        /// Those of the same snapshot of the database.
        package var bounds: FeedBounds
        package var hasMore: Bool { self.cursor.position < self.bounds.head.position }
    }

    /// What came of reading a page.
    package enum Reading<Change: Sendable>: Sendable {
        case page(Page<Change>)
        /// One cannot go on from the cursor.
        case expired(FeedBounds)
    }

    /// From where to where the feed reaches now.
    package func bounds() async throws -> FeedBounds {
        try await self.inPresentEpoch {
            let rows = try await self.client.query(
                """
                SELECT epoch, floor, head, server = \(identifier: self.schema).feed_server() AS is_present \
                FROM \(identifier: self.schema).feed
                """
            ).rows
            return try rows.first.flatMap { try Self.bounds($0) }
        }
    }

    /// The changes behind a cursor, in one statement: bounds, changes and lookups are of one snapshot.
    ///
    /// - Parameters:
    ///   - cursor: nil: the floor.
    ///   - limit: changes at most, but for the rest of a transaction.
    ///   - isWhole: whether the page ends behind a transaction, if that is not larger than the window; else it may end behind any change.
    ///   - decode: reads a change, whose epoch is given beside its row; nil: it is left out. It is asked about a row without a change, too,
    ///     whose columns are all null.
    package func page<Change: Sendable>(
        after cursor: FeedCursor?,
        limit: Int,
        isWhole: Bool,
        of selection: FeedSelection,
        _ decode: @escaping @Sendable (PostgresRow, String) throws -> Change?
    ) async throws -> Reading<Change> {
        let query = self.query(after: cursor?.position, limit: max(1, limit), isWhole: isWhole, of: selection)
        return try await self.inPresentEpoch {
            let rows = try await self.client.query(query).rows
            guard let first = rows.first, let bounds = try Self.bounds(first) else { return nil }
            if let cursor, !bounds.contains(cursor) { return .expired(bounds) }
            let epoch = bounds.head.epoch
            let end = FeedCursor(epoch: epoch, position: try first.decode("page_end"))
            return .page(Page(changes: try rows.compactMap { try decode($0, epoch) }, cursor: end, bounds: bounds))
        }
    }

    /// Runs a query that gives nil when the database has another history than the epoch: then the epoch is renewed first.
    private func inPresentEpoch<Value: Sendable>(_ query: () async throws -> Value?) async throws -> Value {
        for _ in 0..<Self.attempts {
            if let value = try await query() { return value }
            _ = try await self.stamp(mayTakeLong: false)
        }
        throw PostgresError(.timeout, "The feed begins another epoch just now.")
    }

    /// Another process may be at it, and hold the lock for a moment.
    private static let attempts = 5

    /// Nil when the database has another history than the one that the epoch names.
    private static func bounds(_ row: PostgresRow) throws -> FeedBounds? {
        guard try row.decode("is_present", as: Bool.self) else { return nil }
        let epoch: String = try row.decode("epoch")
        return FeedBounds(
            floor: FeedCursor(epoch: epoch, position: try row.decode("floor")),
            head: FeedCursor(epoch: epoch, position: try row.decode("head"))
        )
    }
}
