import Postgres
import Primitives

/// The table `films.conflicts`: that two changed one field without knowing of each other. Each of them has a record of it, until they
/// have read it.
package struct MovieConflicts: Sendable {
    let database: FilmsDatabase

    package init(database: FilmsDatabase) { self.database = database }

    /// What a change replaced although its author had not seen it.
    struct Overwritten: Sendable {
        var field: MovieField
        /// What stood there.
        var old: JSONValue
        var new: JSONValue
        /// Who had set it; nil: nobody any more.
        var loser: RecordID?
        /// When; RFC 3339.
        var at: String
    }

    /// Writes the records of both, and notes them. Both may be the same account: two devices.
    static func note(
        _ overwritten: Overwritten,
        of movie: RecordID,
        winner: RecordID,
        now: Timestamp,
        on connection: PostgresConnection
    ) async throws {
        let (old, new) = (ReadyJSON.text(overwritten.old), ReadyJSON.text(overwritten.new))
        let other = try await Self.existing(overwritten.loser, on: connection)
        let sides: [(account: RecordID?, mine: String, theirs: String, outcome: String, other: RecordID?)] = [
            (other, old, new, "lost", winner), (winner, new, old, "won", other),
        ]
        for side in sides {
            guard let account = side.account else { continue }
            let id = RecordID(now: now)
            _ = try await connection.query(
                """
                INSERT INTO films.conflicts (id, account_id, movie_id, field, mine, theirs, outcome, other_id, at) \
                VALUES (\(id), \(account), \(movie), \(overwritten.field.rawValue), \(side.mine)::jsonb, \
                \(side.theirs)::jsonb, \(side.outcome), \(nullable: side.other), \(now))
                """
            )
            _ = try await connection.query("SELECT films.note('conflict', \(id), 1, \(account), 'created')")
        }
    }

    /// Brings open conflicts to what a change makes of their fields: who has their value back has no conflict any more, and who had won and
    /// is replaced now is told so, as the one who lost.
    ///
    /// Call it before ``note(_:of:winner:now:on:)`` for the same change.
    static func follow(
        _ fields: [MovieField],
        of movie: MovieRow,
        by author: RecordID,
        on connection: PostgresConnection
    ) async throws {
        let values = fields.map { ReadyJSON.text(movie.values[$0]) }
        _ = try await connection.query(
            """
            WITH open AS (SELECT o.id, new.value::jsonb AS value, o.mine = new.value::jsonb AS is_back \
            FROM films.conflicts o JOIN unnest(\(fields.map(\.rawValue))::text[], \(values)::text[]) AS new (field, value) \
            ON o.field = new.field WHERE o.movie_id = \(movie.id) AND o.dismissed_at IS NULL), \
            changed AS (UPDATE films.conflicts c SET version = version + 1, outcome = 'lost', other_id = \(author), at = now(), \
            dismissed_at = CASE WHEN is_back THEN now() END, mine = CASE WHEN NOT is_back THEN mine END, \
            theirs = CASE WHEN NOT is_back THEN value END \
            FROM open WHERE c.id = open.id AND (c.account_id <> \(author) OR is_back) \
            RETURNING c.id, c.version, c.account_id, c.dismissed_at) \
            SELECT films.note('conflict', id, version, account_id, CASE WHEN dismissed_at IS NULL THEN 'updated' ELSE 'deleted' END) \
            FROM changed
            """
        )
    }

    /// The person has read it: only that it was there is left.
    /// - Throws: `not_found` for one of somebody else, or none.
    package func dismiss(_ id: RecordID, by account: RecordID) async throws(FilmsError) {
        try await self.database.transaction { connection in
            let rows = try await connection.query(
                "SELECT dismissed_at IS NOT NULL AS is_dismissed FROM films.conflicts WHERE id = \(id) AND account_id = \(account) FOR UPDATE"
            ).rows
            guard let row = rows.first else { throw FilmsError.notFound }
            guard try !row.decode("is_dismissed", as: Bool.self) else { return }
            _ = try await connection.query(
                """
                WITH dismissed AS (UPDATE films.conflicts SET dismissed_at = now(), version = version + 1, mine = NULL, \
                theirs = NULL WHERE id = \(id) RETURNING version) \
                SELECT films.note('conflict', \(id), version, \(account), 'deleted') FROM dismissed
                """
            )
        }
    }

    /// Whether a file is one side of an open conflict of this account: then it was the film's, and may be again, whoever uploaded it.
    func have(
        _ file: RecordID,
        in field: MovieField,
        of movie: RecordID,
        for account: RecordID
    ) async throws(FilmsError) -> Bool {
        try await self.database.run { client in
            try await !client.query(
                """
                SELECT FROM films.conflicts WHERE account_id = \(account) AND movie_id = \(movie) \
                AND field = \(field.rawValue) AND dismissed_at IS NULL \
                AND \(file.description) IN (mine #>> '{}', theirs #>> '{}')
                """
            ).rows.isEmpty
        }
    }

    /// Says that a film's conflicts go with it.
    static func noteEnd(of movie: RecordID, on connection: PostgresConnection) async throws {
        _ = try await connection.query(
            """
            SELECT films.note('conflict', id, version + 1, account_id, 'deleted') FROM films.conflicts \
            WHERE movie_id = \(movie) AND dismissed_at IS NULL
            """
        )
    }

    /// Whether the account is still there: who is gone has no records.
    private static func existing(_ account: RecordID?, on connection: PostgresConnection) async throws -> RecordID? {
        guard let account else { return nil }
        let rows = try await connection.query(
            "SELECT FROM films.accounts WHERE id = \(account) FOR KEY SHARE"
        ).rows
        return rows.isEmpty ? nil : account
    }
}

extension MovieConflicts: ConflictRecords {
    package func conflicts(
        _ ids: [RecordID]?,
        of accountID: RecordID
    ) async throws(FilmsError) -> [RecordID: [UInt8]] {
        try await self.database.run { client in
            let rows = try await client.query(
                """
                SELECT id, convert_to(record, 'UTF8') AS record FROM films.conflict_records WHERE account_id = \(accountID) \
                AND (\(ids == nil) OR id = ANY(\((ids ?? []).map(\.uuid))))
                """
            ).rows
            return try Dictionary(
                uniqueKeysWithValues: rows.map { (try $0.decode("id"), try $0.decode("record", as: [UInt8].self)) }
            )
        }
    }
}
