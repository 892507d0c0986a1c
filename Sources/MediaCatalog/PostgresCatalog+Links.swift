package import MediaCore
import Postgres

extension PostgresCatalog: LinkCatalog {
    package func link(
        _ link: FileLink,
        to file: MediaID,
        isSingle: Bool?
    ) async throws(MediaError) -> (link: LinkRecord, isNew: Bool) {
        try await CatalogFailure.translate {
            try await self.client.withTransaction { connection in
                let rows = try await connection.query(
                    """
                    SELECT media.link(\(file), \(link.entity), \(link.entityID), \(link.role), \(nullable: isSingle)) AS is_new
                    """
                ).rows
                let isNew = try rows.first?.decode("is_new", as: Bool.self) ?? false
                let filter = LinkFilter(
                    fileID: file,
                    entity: link.entity,
                    entityID: link.entityID,
                    role: link.role
                )
                let query = Self.selection(of: filter, after: nil, limit: 1)
                guard let row = try await connection.query(query).rows.first else {
                    throw PostgresError(.decoding, "a link that was just made is gone")
                }
                return (try LinkRecord(row: row), isNew)
            }
        }
    }

    package func unlink(_ link: FileLink, from file: MediaID) async throws(MediaError) -> Bool {
        try await CatalogFailure.translate {
            let rows = try await self.client.query(
                "SELECT media.unlink(\(file), \(link.entity), \(link.entityID), \(link.role)) AS removed"
            ).rows
            return try rows.first?.decode("removed", as: Bool.self) ?? false
        }
    }

    package func unlink(entity: String, entityID: String, role: String?) async throws(MediaError) -> Int {
        try await CatalogFailure.translate {
            let rows = try await self.client.query(
                "SELECT media.unlink(\(entity), \(entityID), \(nullable: role)) AS removed"
            ).rows
            return try rows.first?.decode("removed", as: Int.self) ?? 0
        }
    }

    package func links(
        matching filter: LinkFilter,
        after cursor: LinkRecord.Key?,
        limit: Int
    ) async throws(MediaError) -> [LinkRecord] {
        try await CatalogFailure.translate {
            let query = Self.selection(of: filter, after: cursor, limit: limit)
            return try await self.client.query(query).rows.map { try LinkRecord(row: $0) }
        }
    }

    private static func selection(of filter: LinkFilter, after cursor: LinkRecord.Key?, limit: Int) -> PostgresQuery {
        var condition: PostgresQuery = "true"
        if let id = filter.fileID { condition = "\(fragment: condition) AND l.file_id = \(id)" }
        if let entity = filter.entity { condition = "\(fragment: condition) AND l.entity = \(entity)" }
        if let id = filter.entityID { condition = "\(fragment: condition) AND l.entity_id = \(id)" }
        if let role = filter.role { condition = "\(fragment: condition) AND l.role = \(role)" }
        if let cursor {
            let link = cursor.link
            condition = """
                \(fragment: condition) AND (l.entity, l.entity_id, l.role, l.file_id) \
                > (\(link.entity), \(link.entityID), \(link.role), \(cursor.fileID))
                """
        }
        return """
            SELECT l.entity, l.entity_id, l.role, l.file_id, l.is_single, l.created_at, f.path, f.version \
            FROM media.links l JOIN media.files f ON f.id = l.file_id WHERE \(fragment: condition) \
            ORDER BY l.entity, l.entity_id, l.role, l.file_id LIMIT \(limit)
            """
    }
}

extension LinkRecord {
    init(row: PostgresRow) throws {
        self.init(
            link: FileLink(
                entity: try row.decode("entity"),
                entityID: try row.decode("entity_id"),
                role: try row.decode("role")
            ),
            fileID: try row.decode("file_id"),
            path: MediaPath(trusted: try row.decode("path")),
            version: try row.decode("version"),
            isSingle: try row.decode("is_single"),
            createdAt: try row.decode("created_at")
        )
    }
}
