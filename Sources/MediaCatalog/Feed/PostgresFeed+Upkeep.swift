package import MediaCore
import Postgres
import ServiceSupport

extension PostgresFeed: MediaFeedUpkeep {
    package func stamp() async throws(MediaError) -> FeedStamp {
        try await CatalogFailure.translate { try await self.tables.stamp() }
    }

    @discardableResult
    package func prune(olderThan age: Duration, keeping count: Int) async throws(MediaError) -> Int {
        try await CatalogFailure.translate { try await self.tables.prune(olderThan: age, keeping: count) }
    }

    package func renewEpoch(ifBefore cursor: FeedCursor) async throws(MediaError) {
        try await CatalogFailure.translate { try await self.tables.renewEpoch(ifBefore: cursor) }
    }

    package func noteRendition(preset: String, of file: MediaFile) async throws(MediaError) {
        try await CatalogFailure.translate {
            _ = try await self.client.query(
                """
                INSERT INTO media.outbox (kind, file_id, collection, name, path, owner, version, links, detail) \
                SELECT 'rendition.ready', id, collection, name, path, owner, version, media.links_of(id), \(preset) \
                FROM media.files WHERE id = \(file.id) AND sha256 = \(file.version.digest)
                """
            )
        }
    }
}
