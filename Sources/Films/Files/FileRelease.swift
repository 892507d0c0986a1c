package import Postgres

/// Files that a record has let go: they go to mediad's trash when nothing uses them any more.
///
/// mediad refuses to delete what a foreign key or a link uses, of whatever application, so trying is safe; and its trash gives
/// them back for as long as it keeps them.
package enum FileRelease {
    /// How long a file stays that was replaced: who lost against another's change can take theirs back (decision 0072).
    package static let grace: Duration = .seconds(86_400)

    /// A film or an account has no use for a file any more, but may come back to it.
    package static func note(
        _ id: RecordID,
        after grace: Duration = grace,
        on connection: PostgresConnection
    ) async throws {
        _ = try await connection.query(
            """
            INSERT INTO films.released_files (file_id, due_at) \
            VALUES (\(id), now() + make_interval(secs => \(Double(grace.components.seconds)))) \
            ON CONFLICT (file_id) DO UPDATE SET due_at = excluded.due_at
            """
        )
    }

    /// A record is deleted, and its files with it. What mediad cannot delete now is tried again later.
    ///
    /// Call it in the transaction of the deletion, after the record and its links are gone.
    package static func deleteNow(_ ids: [RecordID], on connection: PostgresConnection) async throws {
        for id in Set(ids) {
            try await Self.note(id, after: .zero, on: connection)
            try await Self.delete(id, on: connection)
        }
    }

    /// Tries to delete what is due: at most so many.
    static func deleteDue(limit: Int, in database: FilmsDatabase) async throws(FilmsError) -> Int {
        try await database.transaction { connection in
            let rows = try await connection.query(
                """
                SELECT file_id FROM films.released_files r WHERE due_at <= now() \
                AND NOT EXISTS (SELECT FROM films.conflicts c WHERE c.dismissed_at IS NULL \
                AND c.field IN ('posterFileId', 'trailerFileId') \
                AND r.file_id::text IN (c.mine #>> '{}', c.theirs #>> '{}')) \
                ORDER BY due_at LIMIT \(limit) FOR UPDATE SKIP LOCKED
                """
            ).rows
            for row in rows { try await Self.delete(try row.decode("file_id"), on: connection) }
            return rows.count
        }
    }

    /// Tries to delete a file, and forgets it. Whatever else uses it lets it go itself one day.
    private static func delete(_ id: RecordID, on connection: PostgresConnection) async throws {
        do {
            try await connection.withSavepoint {
                _ = try await connection.query("SELECT media.delete(\(id))")
                _ = try await connection.query("DELETE FROM films.files WHERE file_id = \(id)")
            }
        } catch let error as PostgresError where error.sqlState == "23503" {
            // Something uses it.
        } catch let error as PostgresError where ["55006", "42501", "42883"].contains(error.sqlState ?? "") {
            // Its name is busy (55006), or the role may not delete (42501, 42883): until somebody gives it the right.
            _ = try await connection.query(
                "UPDATE films.released_files SET due_at = now() + interval '1 day' WHERE file_id = \(id)"
            )
            return
        }
        try await Self.keep(id, on: connection)
    }

    /// A record uses the file again, or it is gone.
    static func keep(_ id: RecordID, on connection: PostgresConnection) async throws {
        _ = try await connection.query("DELETE FROM films.released_files WHERE file_id = \(id)")
    }
}
