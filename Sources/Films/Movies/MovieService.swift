import Postgres
import Primitives

/// What people do with films: add, change, delete. Each is one transaction; mediad is asked before it begins.
struct MovieService: Sendable {
    let database: FilmsDatabase
    let files: any FileDirectory
    let clock: WallClock

    private var movies: MovieStore { MovieStore(database: self.database) }
    private var conflicts: MovieConflicts { MovieConflicts(database: self.database) }

    /// Checks `If-Match` against the version that a film has.
    typealias Precondition = @Sendable (Int64) throws(FilmsError) -> Void

    // MARK: Adding

    /// Adds a film, or gives the first response again.
    func create(_ body: RequestBody, by caller: Caller) async throws(FilmsError) -> Creation.FirstResponse {
        let (id, change) = try MovieChange.creation(body, now: self.clock())
        let creation = Creation(id, of: "movie", by: caller.accountID, body: body)
        // A repeated creation needs no files: they may have been replaced or deleted since.
        if Self.namesFiles(change.values), try await !self.isClaimed(id) {
            for (field, file) in Self.newFiles(change.values, besides: MovieValues()) {
                try await self.look(up: file, for: field, by: caller)
            }
        }
        let now = self.clock()
        return try await self.write { connection in
            if let first = try await creation.claim(on: connection) { return first }
            let at = now.description
            let movie = MovieRow(
                id: id,
                addedBy: caller.accountID,
                version: 1,
                values: MovieValues(change.values),
                fieldVersions: Self.each(1),
                fieldAuthors: Self.each(MovieRow.FieldAuthor(by: caller.accountID, at: at))
            )
            try await MovieStore.insert(movie, on: connection)
            try await MovieFiles.link(movie.values, of: id, on: connection)
            return try await creation.finish(
                record: "SELECT record FROM films.movie_records WHERE id = \(id)",
                note: "films.note('movie', \(id), 1, NULL, 'created')",
                on: connection
            )
        }
    }

    private static func namesFiles(_ values: [MovieField: JSONValue]) -> Bool {
        values.contains { $0.key.purpose != nil && $0.value != .null }
    }

    private func isClaimed(_ id: RecordID) async throws(FilmsError) -> Bool {
        try await self.database.run { client in
            try await !client.query("SELECT FROM films.creations WHERE id = \(id)").rows.isEmpty
        }
    }

    private static func each<Value>(_ value: Value) -> [String: Value] {
        Dictionary(uniqueKeysWithValues: MovieField.allCases.map { ($0.rawValue, value) })
    }

    // MARK: Changing

    /// A film after a change.
    struct Changed: Sendable {
        var movie: MovieStore.Ready
        /// What it replaced although its author had not seen it: JSON of `overwrote`; nil: nothing.
        var overwrote: String?
    }

    /// Changes fields. The later at the service wins, and both sides hear of it (docs/films-api.yaml, `PATCH /api/movies/{id}`).
    func change(
        _ id: RecordID,
        _ change: MovieChange,
        by caller: Caller,
        if precondition: @escaping Precondition
    ) async throws(FilmsError) -> Changed {
        let seen = try await self.movies.summary(of: id)
        try seen.requireChange(by: caller)
        try precondition(seen.version)
        for (field, file) in Self.newFiles(change.values, besides: seen.values)
        where try await !self.conflicts.have(file, in: field, of: id, for: caller.accountID) {
            try await self.look(up: file, for: field, by: caller)
        }
        let now = self.clock()
        return try await self.write { connection in
            var movie = try await MovieStore.locked(id, on: connection)
            try movie.requireChange(by: caller)
            try precondition(movie.version)
            let before = movie
            let overwritten = movie.apply(change, by: caller.accountID, at: now)
            guard movie.version != before.version else {
                return Changed(movie: try await MovieStore.ready(id, on: connection))
            }
            try await MovieStore.update(movie, on: connection)
            try await MovieFiles.move(from: before.values, to: movie.values, of: id, on: connection)
            _ = try await connection.query("SELECT films.note('movie', \(id), \(movie.version), NULL, 'updated')")
            let changed = MovieField.allCases.filter { movie.values[$0] != before.values[$0] }
            try await MovieConflicts.follow(changed, of: movie, by: caller.accountID, on: connection)
            for one in overwritten {
                try await MovieConflicts.note(one, of: id, winner: caller.accountID, now: now, on: connection)
            }
            return Changed(
                movie: try await MovieStore.ready(id, on: connection),
                overwrote: try await Self.json(of: overwritten, on: connection)
            )
        }
    }

    /// The member `overwrote`.
    private static func json(
        of overwritten: [MovieConflicts.Overwritten],
        on connection: PostgresConnection
    ) async throws -> String? {
        guard !overwritten.isEmpty else { return nil }
        let rows = try await connection.query(
            "SELECT id, record FROM films.people WHERE id = ANY(\(overwritten.compactMap(\.loser?.uuid)))"
        ).rows
        let people = try Dictionary(
            uniqueKeysWithValues: rows.map {
                (try $0.decode("id", as: RecordID.self), try $0.decode("record", as: String.self))
            }
        )
        let items = overwritten.map { one in
            """
            {"field": "\(one.field.rawValue)", "value": \(ReadyJSON.text(one.old)), \
            "by": \(one.loser.flatMap { people[$0] } ?? "null"), "at": "\(one.at)"}
            """
        }
        return "[" + items.joined(separator: ", ") + "]"
    }

    // MARK: Deleting

    /// Deletes a film with all that hangs on it. Its files go to mediad's trash, unless something else uses them.
    func delete(
        _ id: RecordID,
        by caller: Caller,
        if precondition: @escaping Precondition
    ) async throws(FilmsError) {
        try await self.write { connection in
            let movie = try await MovieStore.locked(id, on: connection)
            try movie.requireChange(by: caller)
            try precondition(movie.version)
            try await MovieConflicts.noteEnd(of: id, on: connection)
            _ = try await connection.query("DELETE FROM films.movies WHERE id = \(id)")
            try await Creation.forget(id, on: connection)
            try await MovieFiles.release(movie.values, of: id, on: connection)
            _ = try await connection.query("SELECT films.note('movie', \(id), \(movie.version + 1), NULL, 'deleted')")
        }
    }

    // MARK: Files

    /// The files that values name, except those that the film has already: so mediad is asked for new ones only.
    private static func newFiles(
        _ values: [MovieField: JSONValue],
        besides known: MovieValues
    ) -> [(field: MovieField, file: RecordID)] {
        MovieField.allCases.compactMap { field in
            guard field.purpose != nil, case .text(let text)? = values[field], let id = RecordID(text),
                known.id(field) != id
            else { return nil }
            return (field, id)
        }
    }

    /// Makes sure that a film may refer to a file.
    private func look(up file: RecordID, for field: MovieField, by caller: Caller) async throws(FilmsError) {
        guard let purpose = field.purpose else { return }
        try await self.files.file(file, for: purpose, of: caller.accountID, field: field.rawValue)
    }

    /// A transaction. A file that went between the look at it and the write is wrong like one that was never there.
    private func write<Result: Sendable>(
        _ body: @Sendable (PostgresConnection) async throws -> Result
    ) async throws(FilmsError) -> Result {
        do {
            return try await self.database.transaction(body)
        } catch {
            guard let cause = error.cause as? PostgresError, cause.sqlState == "23503" else { throw error }
            switch cause.constraint {
            case "movies_poster_file_id_fkey": throw FilmsError.wrongFile("posterFileId", .poster)
            case "movies_trailer_file_id_fkey": throw FilmsError.wrongFile("trailerFileId", .trailer)
            default: throw error
            }
        }
    }
}
