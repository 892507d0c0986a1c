import Postgres

/// Reads lists as clients get them.
enum PlaylistStore {
    /// - Parameter condition: on `p`, the row of `films.playlists`.
    static func records(
        where condition: PostgresQuery,
        on connection: some PostgresQuerying
    ) async throws -> [StoredRecord] {
        try await connection.query(
            """
            SELECT p.id, p.owner_id AS account_id, p.version, \(fragment: Self.json) AS json \
            FROM films.playlists p \(fragment: RecordSQL.personJoin("p.owner_id")) \
            WHERE \(fragment: condition) ORDER BY p.kind = 'own', p.kind, p.created_at, p.id
            """
        ).rows.map { try StoredRecord(row: $0) }
    }

    /// A subquery that gives one as text.
    static func json(of id: RecordID) -> PostgresQuery {
        """
        SELECT \(fragment: Self.json) FROM films.playlists p \(fragment: RecordSQL.personJoin("p.owner_id")) WHERE p.id = \(id)
        """
    }

    /// JSON of `p`, the row of `films.playlists`, and of its owner's account.
    static let json: PostgresQuery = """
        json_build_object(\
        'id', p.id, 'kind', p.kind, 'name', p.name, \
        'visibility', CASE WHEN p.token IS NULL THEN 'private' ELSE 'link' END, 'shareUrl', '/shared/' || p.token, \
        'owner', \(fragment: RecordSQL.person), \
        'items', coalesce((SELECT json_agg(json_build_object('id', i.id, 'movieId', i.movie_id, \
        'addedAt', \(fragment: RecordSQL.time("i.added_at"))) ORDER BY i.place, i.id) \
        FROM films.playlist_items i WHERE i.playlist_id = p.id), '[]'::json), \
        'createdAt', \(fragment: RecordSQL.time("p.created_at")), \
        'updatedAt', \(fragment: RecordSQL.time("p.updated_at")), 'version', p.version)::text
        """

    static func record(_ id: RecordID, on connection: some PostgresQuerying) async throws -> StoredRecord {
        guard let record = try await self.records(where: "p.id = \(id)", on: connection).first else {
            throw FilmsError.notFound
        }
        return record
    }

    /// What a command needs to know of a list that it changes.
    struct Locked: Sendable {
        var id: RecordID
        var ownerID: RecordID
        var isStandard: Bool
        var name: String
        var token: String?
    }

    /// Locks a list until the end of the transaction: changes of its order wait for one another.
    ///
    /// - Throws: `not_found` for one of somebody else; `gone`.
    static func lock(
        _ id: RecordID,
        of accountID: RecordID,
        on connection: PostgresConnection
    ) async throws -> Locked {
        let rows = try await connection.query(
            "SELECT owner_id, kind, name, token FROM films.playlists WHERE id = \(id) FOR NO KEY UPDATE"
        ).rows
        guard let row = rows.first else {
            throw try await Creation.isDeleted(id, entity: "playlist", on: connection) ? FilmsError.gone : .notFound
        }
        guard try row.decode("owner_id", as: RecordID.self) == accountID else { throw FilmsError.notFound }
        return Locked(
            id: id,
            ownerID: accountID,
            isStandard: try row.decode("kind", as: String.self) != "own",
            name: try row.decode("name"),
            token: try row.decode("token")
        )
    }

    /// Raises the version and says so.
    static func touch(_ list: Locked, on connection: PostgresConnection) async throws {
        _ = try await connection.query(
            """
            WITH touched AS (UPDATE films.playlists SET version = version + 1, updated_at = now() WHERE id = \(list.id) \
            RETURNING id, version, owner_id) \
            SELECT films.note('playlist', id, version, owner_id, 'updated') FROM touched
            """
        )
    }
}
