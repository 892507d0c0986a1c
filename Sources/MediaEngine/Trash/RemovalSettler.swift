import Logging
import MediaCore
import Synchronization

/// Ends what `media.delete()` began in SQL: the row is in the trash, the bytes are still in the tree.
///
/// Any process may; two do not at the same time, as one that is late could meet the bytes of a newer file.
package final class RemovalSettler: Sendable {
    private let catalog: any Catalog
    private let staging: any Staging
    private let commits: CommitService
    private let verifyPair: PairVerification
    private let logger: Logger
    /// Told of each file whose bytes are out of the tree.
    private let onRemoved: @Sendable (MediaFile) async -> Void
    /// What could not be settled and was told: it is tried again and again, and said once.
    private let stuck = Mutex<Set<MediaID>>([])

    init(
        catalog: any Catalog,
        staging: any Staging,
        commits: CommitService,
        verifyPair: @escaping PairVerification,
        logger: Logger,
        onRemoved: @escaping @Sendable (MediaFile) async -> Void = { _ in }
    ) {
        self.catalog = catalog
        self.staging = staging
        self.commits = commits
        self.verifyPair = verifyPair
        self.logger = logger
        self.onRemoved = onRemoved
    }

    /// Settles all that are open.
    /// - Returns: how many.
    func settle() async throws(MediaError) -> Int {
        guard try await !self.open().isEmpty else { return 0 }
        let settled = try await self.staging.exclusively { () async throws(MediaError) in
            try await self.verifyPair()
            var settled: [MediaFile] = []
            let open = try await self.open()
            self.stuck.withLock { $0.formIntersection(open.map(\.id)) }
            for intent in open {
                do throws(MediaError) {
                    try await self.commits.settle(intent)
                    settled.append(intent.file)
                } catch  where error.code != .catalogUnavailable {
                    // What stands in the way of one must not keep the others.
                    let isNew = self.stuck.withLock { $0.insert(intent.id).inserted }
                    self.logger.log(
                        level: isNew ? .error : .debug,
                        "A file that was deleted in SQL cannot be taken out of the tree",
                        metadata: ["path": "\(intent.file.path)", "error": "\(error)"]
                    )
                }
            }
            return settled
        }
        for file in settled { await self.onRemoved(file) }
        return settled.count
    }

    private func open() async throws(MediaError) -> [CommitIntent] {
        try await self.catalog.openIntents().filter { $0.owner == CommitIntent.sqlOwner }
    }
}
