import NIOCore
import Postgres

/// Pages of films: one statement, whose rows are JSON already and only copied.
struct MoviePages: Sendable {
    let database: FilmsDatabase
    let cursors: PageCursor

    /// The page as JSON: `{"movies": [...], "nextCursor": ...}`.
    ///
    /// - Throws: `invalid_cursor`.
    func page(_ list: MovieList, for caller: Caller) async throws(FilmsError) -> ByteBuffer {
        let scope = list.scope(of: caller.accountID)
        let start = try list.cursor.map { (text) throws(FilmsError) in
            try Self.start(try self.cursors.values(in: text, scope: scope))
        }
        let query = Self.query(list, after: start)
        let rows = try await self.database.run { try await $0.query(query).rows }
        do {
            return try self.json(rows, limit: list.limit, scope: scope)
        } catch {
            throw FilmsError(.internalError, "Something went wrong in the service; its log has more.", cause: error)
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
            throw FilmsError(.invalidCursor, "The cursor is not one of this list. Begin at the first page.")
        }
        return Start(key: key, id: id)
    }

    private static func query(_ list: MovieList, after start: Start?) -> PostgresQuery {
        let (column, sort) = (list.sort.column, list.sort)
        let direction: PostgresQuery = sort.isAscending ? "ASC" : "DESC"
        var condition = list.condition
        if let start {
            let comparison: PostgresQuery = sort.isAscending ? ">" : "<"
            condition = """
                \(fragment: condition) AND (\(fragment: column), m.id) \(fragment: comparison) \
                (\(start.key)::text::\(fragment: sort.type), \(start.id)::uuid)
                """
        }
        let key: PostgresQuery = sort == .added ? "films.time_text(m.created_at)" : "\(fragment: column)::text"
        // The films first, then who added each of them. The limit is no parameter: the server plans for the number that it sees.
        let limit = "\(list.limit + 1)"
        return """
            SELECT convert_to('{"addedBy": ' || coalesce(p.record::text, 'null') || ', ' || substr(m.record, 2), 'UTF8'), \
            \(fragment: key), m.id FROM (SELECT * FROM films.movies m WHERE \(fragment: condition) \
            ORDER BY \(fragment: column) \(fragment: direction), m.id \(fragment: direction) LIMIT \(unescaped: limit)) m \
            LEFT JOIN films.people p ON p.id = m.added_by \
            ORDER BY \(fragment: column) \(fragment: direction), m.id \(fragment: direction)
            """
    }
}
