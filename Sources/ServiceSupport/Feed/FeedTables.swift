package import Postgres
package import Primitives
import Synchronization

/// The tables of a ``FeedSchema`` in a database, and what keeps them in order. Every method throws `PostgresError`.
package struct FeedTables: FeedUpkeep {
    /// Of the schema that has them.
    package let schema: String
    let client: PostgresClient
    /// Changes that one page looks at, at most, whatever its condition: a reader that wants few of many gets short pages, each as quick as
    /// any other. A transaction that begins among them and is not larger is looked at to its end.
    let window: Int
    private let stamping = Stamping()

    /// How long a statement may take that works through a transaction as a whole, however large it is.
    package static let patience = Duration.seconds(3600)

    /// Whether the last stamping ran out of the usual time. All copies share it.
    private final class Stamping: Sendable {
        let needsTime = Mutex(false)
    }

    package init(schema: String, client: PostgresClient, window: Int = 10_000) {
        self.schema = schema
        self.client = client
        self.window = window
    }

    /// Gives committed changes their positions; takes the time that the largest transaction needs.
    package func stamp() async throws -> FeedStamp { try await self.stamp(mayTakeLong: true) }

    /// Gives committed changes their positions.
    ///
    /// - Parameter mayTakeLong: a transaction is stamped as a whole, however large. One that takes longer than statements usually may would
    ///   otherwise fail for ever, and everything behind it.
    package func stamp(mayTakeLong: Bool) async throws -> FeedStamp {
        let query: PostgresQuery = "SELECT state, cursor, remaining FROM \(identifier: self.schema).stamp()"
        let stamping = self.stamping
        let result: PostgresResult
        do {
            // Until one has succeeded: another process that tries in the usual time may be at it in between.
            if mayTakeLong, stamping.needsTime.withLock({ $0 }) { throw PostgresError(.timeout, "once more") }
            result = try await self.client.query(query)
        } catch let error as PostgresError where error.sqlState == "25000" {
            // invalid_transaction_state: the role's or the database's default is stricter than READ COMMITTED.
            result = try await self.client.withTransaction { try await $0.query(query) }
        } catch let error as PostgresError where mayTakeLong && error.isOutOfTime {
            stamping.needsTime.withLock { $0 = true }
            result = try await self.client.withTransaction(patience: Self.patience) { try await $0.query(query) }
        }
        guard let row = result.rows.first else { throw PostgresError(.decoding, "a function gave no row") }
        let cursor = try row.decode("cursor", as: String?.self).flatMap { FeedCursor($0) }
        switch (try row.decode("state", as: String.self), cursor) {
        case ("nothing", let cursor?):
            stamping.needsTime.withLock { $0 = false }
            return .nothing(cursor)
        case ("stamped", let cursor?):
            stamping.needsTime.withLock { $0 = false }
            return .stamped(cursor, hasMore: try row.decode("remaining", as: Int64.self) > 0)
        case ("busy", _): return .busy
        case (let state, _): throw PostgresError(.decoding, "an unknown state of the feed: \(state)")
        }
    }

    /// Changes that one pruning removes, at most; the rest of a transaction goes with its beginning.
    private static let pruned = 10_000

    @discardableResult
    package func prune(olderThan age: Duration, keeping count: Int) async throws -> Int {
        let schema = self.schema
        return try await self.client.withTransaction(patience: Self.patience) { connection in
            // Positions are in the order of their stamping, so the last of the first ones that is old enough decides.
            let rows = try await connection.query(
                """
                SELECT coalesce(max(c.last_of_transaction), 0) FROM \(identifier: schema).feed, \
                \(identifier: schema).changes c \
                WHERE c.position > feed.floor AND c.position <= feed.floor + \(Self.pruned) \
                AND c.last_of_transaction <= feed.head \
                AND (c.stamped_at < now() - make_interval(secs => \(age.inSeconds)) \
                OR c.last_of_transaction <= feed.head - \(count))
                """
            ).rows
            guard let end: Int64 = try rows.first?.decode(at: 0), end > 0 else { return 0 }
            let removed = try await connection.query(
                "DELETE FROM \(identifier: schema).changes WHERE position <= \(end)"
            )
            // Last, because stampers wait for this row from here on.
            _ = try await connection.query(
                "UPDATE \(identifier: schema).feed SET floor = greatest(floor, \(end))"
            )
            return removed.affectedRows
        }
    }

    /// Begins another epoch when the head lies behind what was seen of it: the data were put back as files.
    package func renewEpoch(ifBefore cursor: FeedCursor) async throws {
        _ = try await self.client.query(
            """
            UPDATE \(identifier: self.schema).feed SET epoch = \(identifier: self.schema).draw_epoch(), stamped = NULL \
            WHERE epoch = \(cursor.epoch) AND head < \(cursor.position)
            """
        )
    }
}

extension PostgresError {
    /// Whether the statement was ended because it took too long: by this client, or by the server (57014, query_canceled).
    fileprivate var isOutOfTime: Bool { self.code == .timeout || self.code == .server && self.sqlState == "57014" }
}
