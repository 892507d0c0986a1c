package import MediaCore
import Postgres
import Synchronization

extension PostgresFeed: FeedUpkeep {
    package func stamp() async throws(MediaError) -> FeedStamp { try await self.stamp(mayTakeLong: true) }

    /// - Parameter mayTakeLong: a transaction is stamped as a whole, however large. One that takes longer than statements usually may would
    ///   otherwise fail for ever, and everything behind it.
    func stamp(mayTakeLong: Bool) async throws(MediaError) -> FeedStamp {
        try await CatalogFailure.translate {
            let query: PostgresQuery = "SELECT state, cursor, remaining FROM media.stamp()"
            let stamping = self.stamping
            let result: PostgresResult
            do {
                // Until one has succeeded: another daemon that tries in the usual time may be at it in between.
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
    }

    /// Changes that one pruning removes, at most; the rest of a transaction goes with its beginning.
    private static let pruned = 10_000

    @discardableResult
    package func prune(olderThan age: Duration, keeping count: Int) async throws(MediaError) -> Int {
        try await CatalogFailure.translate {
            try await self.client.withTransaction(patience: Self.patience) { connection in
                // Positions are in the order of their stamping, so the last of the first ones that is old enough decides.
                let rows = try await connection.query(
                    """
                    SELECT coalesce(max(c.last_of_transaction), 0) FROM media.feed, media.changes c \
                    WHERE c.position > feed.floor AND c.position <= feed.floor + \(Self.pruned) \
                    AND c.last_of_transaction <= feed.head \
                    AND (c.stamped_at < now() - make_interval(secs => \(age.secondsAsDouble)) \
                    OR c.last_of_transaction <= feed.head - \(count))
                    """
                ).rows
                guard let end: Int64 = try rows.first?.decode(at: 0), end > 0 else { return 0 }
                let removed = try await connection.query("DELETE FROM media.changes WHERE position <= \(end)")
                // Last, because stampers wait for this row from here on.
                _ = try await connection.query("UPDATE media.feed SET floor = greatest(floor, \(end))")
                return removed.affectedRows
            }
        }
    }

    package func renewEpoch(ifBefore cursor: FeedCursor) async throws(MediaError) {
        try await CatalogFailure.translate {
            _ = try await self.client.query(
                """
                UPDATE media.feed SET epoch = media.draw_epoch(), stamped = NULL \
                WHERE epoch = \(cursor.epoch) AND head < \(cursor.position)
                """
            )
        }
    }

    package func noteRendition(preset: String, of file: MediaFile) async throws(MediaError) {
        try await CatalogFailure.translate {
            _ = try await self.client.query(
                """
                INSERT INTO media.outbox (kind, file_id, collection, name, path, owner, version, links, detail) \
                SELECT 'rendition.ready', id, collection, name, path, owner, version, media.links_of(id), \(preset) \
                FROM media.files WHERE id = \(file.id) AND sha256 = \(file.version.digest)
                """
            )
        }
    }
}

extension PostgresError {
    /// Whether the statement was ended because it took too long: by this client, or by the server (57014, query_canceled).
    fileprivate var isOutOfTime: Bool { self.code == .timeout || self.code == .server && self.sqlState == "57014" }
}

extension Duration {
    fileprivate var secondsAsDouble: Double {
        Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18
    }
}
