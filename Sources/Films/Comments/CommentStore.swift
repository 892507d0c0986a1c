import Postgres
import Primitives

/// Reads comments as clients get them.
enum CommentStore {
    /// - Parameters:
    ///   - condition: on `c`, the row of `films.comments`.
    ///   - order: of `c`.
    static func records(
        where condition: PostgresQuery,
        order: PostgresQuery = "c.created_at DESC, c.id DESC",
        limit: Int,
        on connection: some PostgresQuerying
    ) async throws -> [Found] {
        try await connection.query(
            """
            SELECT c.id, c.author_id AS account_id, c.version, c.created_at, \(fragment: Self.json) AS json \
            FROM films.comments c \(fragment: RecordSQL.personJoin("c.author_id")) \
            WHERE \(fragment: condition) ORDER BY \(fragment: order) LIMIT \(limit)
            """
        ).rows.map { Found(record: try StoredRecord(row: $0), createdAt: try $0.decode("created_at")) }
    }

    /// A subquery that gives one as text.
    static func json(of id: RecordID) -> PostgresQuery {
        """
        SELECT \(fragment: Self.json) FROM films.comments c \(fragment: RecordSQL.personJoin("c.author_id")) WHERE c.id = \(id)
        """
    }

    /// JSON of `c`, the row of `films.comments`, and of its author's account.
    static let json: PostgresQuery = """
        json_build_object('id', c.id, 'movieId', c.movie_id, 'author', \(fragment: RecordSQL.person), 'text', c.text, \
        'rating', c.rating::double precision, 'createdAt', \(fragment: RecordSQL.time("c.created_at")), \
        'updatedAt', \(fragment: RecordSQL.time("c.updated_at")), 'version', c.version)::text
        """

    /// A comment, with what a list of them is sorted by.
    struct Found: Sendable {
        var record: StoredRecord
        var createdAt: Timestamp
    }

    static func record(_ id: RecordID, on connection: some PostgresQuerying) async throws -> StoredRecord {
        guard let found = try await self.records(where: "c.id = \(id)", limit: 1, on: connection).first else {
            throw FilmsError.notFound
        }
        return found.record
    }

    /// What a change needs to know of a comment.
    struct Locked: Sendable {
        var authorID: RecordID
        var text: String
        var rating: Double?
    }

    /// - Throws: `not_found`, also for one of another film; `gone`.
    static func lock(
        _ id: RecordID,
        of movieID: RecordID,
        on connection: PostgresConnection
    ) async throws -> Locked {
        let rows = try await connection.query(
            """
            SELECT author_id, text, rating::double precision AS rating FROM films.comments \
            WHERE id = \(id) AND movie_id = \(movieID) FOR NO KEY UPDATE
            """
        ).rows
        guard let row = rows.first else {
            throw try await Creation.isDeleted(id, entity: "comment", on: connection) ? FilmsError.gone : .notFound
        }
        return Locked(
            authorID: try row.decode("author_id"),
            text: try row.decode("text"),
            rating: try row.decode("rating")
        )
    }
}
