import FoundationEssentials
import Postgres
import Primitives

/// Records of a person that an archive has, each a file with an array of them, as the API gives them.
enum ExportSource: String, CaseIterable, Sendable {
    case movies, comments, playlists, history, conflicts

    /// The table or view that it is read from. While it is not there, nobody has any.
    private var relation: String {
        switch self {
        case .movies: "films.movie_records"
        case .conflicts: "films.conflict_records"
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
            SELECT c.id, \(fragment: CommentStore.json) FROM films.comments c \(fragment: RecordSQL.personJoin("c.author_id")) \
            WHERE c.author_id = \(account) AND c.id > \(last) ORDER BY c.id
            """
        case .playlists:
            """
            SELECT p.id, \(fragment: PlaylistStore.json) FROM films.playlists p \(fragment: RecordSQL.personJoin("p.owner_id")) \
            WHERE p.owner_id = \(account) AND p.id > \(last) ORDER BY p.id
            """
        case .history:
            """
            SELECT h.movie_id, \(fragment: HistoryStore.json) FROM films.history h \
            WHERE h.account_id = \(account) AND h.movie_id > \(last) ORDER BY h.movie_id
            """
        case .conflicts:
            "SELECT id, record FROM films.conflict_records WHERE account_id = \(account) AND id > \(last) ORDER BY id"
        }
    }
}
