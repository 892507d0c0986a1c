import Postgres

/// What other nouns need to know of a film's row.
enum MovieRows {
    /// Makes sure that a film stays until the end of the transaction. Other changes of it are not held up.
    ///
    /// - Parameter isChanged: whether the transaction changes the film, too. The stronger lock then comes first: whoever waits for the film
    ///   between the two would be waited for in turn.
    /// - Throws: ``FilmsError`` `gone` for one that was deleted, `not_found`.
    static func lock(_ id: RecordID, isChanged: Bool = false, on connection: PostgresConnection) async throws {
        let strength: PostgresQuery = isChanged ? "NO KEY UPDATE" : "KEY SHARE"
        let rows = try await connection.query(
            "SELECT FROM films.movies WHERE id = \(id) FOR \(fragment: strength)"
        ).rows
        guard rows.isEmpty else { return }
        throw try await Creation.isDeleted(id, entity: "movie", on: connection) ? FilmsError.gone : .notFound
    }
}
