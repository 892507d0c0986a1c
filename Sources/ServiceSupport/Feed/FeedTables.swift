package import Postgres
import Synchronization

/// The tables of a ``FeedSchema`` in a database, and what keeps them in order.
package struct FeedTables: Sendable {
    /// Of the schema that has them.
    package let schema: String
    private let client: PostgresClient
    private let stamping = Stamping()

    /// How long a statement may take that works through a transaction as a whole, however large it is.
    package static let patience = Duration.seconds(3600)

    /// Whether the last stamping ran out of the usual time. All copies share it.
    private final class Stamping: Sendable {
        let needsTime = Mutex(false)
    }

    package init(schema: String, client: PostgresClient) {
        self.schema = schema
        self.client = client
    }

    /// What one stamping did.
    package enum Stamp: Hashable, Sendable {
        /// Everything that is committed has its position.
        case nothing(FeedPosition)
        case stamped(FeedPosition, hasMore: Bool)
        /// Another process is at it.
        case busy
    }

    /// Gives committed changes their positions.
    ///
    /// - Parameter mayTakeLong: a transaction is stamped as a whole, however large. One that takes longer than statements usually may would
    ///   otherwise fail for ever, and everything behind it.
    /// - Throws: `PostgresError`.
    package func stamp(mayTakeLong: Bool = true) async throws -> Stamp {
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
        let position = try row.decode("cursor", as: String?.self).flatMap { FeedPosition($0) }
        switch (try row.decode("state", as: String.self), position) {
        case ("nothing", let position?):
            stamping.needsTime.withLock { $0 = false }
            return .nothing(position)
        case ("stamped", let position?):
            stamping.needsTime.withLock { $0 = false }
            return .stamped(position, hasMore: try row.decode("remaining", as: Int64.self) > 0)
        case ("busy", _): return .busy
        case (let state, _): throw PostgresError(.decoding, "an unknown state of the feed: \(state)")
        }
    }

    /// Where the feed begins and ends; nil when the database has another history than the epoch names: then stamp first.
    package func range() async throws -> FeedRange? {
        let rows = try await self.client.query(
            """
            SELECT epoch, floor, head, server = \(identifier: self.schema).feed_server() AS is_present \
            FROM \(identifier: self.schema).feed
            """
        ).rows
        return try rows.first.flatMap { try Self.range($0) }
    }

    /// Reads the columns `epoch`, `floor`, `head` and `is_present`; nil when the last one is false.
    package static func range(_ row: PostgresRow) throws -> FeedRange? {
        guard try row.decode("is_present", as: Bool.self) else { return nil }
        let epoch: String = try row.decode("epoch")
        return FeedRange(
            floor: FeedPosition(epoch: epoch, number: try row.decode("floor")),
            head: FeedPosition(epoch: epoch, number: try row.decode("head"))
        )
    }

    /// Changes that one pruning removes, at most; the rest of a transaction goes with its beginning.
    private static let pruned = 10_000

    /// Removes the oldest changes: those that are older than so many seconds, and those beyond so many.
    /// - Returns: how many went; more may be left.
    @discardableResult
    package func prune(olderThan seconds: Double, keeping count: Int) async throws -> Int {
        let schema = self.schema
        return try await self.client.withTransaction(patience: Self.patience) { connection in
            // Positions are in the order of their stamping, so the last of the first ones that is old enough decides.
            let rows = try await connection.query(
                """
                SELECT coalesce(max(c.last_of_transaction), 0) FROM \(identifier: schema).feed, \
                \(identifier: schema).changes c \
                WHERE c.position > feed.floor AND c.position <= feed.floor + \(Self.pruned) \
                AND c.last_of_transaction <= feed.head \
                AND (c.stamped_at < now() - make_interval(secs => \(seconds)) \
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
    package func renewEpoch(ifBefore position: FeedPosition) async throws {
        _ = try await self.client.query(
            """
            UPDATE \(identifier: self.schema).feed SET epoch = \(identifier: self.schema).draw_epoch(), stamped = NULL \
            WHERE epoch = \(position.epoch) AND head < \(position.number)
            """
        )
    }
}

extension PostgresError {
    /// Whether the statement was ended because it took too long: by this client, or by the server (57014, query_canceled).
    fileprivate var isOutOfTime: Bool { self.code == .timeout || self.code == .server && self.sqlState == "57014" }
}
