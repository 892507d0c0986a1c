package import MediaCore
import Postgres

/// Writing records: whole ones with a commit, and what changes of one whose bytes stay.
extension PostgresCatalog {
    /// The record, on one connection inside a transaction; a trigger writes its change (invariant 8).
    static func write(_ file: MediaFile, on connection: PostgresConnection) async throws {
        let previous = try await connection.query("SELECT path FROM media.files WHERE id = \(file.id) FOR UPDATE").rows
            .first
        let previousPath = try previous?.decode("path", as: String.self)
        _ = try await connection.query(try Self.upsert(file))
        try await Self.keepMove(from: previousPath, of: file, on: connection)
    }

    /// Where a file lies is no move, whatever lay there before; where it lay until now is one.
    private static func keepMove(
        from previousPath: String?,
        of file: MediaFile,
        on connection: PostgresConnection
    ) async throws {
        guard previousPath != file.path.text else { return }
        _ = try await connection.query("DELETE FROM media.moves WHERE path = \(file.path.text)")
        guard let previousPath else { return }
        _ = try await connection.query(
            """
            INSERT INTO media.moves (path, file_id, moved_at) VALUES (\(previousPath), \(file.id), \(file.updatedAt)) \
            ON CONFLICT (path) DO UPDATE SET file_id = excluded.file_id, moved_at = excluded.moved_at
            """
        )
    }

    package func setFocalPoint(
        _ point: FocalPoint?,
        of id: MediaID,
        at time: Timestamp
    ) async throws(MediaError) -> MediaFile {
        try await CatalogFailure.translate {
            try await self.client.withTransaction { connection in
                let changed = try await connection.query(
                    """
                    UPDATE media.files SET focal_x = \(nullable: point?.x), focal_y = \(nullable: point?.y), \
                    updated_at = greatest(updated_at, \(time)) \
                    WHERE id = \(id) AND (focal_x, focal_y) IS DISTINCT FROM (\(nullable: point?.x), \(nullable: point?.y)) \
                    RETURNING \(fragment: MediaFile.columns)
                    """
                )
                if let row = changed.rows.first { return try MediaFile(row: row) }
                let unchanged = try await connection.query(
                    "SELECT \(fragment: MediaFile.columns) FROM media.files WHERE id = \(id)"
                )
                guard let row = unchanged.rows.first else {
                    throw MediaError(.notFound, "There is no file with this id.")
                }
                return try MediaFile(row: row)
            }
        }
    }

    package func fillIn(_ file: MediaFile) async throws(MediaError) -> Bool {
        try await CatalogFailure.translate {
            let names = MediaFile.factNames.joined(separator: ", ")
            let filled = try await self.client.query(
                """
                UPDATE media.files SET (\(unescaped: names)) = ROW (\(fragment: try file.factValues())) \
                WHERE id = \(file.id) AND sha256 = \(file.version.digest) \
                AND coalesce(facts_version, 0) < \(file.factsVersion ?? 0)
                """
            )
            return filled.affectedRows > 0
        }
    }

    package func files(
        factsBelow version: Int,
        after cursor: MediaID?,
        limit: Int
    ) async throws(MediaError) -> [MediaFile] {
        var condition: PostgresQuery = "coalesce(facts_version, 0) < \(version)"
        if let cursor { condition = "\(fragment: condition) AND id > \(cursor)" }
        let query: PostgresQuery = """
            SELECT \(fragment: MediaFile.columns) FROM media.files WHERE \(fragment: condition) ORDER BY id LIMIT \(limit)
            """
        return try await CatalogFailure.translate {
            try await self.client.query(query).rows.map { try MediaFile(row: $0) }
        }
    }

    /// A new record, or all of an existing one. A focal point stays as long as the bytes do: it may have been set while the
    /// commit was under way.
    private static func upsert(_ file: MediaFile) throws -> PostgresQuery {
        let facts = MediaFile.factNames.joined(separator: ", ")
        let rewriting = MediaFile.rewritingNames.joined(separator: ", ")
        let replaced = [
            "collection", "name", "path", "type", "size", "sha256", "original_filename", "modified_at", "updated_at",
        ]
        let assignments = (replaced + MediaFile.factNames + MediaFile.rewritingNames).map { "\($0) = excluded.\($0)" }
        let focal = ["focal_x", "focal_y"].map { name in
            "\(name) = CASE WHEN files.sha256 = excluded.sha256 THEN files.\(name) ELSE excluded.\(name) END"
        }
        // A file stays whose it is, whoever brings its next version.
        let owner = "owner = coalesce(files.owner, excluded.owner)"
        return """
            INSERT INTO media.files AS files \
            (id, collection, name, path, type, size, sha256, original_filename, owner, modified_at, created_at, updated_at, \
            \(unescaped: facts), focal_x, focal_y, \(unescaped: rewriting)) \
            VALUES (\(file.id), \(file.collection), \(file.name.text), \(file.path.text), \(file.type.essence), \
            \(file.version.size.bytes), \(file.version.digest), \(nullable: file.originalFilename), \
            \(nullable: file.owner), \(file.version.modifiedAt), \(file.createdAt), \(file.updatedAt), \
            \(fragment: try file.factValues()), \(nullable: file.focalPoint?.x), \(nullable: file.focalPoint?.y), \
            \(fragment: file.rewritingValues)) \
            ON CONFLICT (id) DO UPDATE SET \(unescaped: (assignments + focal + [owner]).joined(separator: ", "))
            """
    }
}
