package import MediaCore
import Postgres

extension PostgresCatalog {
    package func files(
        matching filter: FileFilter,
        before cursor: MediaID?,
        limit: Int
    ) async throws(MediaError) -> [MediaFile] {
        let query = FileListingQuery(filter, before: cursor).files(limit: limit)
        return try await CatalogFailure.translate {
            try await self.client.query(query).rows.map { try MediaFile(row: $0) }
        }
    }

    /// One statement, so that files and head are of one snapshot. There is a row also when no file matches.
    package func listing(
        matching filter: FileFilter,
        before cursor: MediaID?,
        limit: Int,
        examining bound: Int
    ) async throws(MediaError) -> FileListing {
        let listing = FileListingQuery(filter, before: cursor)
        let matching = listing.files(limit: limit, notBelow: "window_end.id")
        // Materialized: evaluated once, and not in several processes, which would take longer to start than it takes.
        let query: PostgresQuery = """
            WITH window_end AS MATERIALIZED (SELECT (\(fragment: listing.windowEnd(examining: bound))) AS id) \
            SELECT feed.epoch AS feed_epoch, feed.head AS feed_head, window_end.id AS window_end, file.* \
            FROM window_end LEFT JOIN media.feed AS feed ON true \
            LEFT JOIN LATERAL (\(fragment: matching)) AS file ON true ORDER BY file.id DESC
            """
        return try await CatalogFailure.translate {
            let rows = try await self.client.query(query).rows
            guard let first = rows.first else { return FileListing(files: [], end: nil, head: nil) }
            let epoch = try first.decode("feed_epoch", as: String?.self)
            let position = try first.decode("feed_head", as: Int64?.self)
            let files = try rows.compactMap { row in
                try row.decode("id", as: MediaID?.self) == nil ? nil : MediaFile(row: row)
            }
            let end = try first.decode("window_end", as: MediaID?.self)
            return FileListing(
                files: files,
                end: files.count < limit ? end : nil,
                head: epoch.flatMap { epoch in position.map { FeedCursor(epoch: epoch, position: $0) } }
            )
        }
    }
}
