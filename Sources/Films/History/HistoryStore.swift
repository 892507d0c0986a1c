import Postgres
import Primitives

/// Reads history as clients get it. A place's `id` is the film's.
enum HistoryStore {
    /// - Parameter condition: on `h`, the row of `films.history`.
    static func records(
        where condition: PostgresQuery,
        limit: Int,
        on connection: some PostgresQuerying
    ) async throws -> [Found] {
        try await connection.query(
            """
            SELECT h.movie_id AS id, h.account_id, h.version, h.updated_at, \(fragment: Self.json) AS json \
            FROM films.history h WHERE \(fragment: condition) ORDER BY h.updated_at DESC, h.movie_id DESC LIMIT \(limit)
            """
        ).rows.map { Found(record: try StoredRecord(row: $0), updatedAt: try $0.decode("updated_at")) }
    }

    /// JSON of `h`, the row of `films.history`.
    static let json: PostgresQuery = """
        json_build_object('movieId', h.movie_id, 'positionSeconds', h.position_seconds, \
        'durationSeconds', h.duration_seconds, 'watched', h.watched, 'device', h.device, \
        'updatedAt', \(fragment: RecordSQL.time("h.updated_at")), 'version', h.version)::text
        """

    /// A place, with what they are sorted by.
    struct Found: Sendable {
        var record: StoredRecord
        var updatedAt: Timestamp
    }
}
