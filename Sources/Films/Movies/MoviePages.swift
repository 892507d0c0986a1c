import NIOCore
import Postgres

/// Pages of films: one statement, whose rows are JSON already and only copied.
struct MoviePages: Sendable {
    let database: FilmsDatabase
    let cursors: PageCursor
    /// How many films of a list's order are looked at for a word before all that have it: that takes a few milliseconds.
    var nearFilms = 4000

    /// The page as JSON: `{"movies": [...], "nextCursor": ...}`.
    ///
    /// - Throws: `invalid_cursor`.
    func page(_ list: MovieList, for caller: Caller) async throws(FilmsError) -> ByteBuffer {
        let scope = list.scope(of: caller.accountID)
        let start = try list.cursor.map { (text) throws(FilmsError) in
            try Self.start(try self.cursors.values(in: text, scope: scope))
        }
        let query = self.query(list, after: start)
        let rows = try await self.database.run { try await $0.query(query).rows }
        do {
            return try self.json(rows, limit: list.limit, scope: scope)
        } catch {
            throw FilmsError(.internalError, .internalError, cause: error)
        }
    }

    private func json(_ rows: [PostgresRow], limit: Int, scope: String) throws -> ByteBuffer {
        var json = ByteBuffer()
        json.reserveCapacity(1024 * (rows.count + 1))
        json.writeStaticString("{\"movies\":[")
        for (index, row) in rows.prefix(limit).enumerated() {
            if index > 0 { json.writeStaticString(",") }
            json.writeBytes(try row.decode(at: 0, as: [UInt8].self))
        }
        json.writeStaticString("],\"nextCursor\":")
        if rows.count > limit {
            let last = rows[limit - 1]
            let values = [
                try last.decode(at: 1, as: String.self), try last.decode(at: 2, as: RecordID.self).description,
            ]
            // base64url needs no escaping.
            json.writeString("\"\(self.cursors.text(of: values, scope: scope))\"}")
        } else {
            json.writeStaticString("null}")
        }
        return json
    }

    private struct Start {
        var key: String
        var id: RecordID
    }

    private static func start(_ values: [String?]) throws(FilmsError) -> Start {
        guard values.count == 2, let key = values[0], let id = values[1].flatMap({ RecordID($0) }) else {
            throw FilmsError(.invalidCursor, .cursorOfAnotherList)
        }
        return Start(key: key, id: id)
    }

    private func query(_ list: MovieList, after start: Start?) -> PostgresQuery {
        let (column, sort) = (list.sort.column, list.sort)
        let direction: PostgresQuery = sort.isAscending ? "ASC" : "DESC"
        let order: PostgresQuery = """
            ORDER BY \(fragment: column) \(fragment: direction), m.id \(fragment: direction)
            """
        var beginning: PostgresQuery = "true"
        if let start {
            let comparison: PostgresQuery = sort.isAscending ? ">" : "<"
            beginning = """
                (\(fragment: column), m.id) \(fragment: comparison) \
                (\(start.key)::text::\(fragment: sort.type), \(start.id)::uuid)
                """
        }
        let key: PostgresQuery = sort == .added ? "films.time_text(m.created_at)" : "\(fragment: column)::text"
        let films =
            list.hasWords ? self.filtered(list, from: beginning, order) : Self.ordered(list, from: beginning, order)
        // The films first, then who added each of them.
        return """
            SELECT convert_to('{"addedBy": ' || coalesce(p.record::text, 'null') || ', ' || substr(m.record, 2), 'UTF8'), \
            \(fragment: key), m.id FROM (\(fragment: films)) m \
            LEFT JOIN films.people p ON p.id = m.added_by \(fragment: order)
            """
    }

    /// The limit is no parameter: the server plans for the number that it sees.
    private static func limit(_ list: MovieList) -> String { "\(list.limit + 1)" }

    private static func ordered(
        _ list: MovieList,
        from beginning: PostgresQuery,
        _ order: PostgresQuery
    ) -> PostgresQuery {
        """
        SELECT * FROM films.movies m WHERE \(fragment: list.condition) AND \(fragment: beginning) \
        \(fragment: order) LIMIT \(unescaped: Self.limit(list))
        """
    }

    /// Of a category or a tag that is frequent, the page is found soon by reading in the list's order; of a rare one, or of one that nobody
    /// has, that would read all films, and then the index of words has few. Which of them it is the server can only guess. So the
    /// first so many in the order are looked at, and where they do not fill the page, all that have the word.
    private func filtered(
        _ list: MovieList,
        from beginning: PostgresQuery,
        _ order: PostgresQuery
    ) -> PostgresQuery {
        let limit = Self.limit(list)
        // OFFSET 0 keeps the order out of the plan for all that have the word.
        return """
            WITH near AS MATERIALIZED (SELECT * FROM (SELECT * FROM films.movies m WHERE \(fragment: beginning) \
            \(fragment: order) LIMIT \(unescaped: "\(self.nearFilms)")) m WHERE \(fragment: list.condition) \
            \(fragment: order) LIMIT \(unescaped: limit)), far AS MATERIALIZED (SELECT * FROM (SELECT * FROM films.movies m \
            WHERE (SELECT count(*) FROM near) < \(unescaped: limit) \
            AND \(fragment: list.condition) AND \(fragment: beginning) OFFSET 0) m \(fragment: order) LIMIT \(unescaped: limit)) \
            SELECT * FROM near WHERE (SELECT count(*) FROM near) >= \(unescaped: limit) UNION ALL SELECT * FROM far
            """
    }
}
