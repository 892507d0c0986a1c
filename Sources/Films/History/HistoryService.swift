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

    /// Puts the place. What is so already makes no new version, so that a repeated request is harmless.
    ///
    /// - Throws: `not_found`, `gone` for the film.
    func put(_ place: Place, in movieID: RecordID, by accountID: RecordID) async throws(FilmsError) -> StoredRecord {
        try await self.database.transaction { connection in
            try await MovieRows.lock(movieID, on: connection)
            _ = try await connection.query(
                """
                WITH changed AS (\
                INSERT INTO films.history AS h (account_id, movie_id, position_seconds, duration_seconds, watched, device) \
                VALUES (\(accountID), \(movieID), \(place.positionSeconds), \(nullable: place.durationSeconds), \
                \(place.watched), \(nullable: place.device)) \
                ON CONFLICT (account_id, movie_id) DO UPDATE SET position_seconds = EXCLUDED.position_seconds, \
                duration_seconds = coalesce(EXCLUDED.duration_seconds, h.duration_seconds), watched = EXCLUDED.watched, \
                device = coalesce(EXCLUDED.device, h.device), updated_at = now(), version = h.version + 1 \
                WHERE (h.position_seconds, h.duration_seconds, h.watched, h.device) IS DISTINCT FROM \
                (EXCLUDED.position_seconds, coalesce(EXCLUDED.duration_seconds, h.duration_seconds), EXCLUDED.watched, \
                coalesce(EXCLUDED.device, h.device)) RETURNING h.version) \
                SELECT films.note('history', \(movieID), version, \(accountID), \
                CASE version WHEN 1 THEN 'created' ELSE 'updated' END) FROM changed
                """
            )
            return try await Self.record(movieID, accountID, connection)
        }
    }

    /// - Throws: `not_found`.
    func delete(_ movieID: RecordID, by accountID: RecordID) async throws(FilmsError) {
        try await self.database.transaction { connection in
            let removed = try await connection.query(
                "DELETE FROM films.history WHERE account_id = \(accountID) AND movie_id = \(movieID)"
            )
            guard removed.affectedRows > 0 else { throw FilmsError.notFound }
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
