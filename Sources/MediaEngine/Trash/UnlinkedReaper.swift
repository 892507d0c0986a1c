import Logging
import MediaCore
import Primitives
import Synchronization

/// Deletes files that nothing ever linked, in collections that want that, by trying: whatever refers to a file refuses.
final class UnlinkedReaper: Sendable {
    private let catalog: any TrashCatalog
    private let files: FileService
    private let collections: [MediaCollection]
    private let clock: WallClock
    private let logger: Logger
    /// Where the next round goes on, by collection.
    private let cursors = Mutex<[String: MediaID]>([:])

    /// Files of a collection that are tried in one round. Those that are referenced are tried again in later ones.
    private static let triesPerRound = 1000
    private static let batch = 100

    init(
        catalog: any TrashCatalog,
        files: FileService,
        collections: [MediaCollection],
        clock: @escaping WallClock,
        logger: Logger
    ) {
        self.catalog = catalog
        self.files = files
        self.collections = collections.filter { $0.collectUnlinkedAfter > .zero }
        self.clock = clock
        self.logger = logger
    }

    /// One round: each collection goes on where the round before ended.
    func reap() async throws(MediaError) {
        for collection in self.collections {
            var reaped = 0
            for _ in 0..<Self.triesPerRound / Self.batch {
                let cursor = self.cursors.withLock { $0[collection.name] }
                let time = self.clock().earlier(by: collection.collectUnlinkedAfter)
                let files = try await self.catalog.neverLinked(
                    in: collection.name,
                    unchangedSince: time,
                    after: cursor,
                    limit: Self.batch
                )
                for file in files {
                    let isReaped = try await self.isReaped(file, unchangedSince: time)
                    if isReaped { reaped += 1 }
                }
                let isEnd = files.count < Self.batch
                self.cursors.withLock { $0[collection.name] = isEnd ? nil : files.last?.id }
                if isEnd { break }
            }
            guard reaped > 0 else { continue }
            self.logger.notice(
                "Deleted files that nothing uses",
                metadata: ["collection": "\(collection.name)", "files": .stringConvertible(reaped)]
            )
        }
    }

    private func isReaped(_ file: MediaFile, unchangedSince time: Timestamp) async throws(MediaError) -> Bool {
        do throws(MediaError) {
            try await self.files.reap(file, unchangedSince: time)
            return true
        } catch {
            switch error.code {
            // In use after all, deleted by somebody else, or being replaced.
            case .fileReferenced, .notFound, .nameBusy: return false
            case .catalogUnavailable: throw error
            default:
                // What stands in the way of one must not keep the others.
                self.logger.error(
                    "A file that nothing uses cannot be deleted",
                    metadata: ["path": "\(file.path)", "error": "\(error)"]
                )
                return false
            }
        }
    }
}

extension Timestamp {
    fileprivate func earlier(by duration: Duration) -> Timestamp {
        Timestamp(microseconds: self.microseconds - Int64(duration.inSeconds * 1_000_000))
    }
}
