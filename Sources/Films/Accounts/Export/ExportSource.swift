import FoundationEssentials
import Postgres
import Primitives

/// Records of a person that an archive has, each a file with an array of them.
enum ExportSource: String, CaseIterable, Sendable {
    case movies, comments, playlists, history

    /// The table or view that it is read from. While it is not there, nobody has any.
    private var relation: String {
        switch self {
        case .movies: "films.movie_records"
        default: "films.\(self.rawValue)"
        }
    }

    /// Records that are read at once.
    static let pageLength = 200

    /// Some records of an account in the order of their ids, as JSON.
    /// - Parameter last: the id of the last one before; nil at the beginning.
    func page(
        of account: RecordID,
        after last: RecordID?,
        in database: FilmsDatabase
    ) async throws(FilmsError) -> [(id: RecordID, json: String)] {
        let select = self.query(
            of: account,
            after: last ?? RecordID(uuid: .init(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
        )
        return try await database.run { client in
            guard try await Self.isThere(self.relation, client) else { return [] }
            return try await client.query("\(fragment: select) LIMIT \(Self.pageLength)").rows.map { row in
                (try row.decode(at: 0), try row.decode(at: 1))
            }
        }
    }

    /// Whether a table or view is there.
    static func isThere(_ relation: String, _ client: PostgresClient) async throws -> Bool {
        try await client.query("SELECT to_regclass(\(relation)) IS NOT NULL").rows.first?.decode(at: 0) ?? false
    }

    private func query(of account: RecordID, after last: RecordID) -> PostgresQuery {
        switch self {
        case .movies:
            """
            SELECT id, record::text FROM films.movie_records WHERE id > \(last) \
            AND id IN (SELECT id FROM films.movies WHERE added_by = \(account)) ORDER BY id
            """
        case .comments:
            """
            SELECT id, json_build_object('id', id, 'movieId', movie_id, 'text', text, 'rating', rating, \
            'createdAt', \(fragment: Self.time("created_at")), 'updatedAt', \(fragment: Self.time("updated_at")), 'version', version)::text \
            FROM films.comments WHERE author_id = \(account) AND id > \(last) ORDER BY id
            """
        case .playlists:
            """
            SELECT id, json_build_object('id', id, 'kind', kind, 'name', name, 'items', coalesce((\
            SELECT json_agg(json_build_object('id', i.id, 'movieId', i.movie_id, 'addedAt', \(fragment: Self.time("i.added_at"))) \
            ORDER BY i.place, i.id) FROM films.playlist_items i WHERE i.playlist_id = p.id), '[]'), \
            'createdAt', \(fragment: Self.time("created_at")), 'updatedAt', \(fragment: Self.time("updated_at")), 'version', version)::text \
            FROM films.playlists p WHERE owner_id = \(account) AND id > \(last) ORDER BY id
            """
        case .history:
            """
            SELECT movie_id, json_build_object('movieId', movie_id, 'positionSeconds', position_seconds, \
            'durationSeconds', duration_seconds, 'watched', watched, 'device', device, \
            'updatedAt', \(fragment: Self.time("updated_at")), 'version', version)::text \
            FROM films.history WHERE account_id = \(account) AND movie_id > \(last) ORDER BY movie_id
            """
        }
    }

    /// A time as RFC 3339 in UTC.
    private static func time(_ column: String) -> PostgresQuery {
        "to_char(\(unescaped: column) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    }
}
