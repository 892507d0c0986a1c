import Postgres

/// Tells mediad which files a film uses, in the film's own transaction (docs/links.md, "In SQL"). The foreign keys protect the files;
/// the links say in mediad's events what they belong to.
enum MovieFiles {
    static func link(_ values: MovieValues, of movie: RecordID, on connection: PostgresConnection) async throws {
        try await Self.move(from: MovieValues(), to: values, of: movie, on: connection)
    }

    /// A file that was replaced stays for a while: who lost against another's change can take theirs back.
    static func move(
        from old: MovieValues,
        to new: MovieValues,
        of movie: RecordID,
        on connection: PostgresConnection
    ) async throws {
        for field in MovieField.allCases {
            guard let purpose = field.purpose, old.id(field) != new.id(field) else { continue }
            if let id = old.id(field) {
                _ = try await connection.query(
                    "SELECT media.unlink(\(id), 'movie', \(movie.description), \(purpose.rawValue))"
                )
                try await FileRelease.note(id, on: connection)
            }
            if let id = new.id(field) {
                _ = try await connection.query(
                    "SELECT media.link(\(id), 'movie', \(movie.description), \(purpose.rawValue), single => true)"
                )
                try await FileRelease.keep(id, on: connection)
            }
        }
    }

    /// The film is deleted.
    static func release(_ values: MovieValues, of movie: RecordID, on connection: PostgresConnection) async throws {
        _ = try await connection.query("SELECT media.unlink('movie', \(movie.description))")
        try await FileRelease.deleteNow(values.files, on: connection)
    }
}
