import Postgres

/// What other nouns need to know of a film's row.
enum MovieRows {
    /// Makes sure that a film stays until the end of the transaction. Other changes of it are not held up.
    ///
    /// - Throws: ``FilmsError`` `gone` for one that was deleted, `not_found`.
    static func lock(_ id: RecordID, on connection: PostgresConnection) async throws {
        let rows = try await connection.query("SELECT FROM films.movies WHERE id = \(id) FOR KEY SHARE").rows
        guard rows.isEmpty else { return }
        throw try await Creation.isDeleted(id, entity: "movie", on: connection) ? FilmsError.gone : .notFound
    }
}
