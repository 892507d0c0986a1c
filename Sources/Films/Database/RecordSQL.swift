import Postgres

/// Pieces of statements that make JSON as docs/films-api.yaml has it, so that a record need not be built anew for each reader.
enum RecordSQL {
    /// A time as RFC 3339 in UTC, as `Timestamp.description` writes it.
    static func time(_ column: String) -> PostgresQuery {
        "to_char(\(unescaped: column) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    }

    /// A `Person`: of `films.accounts` and `films.files`, joined by ``personJoin(_:)``.
    static let person: PostgresQuery = """
        json_build_object('id', a.id, 'username', a.username, 'avatar', avatar.picture)
        """

    /// Joins what ``person`` needs.
    static func personJoin(_ column: String) -> PostgresQuery {
        """
        JOIN films.accounts a ON a.id = \(unescaped: column) LEFT JOIN films.files avatar ON avatar.file_id = a.avatar_file_id
        """
    }
}
