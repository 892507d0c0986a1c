import Postgres
import Primitives
import ServiceSupport

/// All that a person may see, page by page: the person's own first, then all films, the newest first, then all comments.
struct SnapshotReader: Sendable {
    let store: ChangeStore
    let join: RecordJoin
    let cursors: PageCursor

    /// Where a page begins.
    enum Place: Hashable, Sendable {
        case beginning
        /// Behind a place in a film.
        case history(Timestamp, RecordID)
        /// Behind a film; nil: with the newest.
        case movies(Timestamp?, RecordID?)
        /// Behind a comment; nil: with the first.
        case comments(Timestamp?, RecordID?)
    }

    /// Reads one page as JSON (schema `Snapshot` of docs/films-api.yaml).
    ///
    /// The cursor is read before any record, so records are as new as it at least.
    func page(_ place: Place, of accountID: RecordID, limit: Int) async throws(FilmsError) -> String {
        let cursor = try await self.store.bounds().head
        var members: [(String, [String])] = []
        var next: Place?
        switch place {
        case .beginning:
            members += try await self.own(accountID)
            let history = try await self.history(nil, accountID, limit)
            let movies = try await self.movies(nil, limit)
            members += [("history", history.records), ("movies", movies.records)]
            // What is left of the history stands in front of what is left of the films.
            next = Self.following(history: history, movies: movies)
        case .history(let time, let id):
            let history = try await self.history((time, id), accountID, limit)
            members.append(("history", history.records))
            // The films that the first page had come again: a page says only where it ended.
            next = history.next.map { .history($0.0, $0.1) } ?? .movies(nil, nil)
        case .movies(let time, let id):
            let movies = try await self.movies(Self.both(time, id), limit)
            members.append(("movies", movies.records))
            next = movies.next.map { .movies($0.0, $0.1) } ?? .comments(nil, nil)
        case .comments(let time, let id):
            let comments = try await self.comments(Self.both(time, id), limit)
            members.append(("comments", comments.records))
            next = comments.next.map { .comments($0.0, $0.1) }
        }
        let token = next.map { "\"\(self.cursors.text(of: $0.values, scope: Self.scope(accountID)))\"" } ?? "null"
        let lists = members.map { ",\"\($0.0)\":\(ReadyJSON.array($0.1))" }.joined()
        return "{\"cursor\":\"\(cursor)\",\"next\":\(token)\(lists)}"
    }

    /// - Throws: `invalid_cursor`.
    func place(_ text: String, of accountID: RecordID) throws(FilmsError) -> Place {
        guard let place = Place(values: try self.cursors.values(in: text, scope: Self.scope(accountID))) else {
            throw FilmsError(.invalidCursor, .pageOfAnotherSnapshot)
        }
        return place
    }

    private static func scope(_ accountID: RecordID) -> String { "snapshot \(accountID)" }

    private static func both(_ time: Timestamp?, _ id: RecordID?) -> (Timestamp, RecordID)? {
        time.flatMap { time in id.map { (time, $0) } }
    }

    private static func following(history: Slice, movies: Slice) -> Place {
        if let left = history.next { return .history(left.0, left.1) }
        if let left = movies.next { return .movies(left.0, left.1) }
        return .comments(nil, nil)
    }

    // MARK: Parts

    /// Some records, and where the next ones begin.
    private struct Slice {
        var records: [String]
        var next: (Timestamp, RecordID)?
    }

    private func own(_ accountID: RecordID) async throws(FilmsError) -> [(String, [String])] {
        let account = try await self.join.accounts.json(of: [accountID])
        let playlists = try await PlaylistService(database: self.store.database).all(of: accountID)
        let conflicts = try await self.join.conflicts.conflicts(nil, of: accountID)
        return [
            ("accounts", account.values.map { String(decoding: $0, as: UTF8.self) }),
            ("playlists", playlists.map(\.json)),
            ("conflicts", conflicts.values.map { String(decoding: $0, as: UTF8.self) }),
        ]
    }

    private func history(
        _ after: (Timestamp, RecordID)?,
        _ accountID: RecordID,
        _ limit: Int
    ) async throws(FilmsError) -> Slice {
        var condition: PostgresQuery = "h.account_id = \(accountID)"
        if let after {
            condition = "\(fragment: condition) AND (h.updated_at, h.movie_id) < (\(after.0), \(after.1))"
        }
        let query = condition
        let found = try await self.store.database.run { client in
            try await HistoryStore.records(where: query, limit: limit, on: client)
        }
        let last = found.count == limit ? found.last.map { ($0.updatedAt, $0.record.id) } : nil
        return Slice(records: found.map(\.record.json), next: last)
    }

    private func movies(_ after: (Timestamp, RecordID)?, _ limit: Int) async throws(FilmsError) -> Slice {
        var condition: PostgresQuery = "true"
        if let after { condition = "(created_at, id) < (\(after.0), \(after.1))" }
        let query = condition
        let rows = try await self.store.database.run { client in
            try await client.query(
                """
                SELECT created_at, id FROM films.movies WHERE \(fragment: query) \
                ORDER BY created_at DESC, id DESC LIMIT \(limit)
                """
            ).rows.map { (try $0.decode("created_at", as: Timestamp.self), try $0.decode("id", as: RecordID.self)) }
        }
        let records = try await self.join.movies.json(of: rows.map(\.1))
        return Slice(
            records: rows.compactMap { records[$0.1].map { String(decoding: $0, as: UTF8.self) } },
            next: rows.count == limit ? rows.last : nil
        )
    }

    private func comments(_ after: (Timestamp, RecordID)?, _ limit: Int) async throws(FilmsError) -> Slice {
        var condition: PostgresQuery = "true"
        if let after { condition = "(c.created_at, c.id) > (\(after.0), \(after.1))" }
        let query = condition
        let found = try await self.store.database.run { client in
            try await CommentStore.records(where: query, order: "c.created_at, c.id", limit: limit, on: client)
        }
        let last = found.count == limit ? found.last.map { ($0.createdAt, $0.record.id) } : nil
        return Slice(records: found.map(\.record.json), next: last)
    }
}

extension SnapshotReader.Place {
    var values: [String?] {
        switch self {
        case .beginning: ["own", nil, nil]
        case .history(let time, let id): ["history", String(time.microseconds), id.description]
        case .movies(let time, let id): ["movies", time.map { String($0.microseconds) }, id?.description]
        case .comments(let time, let id): ["comments", time.map { String($0.microseconds) }, id?.description]
        }
    }

    init?(values: [String?]) {
        guard let kind = values.first ?? nil, values.count == 3 else { return nil }
        let time = values[1].flatMap { Int64($0) }.map { Timestamp(microseconds: $0) }
        let id = values[2].flatMap { RecordID($0) }
        switch (kind, time, id) {
        case ("history", let time?, let id?): self = .history(time, id)
        case ("movies", let time, let id): self = .movies(time, id)
        case ("comments", let time, let id): self = .comments(time, id)
        default: return nil
        }
    }
}
