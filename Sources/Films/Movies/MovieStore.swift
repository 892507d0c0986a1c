import FoundationEssentials
import Postgres

/// The table `films.movies`, for one film at a time.
package struct MovieStore: Sendable {
    let database: FilmsDatabase

    package init(database: FilmsDatabase) { self.database = database }

    /// A film as JSON, with its version.
    struct Ready: Hashable, Sendable {
        var version: Int64
        var json: String

        /// Its entity tag.
        var tag: String { RecordVersion.tag(self.version, self.json) }
    }

    /// - Throws: `not_found`, `gone`.
    func ready(_ id: RecordID) async throws(FilmsError) -> Ready {
        try await self.database.run { client in
            let rows = try await client.query(
                "SELECT version, record FROM films.movie_records WHERE id = \(id)"
            ).rows
            if let row = rows.first { return Ready(version: try row.decode("version"), json: try row.decode("record")) }
            throw try await client.withConnection { try await Self.missing(id, on: $0) }
        }
    }

    /// A film's row, without a lock.
    /// - Throws: `not_found`, `gone`.
    func summary(of id: RecordID) async throws(FilmsError) -> MovieRow {
        try await self.database.run { client in
            try await client.withConnection { try await Self.row(id, lock: "", on: $0) }
        }
    }

    /// A film's row, which nobody else changes until the transaction ends.
    /// - Throws: `not_found`, `gone`.
    static func locked(_ id: RecordID, on connection: PostgresConnection) async throws -> MovieRow {
        try await Self.row(id, lock: "FOR UPDATE", on: connection)
    }

    private static func row(
        _ id: RecordID,
        lock: PostgresQuery,
        on connection: PostgresConnection
    ) async throws -> MovieRow {
        let rows = try await connection.query(
            "SELECT \(fragment: MovieRow.columns) FROM films.movies WHERE id = \(id) \(fragment: lock)"
        ).rows
        guard let row = rows.first else { throw try await Self.missing(id, on: connection) }
        return try MovieRow(row)
    }

    static func ready(_ id: RecordID, on connection: PostgresConnection) async throws -> Ready {
        let rows = try await connection.query(
            "SELECT version, record FROM films.movie_records WHERE id = \(id)"
        ).rows
        guard let row = rows.first else { throw FilmsError.notFound }
        return Ready(version: try row.decode("version"), json: try row.decode("record"))
    }

    /// Why a film is not there.
    static func missing(_ id: RecordID, on connection: PostgresConnection) async throws -> FilmsError {
        try await Creation.isDeleted(id, entity: "movie", on: connection) ? .gone : .notFound
    }

    /// Adds a film.
    static func insert(_ movie: MovieRow, on connection: PostgresConnection) async throws {
        let values = movie.values
        _ = try await connection.query(
            """
            INSERT INTO films.movies (id, added_by, title, description, year, rating, categories, tags, poster_file_id, \
            trailer_file_id, field_versions, field_authors, title_key, search_text) \
            VALUES (\(movie.id), \(nullable: movie.addedBy), \(values.text(.title)), \(values.text(.description)), \
            \(nullable: values.number(.year).map { Int($0) }), \(nullable: values.number(.rating)), \
            \(values.texts(.categories)), \(values.texts(.tags)), \(nullable: values.id(.posterFileId)), \
            \(nullable: values.id(.trailerFileId)), \(try Self.json(movie.fieldVersions)), \
            \(try Self.json(movie.fieldAuthors)), \(MovieTexts.sortKey(ofTitle: values.text(.title))), \
            \(MovieTexts.searchText(of: values)))
            """
        )
    }

    /// Writes a film that ``locked(_:on:)`` gave; a new file ends the problem of the one before.
    static func update(_ movie: MovieRow, on connection: PostgresConnection) async throws {
        let values = movie.values
        _ = try await connection.query(
            """
            UPDATE films.movies SET version = \(movie.version), updated_at = now(), title = \(values.text(.title)), \
            description = \(values.text(.description)), year = \(nullable: values.number(.year).map { Int($0) }), \
            rating = \(nullable: values.number(.rating)), categories = \(values.texts(.categories)), \
            tags = \(values.texts(.tags)), poster_file_id = \(nullable: values.id(.posterFileId)), \
            trailer_file_id = \(nullable: values.id(.trailerFileId)), \
            field_versions = \(try Self.json(movie.fieldVersions)), field_authors = \(try Self.json(movie.fieldAuthors)), \
            title_key = \(MovieTexts.sortKey(ofTitle: values.text(.title))), search_text = \(MovieTexts.searchText(of: values)), \
            poster_problem = CASE WHEN poster_file_id IS DISTINCT FROM \(nullable: values.id(.posterFileId))::uuid \
            THEN NULL ELSE poster_problem END, \
            trailer_problem = CASE WHEN trailer_file_id IS DISTINCT FROM \(nullable: values.id(.trailerFileId))::uuid \
            THEN NULL ELSE trailer_problem END WHERE id = \(movie.id)
            """
        )
    }

    private static func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}

extension MovieStore: MovieRecords {
    package func json(of ids: [RecordID]) async throws(FilmsError) -> [RecordID: [UInt8]] {
        try await self.database.run { client in
            let rows = try await client.query(
                """
                SELECT id, convert_to(record, 'UTF8') AS record FROM films.movie_records WHERE id = ANY(\(ids.map(\.uuid)))
                """
            ).rows
            return try Dictionary(
                uniqueKeysWithValues: rows.map { (try $0.decode("id"), try $0.decode("record", as: [UInt8].self)) }
            )
        }
    }
}
