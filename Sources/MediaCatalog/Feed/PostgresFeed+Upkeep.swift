package import MediaCore
import Postgres
import ServiceSupport

extension PostgresFeed: FeedUpkeep {
    package func stamp() async throws(MediaError) -> FeedStamp { try await self.stamp(mayTakeLong: true) }

    /// - Parameter mayTakeLong: see ``FeedTables/stamp(mayTakeLong:)``.
    func stamp(mayTakeLong: Bool) async throws(MediaError) -> FeedStamp {
        try await CatalogFailure.translate {
            switch try await self.tables.stamp(mayTakeLong: mayTakeLong) {
            case .nothing(let position): .nothing(FeedCursor(position))
            case .stamped(let position, let hasMore): .stamped(FeedCursor(position), hasMore: hasMore)
            case .busy: .busy
            }
        }
    }

    @discardableResult
    package func prune(olderThan age: Duration, keeping count: Int) async throws(MediaError) -> Int {
        try await CatalogFailure.translate {
            try await self.tables.prune(olderThan: age.secondsAsDouble, keeping: count)
        }
    }

    package func renewEpoch(ifBefore cursor: FeedCursor) async throws(MediaError) {
        try await CatalogFailure.translate {
            try await self.tables.renewEpoch(
                ifBefore: FeedPosition(epoch: cursor.epoch, number: cursor.position)
            )
        }
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

extension FeedCursor {
    fileprivate init(_ position: FeedPosition) { self.init(epoch: position.epoch, position: position.number) }
}

extension Duration {
    fileprivate var secondsAsDouble: Double {
        Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18
    }
}
