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
}
