import MediaClient
import Postgres

/// What mediad's changes mean for films, and how far they have been taken over (`films.media_cursor`).
struct MediaChangeStore {
    let database: FilmsDatabase

    /// How far the feed was followed; nil before the first time.
    func cursor() async throws(FilmsError) -> String? {
        try await self.database.run { client in
            try await client.query("SELECT cursor FROM films.media_cursor").rows.first?.decode("cursor") ?? nil
        }
    }

    /// Writes what changes mean, and the cursor behind them.
    ///
    /// - Parameters:
    ///   - facts: of the files that records refer to, as they are now.
    ///   - start: the cursor that the changes follow. When another process was faster, nothing is written.
    func apply(
        _ changes: [MediaChange],
        facts: [RecordID: FileFacts],
        from start: String?,
        to end: String
    ) async throws(FilmsError) {
        try await self.database.transaction { connection in
            let rows = try await connection.query("SELECT cursor FROM films.media_cursor FOR UPDATE").rows
            guard try rows.first?.decode("cursor", as: String?.self) == start else { return }
            for change in changes { try await Self.apply(change, facts: facts, on: connection) }
            _ = try await connection.query("UPDATE films.media_cursor SET cursor = \(end)")
        }
    }

    private static func apply(
        _ change: MediaChange,
        facts: [RecordID: FileFacts],
        on connection: PostgresConnection
    ) async throws {
        let id = change.fileId.flatMap { RecordID($0) }
        switch change.type {
        case "file.deleted", "file.reaped":
            if let id { try await FileStore.remove(id, on: connection) }
        case "upload.failed":
            try await Self.note(failureOf: change, on: connection)
        default:
            guard change.type.hasPrefix("file."), let id else { return }
            if let facts = facts[id] {
                try await FileStore.put(facts, on: connection)
            } else if change.type == "file.created" {
                try await Self.expect(useOf: id, change, on: connection)
            }
        }
    }

    /// A file that was uploaded for a film or an account, and is linked to none: after a month nobody comes back for it.
    private static func expect(
        useOf id: RecordID,
        _ change: MediaChange,
        on connection: PostgresConnection
    ) async throws {
        guard FilePurpose.allCases.contains(where: { $0.collection == change.collection }), change.file != nil,
            let name = change.name, FilePurpose.subject(ofName: name) != nil, name.contains("/")
        else { return }
        try await FileRelease.note(id, after: .seconds(30 * 86_400), on: connection)
    }

    /// A poster or a trailer came to nothing: the film stays as it is, and says why.
    private static func note(failureOf change: MediaChange, on connection: PostgresConnection) async throws {
        guard let name = change.name, let movie = FilePurpose.subject(ofName: name), let code = change.detail,
            let purpose = FilePurpose.allCases.first(where: { $0.collection == change.collection }), purpose != .avatar
        else { return }
        let text = Self.detail(code)
        let column = purpose == .poster ? "poster_problem" : "trailer_problem"
        let field = purpose == .poster ? "posterFileId" : "trailerFileId"
        // One that was linked meanwhile is newer.
        _ = try await connection.query(
            """
            WITH changed AS ( \
            UPDATE films.movies SET version = version + 1, updated_at = now(), \
            \(identifier: column) = jsonb_build_object('code', \(code)::text, 'detail', \(text.english)::text, \
            'details', jsonb_build_object('en', \(text.words(in: .en))::text, 'fr', \(text.words(in: .fr))::text), \
            'at', films.time_text(\(change.at)::timestamptz)) \
            WHERE id = \(movie) AND coalesce((field_authors #>> ARRAY[\(field)::text, 'at'])::timestamptz < \(change.at)::timestamptz, true) \
            RETURNING id, version) \
            SELECT films.note('movie', id, version, NULL, 'updated') FROM changed
            """
        )
    }

    /// For people; pages have their own words for the codes that they know. It is kept in each language, as everybody reads the same record.
    private static func detail(_ code: String) -> ProblemText {
        switch code {
        case "type_not_allowed": ProblemText(.fileTypeNotTaken)
        case "file_too_large": ProblemText(.fileIsTooLarge)
        case "file_damaged": ProblemText(.fileDamaged)
        case "image_too_large": ProblemText(.tooManyPixels)
        case "checksum_mismatch": ProblemText(.fileNotAsAnnounced)
        default: ProblemText(.fileNotTaken, ["code": code])
        }
    }
}
