import Postgres

/// The rules of watch history: one place for each person and film, and the later at the service wins.
struct HistoryService: Sendable {
    let database: FilmsDatabase

    /// What a player says.
    struct Place: Sendable {
        var positionSeconds: Double
        /// Nil: as it was.
        var durationSeconds: Double?
        var watched: Bool
        /// Nil: as it was.
        var device: String?
    }

    /// - Throws: `not_found`.
    func one(of movieID: RecordID, by accountID: RecordID) async throws(FilmsError) -> StoredRecord {
        try await self.database.run { client in try await Self.record(movieID, accountID, client) }
    }

    /// Puts the place. What is so already makes no new version, so that a repeated request is harmless. What is new begins above all
    /// versions that were deleted; the lock waits for a deletion that is under way.
    ///
    /// - Throws: `not_found`, `gone` for the film.
    func put(_ place: Place, in movieID: RecordID, by accountID: RecordID) async throws(FilmsError) -> StoredRecord {
        try await self.database.transaction { connection in
            try await MovieRows.lock(movieID, on: connection)
            _ = try await connection.query(
                """
                WITH floor AS (SELECT history_floor FROM films.accounts WHERE id = \(accountID) FOR KEY SHARE), changed AS (\
                INSERT INTO films.history AS h \
                (account_id, movie_id, position_seconds, duration_seconds, watched, device, version) \
                VALUES (\(accountID), \(movieID), \(place.positionSeconds), \(nullable: place.durationSeconds), \
                \(place.watched), \(nullable: place.device), coalesce((SELECT history_floor FROM floor), 0) + 1) \
                ON CONFLICT (account_id, movie_id) DO UPDATE SET position_seconds = EXCLUDED.position_seconds, \
                duration_seconds = coalesce(EXCLUDED.duration_seconds, h.duration_seconds), watched = EXCLUDED.watched, \
                device = coalesce(EXCLUDED.device, h.device), updated_at = now(), version = h.version + 1 \
                WHERE (h.position_seconds, h.duration_seconds, h.watched, h.device) IS DISTINCT FROM \
                (EXCLUDED.position_seconds, coalesce(EXCLUDED.duration_seconds, h.duration_seconds), EXCLUDED.watched, \
                coalesce(EXCLUDED.device, h.device)) RETURNING h.version, h.xmax = 0 AS is_new) \
                SELECT films.note('history', \(movieID), version, \(accountID), \
                CASE WHEN is_new THEN 'created' ELSE 'updated' END) FROM changed
                """
            )
            return try await Self.record(movieID, accountID, connection)
        }
    }

    /// - Throws: `not_found`.
    func delete(_ movieID: RecordID, by accountID: RecordID) async throws(FilmsError) {
        try await self.database.transaction { connection in
            // Before the row: a new place is put under a lock of the account that waits for this one.
            _ = try await connection.query("SELECT FROM films.accounts WHERE id = \(accountID) FOR UPDATE")
            let removed = try await connection.query(
                "DELETE FROM films.history WHERE account_id = \(accountID) AND movie_id = \(movieID) RETURNING version"
            ).rows
            guard let version: Int64 = try removed.first?.decode(at: 0) else { throw FilmsError.notFound }
            // The deletion itself is one version more.
            _ = try await connection.query(
                """
                UPDATE films.accounts SET history_floor = greatest(history_floor, \(version + 1)) WHERE id = \(accountID)
                """
            )
        }
    }

    private static func record(
        _ movieID: RecordID,
        _ accountID: RecordID,
        _ connection: some PostgresQuerying
    ) async throws -> StoredRecord {
        let condition: PostgresQuery = "h.account_id = \(accountID) AND h.movie_id = \(movieID)"
        guard let found = try await HistoryStore.records(where: condition, limit: 1, on: connection).first else {
            throw FilmsError.notFound
        }
        return found.record
    }
}
