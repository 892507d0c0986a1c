import Postgres

/// The files of an account: its picture, and the posters and trailers of the films that it added.
struct ExportFiles: Sendable {
    let database: FilmsDatabase

    /// One of them.
    struct File: Sendable {
        var id: RecordID
        /// At mediad: a path and its query.
        var target: String
        /// In the archive.
        var name: String
    }

    /// Some of them in the order of their ids.
    func page(of account: RecordID, after last: RecordID?) async throws(FilmsError) -> [File] {
        try await self.database.run { client in
            guard try await ExportSource.isThere("films.files", client),
                try await ExportSource.isThere("films.movies", client)
            else { return [] }
            return try await client.query(
                """
                SELECT file_id, coalesce(picture ->> 'url', video ->> 'url') AS url FROM films.files \
                WHERE (\(nullable: last)::uuid IS NULL OR file_id > \(nullable: last)) AND file_id IN (\
                SELECT poster_file_id FROM films.movies WHERE added_by = \(account) \
                UNION SELECT trailer_file_id FROM films.movies WHERE added_by = \(account) \
                UNION SELECT avatar_file_id FROM films.accounts WHERE id = \(account)) \
                ORDER BY file_id LIMIT \(ExportSource.pageLength)
                """
            ).rows.map { row in
                let id: RecordID = try row.decode("file_id")
                return Self.file(id, url: try row.decode("url", as: String?.self) ?? "")
            }
        }
    }

    private static func file(_ id: RecordID, url: String) -> File {
        // Where mediad has an address of its own for browsers, it is the address of the same path.
        let target = url.firstRange(of: "/files/").map { String(url[$0.lowerBound...]) } ?? ""
        let path = target.prefix { $0 != "?" }
        let ending = path.split(separator: "/").last?.split(separator: ".").dropFirst().last ?? "bin"
        let isPlain = ending.utf8.count <= 8 && ending.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        return File(id: id, target: target, name: "files/\(id).\(isPlain ? String(ending) : "bin")")
    }
}
