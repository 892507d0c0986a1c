import Postgres

/// The table `films.files`: what files that records refer to look like. Films that show a file change with it, by a trigger.
package struct FileStore: Sendable {
    let database: FilmsDatabase

    package init(database: FilmsDatabase) { self.database = database }

    /// Remembers what a file looks like.
    package func put(_ facts: FileFacts) async throws(FilmsError) {
        try await self.database.transaction { try await Self.put(facts, on: $0) }
    }

    static func put(_ facts: FileFacts, on connection: PostgresConnection) async throws {
        _ = try await connection.query(
            """
            INSERT INTO films.files AS f (file_id, picture, video, is_private) \
            VALUES (\(facts.id), \(nullable: facts.picture)::jsonb, \(nullable: facts.video)::jsonb, \(facts.isPrivate)) \
            ON CONFLICT (file_id) DO UPDATE SET picture = excluded.picture, video = excluded.video, \
            is_private = excluded.is_private WHERE (f.picture, f.video, f.is_private) \
            IS DISTINCT FROM (excluded.picture, excluded.video, excluded.is_private)
            """
        )
    }

    /// Which of these files records refer to, or referred to.
    func known(among ids: [RecordID]) async throws(FilmsError) -> Set<RecordID> {
        try await self.database.run { client in
            let rows = try await client.query(
                "SELECT file_id FROM films.files WHERE file_id = ANY(\(ids.map(\.uuid)))"
            ).rows
            return Set(try rows.map { try $0.decode("file_id", as: RecordID.self) })
        }
    }

    /// All files that are remembered, in pages by id.
    func page(after id: RecordID?, limit: Int) async throws(FilmsError) -> [RecordID] {
        try await self.database.run { client in
            let rows = try await client.query(
                """
                SELECT file_id FROM films.files WHERE \(nullable: id)::uuid IS NULL OR file_id > \(nullable: id)::uuid \
                ORDER BY file_id LIMIT \(limit)
                """
            ).rows
            return try rows.map { try $0.decode("file_id", as: RecordID.self) }
        }
    }

    /// Brings the addresses that are kept to where browsers reach mediad now. Nothing happens while that stays as it was.
    ///
    /// - Parameter base: mediad's origin, or nothing.
    package func adopt(base: String) async throws(FilmsError) {
        try await self.database.transaction { connection in
            let rows = try await connection.query("SELECT base FROM films.media_cursor FOR UPDATE").rows
            guard let old = try rows.first?.decode("base", as: String.self), old != base else { return }
            // Only keys that end so have addresses, and in a text of somebody there would be a backslash before the quote.
            let (from, to) = ("rl\": \"\(old)/files/", "rl\": \"\(base)/files/")
            _ = try await connection.query(
                """
                UPDATE films.files SET picture = replace(picture::text, \(from), \(to))::jsonb, \
                video = replace(video::text, \(from), \(to))::jsonb
                """
            )
            _ = try await connection.query("UPDATE films.media_cursor SET base = \(base)")
        }
    }

    static func remove(_ id: RecordID, on connection: PostgresConnection) async throws {
        _ = try await connection.query("DELETE FROM films.files WHERE file_id = \(id)")
    }
}
