package import MediaCore
package import Postgres

/// The catalog in PostgreSQL, schema `media`.
package struct PostgresCatalog: Catalog {
    let client: PostgresClient

    /// - Parameter client: connected to a database that ``Migrator`` has brought up to date.
    package init(client: PostgresClient) { self.client = client }

    package func file(id: MediaID) async throws(MediaError) -> MediaFile? {
        try await self.first("SELECT \(fragment: MediaFile.columns) FROM media.files WHERE id = \(id)")
    }

    package func file(path: MediaPath) async throws(MediaError) -> MediaFile? {
        try await self.first("SELECT \(fragment: MediaFile.columns) FROM media.files WHERE path = \(path.text)")
    }

    package func file(collection: String, name: MediaName) async throws(MediaError) -> MediaFile? {
        try await self.first(
            """
            SELECT \(fragment: MediaFile.columns) FROM media.files \
            WHERE collection = \(collection) AND name = \(name.text)
            """
        )
    }

    package func file(movedFrom path: MediaPath) async throws(MediaError) -> MediaFile? {
        try await self.first(
            """
            SELECT \(fragment: MediaFile.columns) FROM media.files \
            WHERE id = (SELECT file_id FROM media.moves WHERE path = \(path.text))
            """
        )
    }

    package func formerPaths(of id: MediaID) async throws(MediaError) -> [MediaPath] {
        try await CatalogFailure.translate {
            try await self.client.query(
                "SELECT path FROM media.moves WHERE file_id = \(id) ORDER BY path COLLATE \"C\""
            )
            .rows.map { MediaPath(trusted: try $0.decode("path")) }
        }
    }

    package func files(
        matching filter: FileFilter,
        before cursor: MediaID?,
        limit: Int
    ) async throws(MediaError) -> [MediaFile] {
        let query = Self.listing(filter, before: cursor, limit: limit)
        return try await CatalogFailure.translate {
            try await self.client.query(query).rows.map { try MediaFile(row: $0) }
        }
    }

    /// One statement, so that files and head are of one snapshot. There is a row also when no file matches.
    package func listing(
        matching filter: FileFilter,
        before cursor: MediaID?,
        limit: Int
    ) async throws(MediaError) -> (files: [MediaFile], head: FeedCursor?) {
        let query: PostgresQuery = """
            SELECT feed.epoch AS feed_epoch, feed.head AS feed_head, file.* \
            FROM (SELECT) AS one LEFT JOIN media.feed AS feed ON true \
            LEFT JOIN LATERAL (\(fragment: Self.listing(filter, before: cursor, limit: limit))) AS file ON true \
            ORDER BY file.id DESC
            """
        return try await CatalogFailure.translate {
            let rows = try await self.client.query(query).rows
            let epoch = try rows.first.flatMap { try $0.decode("feed_epoch", as: String?.self) }
            let position = try rows.first.flatMap { try $0.decode("feed_head", as: Int64?.self) }
            let files = try rows.compactMap { row in
                try row.decode("id", as: MediaID?.self) == nil ? nil : MediaFile(row: row)
            }
            let head = epoch.flatMap { epoch in position.map { FeedCursor(epoch: epoch, position: $0) } }
            return (files: files, head: head)
        }
    }

    private static func listing(_ filter: FileFilter, before cursor: MediaID?, limit: Int) -> PostgresQuery {
        let condition = filter.simplified.map { Self.condition($0, before: cursor) } ?? "false"
        return """
            SELECT \(fragment: MediaFile.columns) FROM media.files WHERE \(fragment: condition) \
            ORDER BY id DESC LIMIT \(limit)
            """
    }

    private static func condition(_ filter: FileFilter, before cursor: MediaID?) -> PostgresQuery {
        var condition: PostgresQuery = "true"
        if let collection = filter.collection { condition = "\(fragment: condition) AND collection = \(collection)" }
        if let type = filter.type, type != "*/*" {
            condition =
                type.hasSuffix("/*")
                ? "\(fragment: condition) AND type LIKE \(Self.pattern(prefix: String(type.dropLast())))"
                : "\(fragment: condition) AND type = \(type)"
        }
        if let prefix = filter.pathPrefix {
            var anySpelling: PostgresQuery = "false"
            for spelling in MediaPath.spellings(of: prefix) {
                anySpelling = "\(fragment: anySpelling) OR path LIKE \(Self.pattern(prefix: spelling))"
            }
            condition = "\(fragment: condition) AND (\(fragment: anySpelling))"
        }
        if let search = filter.search {
            var anySpelling: PostgresQuery = "false"
            for spelling in MediaPath.spellings(of: search) {
                let pattern = "%" + Self.pattern(prefix: spelling)
                anySpelling =
                    "\(fragment: anySpelling) OR path ILIKE \(pattern) OR original_filename ILIKE \(pattern)"
            }
            condition = "\(fragment: condition) AND (\(fragment: anySpelling))"
        }
        if let readable = filter.readable {
            condition = "\(fragment: condition) AND (\(fragment: Self.condition(readable)))"
        }
        if let cursor { condition = "\(fragment: condition) AND id < \(cursor)" }
        return condition
    }

    package func isInUse(digestPrefix prefix: String) async throws(MediaError) -> Bool {
        try await self.exists("SELECT 1 FROM media.files WHERE version = \(prefix) LIMIT 1")
    }

    func exists(_ query: PostgresQuery) async throws(MediaError) -> Bool {
        try await CatalogFailure.translate { try await !self.client.query(query).rows.isEmpty }
    }

    private func first(_ query: PostgresQuery) async throws(MediaError) -> MediaFile? {
        try await CatalogFailure.translate {
            try await self.client.query(query).rows.first.map { try MediaFile(row: $0) }
        }
    }

    private static func condition(_ readable: ReadableFiles) -> PostgresQuery {
        var condition: PostgresQuery = "collection <> ALL (\(readable.closedCollections))"
        for names in readable.names {
            var name: PostgresQuery = "name = \(names.name)"
            if names.isPrefix {
                name = names.name.isEmpty ? "true" : "name LIKE \(Self.pattern(prefix: names.name))"
            }
            if let collection = names.collection { name = "collection = \(collection) AND \(fragment: name)" }
            condition = "\(fragment: condition) OR (\(fragment: name))"
        }
        return condition
    }

    /// A LIKE pattern that matches what begins with `prefix` (section 9.7.1: backslash escapes).
    private static func pattern(prefix: String) -> String {
        var pattern = ""
        for character in prefix {
            if "%_\\".contains(character) { pattern.append("\\") }
            pattern.append(character)
        }
        return pattern + "%"
    }
}
