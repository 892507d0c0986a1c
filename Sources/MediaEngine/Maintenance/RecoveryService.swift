package import Logging
package import MediaCore

/// Puts tree and catalog in agreement after a crash: ends the commits that dead processes left open, sweeps what they left
/// in the staging area.
///
/// A process is dead when nobody holds its staging folder locked, so this is safe beside other running processes.
package struct RecoveryService: Sendable {
    private let catalog: any Catalog
    private let staging: any Staging
    private let renditions: any RenditionStore
    private let commits: CommitService
    private let verifyPair: PairVerification
    private let logger: Logger

    /// - Parameters:
    ///   - staging: its owner is this process, which never counts as dead.
    ///   - commits: settles the open commits.
    ///   - verifyPair: asked before anything is settled or swept.
    package init(
        catalog: any Catalog,
        staging: any Staging,
        renditions: any RenditionStore,
        commits: CommitService,
        verifyPair: @escaping PairVerification,
        logger: Logger
    ) {
        self.catalog = catalog
        self.staging = staging
        self.renditions = renditions
        self.commits = commits
        self.verifyPair = verifyPair
        self.logger = logger
    }

    /// What one recovery did.
    package struct Summary: Sendable {
        /// Commits that were undone or finished.
        package var settledIntents = 0
        /// Commits that could not be settled: they stay open, and their names busy, until the next recovery.
        package var unsettledIntents = 0
        /// Files that were removed from staging folders of dead processes.
        package var sweptFiles = 0
    }

    /// One recovery at a time on a storage root: two that settle the same intent could undo what was uploaded between them.
    @discardableResult
    package func recover() async throws(MediaError) -> Summary {
        try await self.staging.exclusively { () async throws(MediaError) in try await self.recoverAlone() }
    }

    private func recoverAlone() async throws(MediaError) -> Summary {
        try await self.verifyPair()
        var summary = Summary()
        let dead = Set(try await self.staging.deadOwners().map(\.name))
        var unsettledOwners: Set<String> = []
        for intent in try await self.deadIntents(among: dead) {
            do throws(MediaError) {
                try await self.commits.settle(intent)
            } catch  where error.code != .catalogUnavailable {
                // Somebody put something into the tree where this commit must go: that must not keep the others, or the daemon.
                unsettledOwners.insert(intent.owner)
                summary.unsettledIntents += 1
                self.logger.error(
                    "A commit that a crash left open cannot be settled",
                    metadata: ["path": "\(intent.file.path)", "error": "\(error)"]
                )
                continue
            }
            summary.settledIntents += 1
            self.logger.notice(
                "Settled a commit that a crash left open",
                metadata: ["path": "\(intent.file.path)", "phase": "\(intent.phase.rawValue)"]
            )
        }
        // After the intents: they look for their staged files.
        for owner in dead.subtracting(unsettledOwners).sorted() {
            summary.sweptFiles += try await self.staging.sweep(owner: owner)
        }
        return summary
    }

    /// Open intents whose process is gone: its staging folder is unlocked, or missing.
    package func deadIntents() async throws(MediaError) -> [CommitIntent] {
        try await self.deadIntents(among: Set(try await self.staging.deadOwners().map(\.name)))
    }

    private func deadIntents(among dead: Set<String>) async throws(MediaError) -> [CommitIntent] {
        var intents: [CommitIntent] = []
        for intent in try await self.catalog.openIntents() {
            if dead.contains(intent.owner) {
                intents.append(intent)
            } else if intent.owner != self.staging.owner, try await !self.staging.ownerExists(intent.owner) {
                intents.append(intent)
            }
        }
        return intents
    }

    /// Removes the thumbnails of bytes that no record has any more: a crash can come between a replacement and their
    /// removal. They take room and nothing else, so this may run at any time.
    /// - Parameter isBounded: remove nothing where that would be more than crashes can explain: a database that suddenly knows
    ///   no file, or only few, is rather one that lost them. False is an operator's word.
    /// - Returns: the digest prefixes removed.
    @discardableResult
    package func sweepRenditions(isBounded: Bool = true) async throws(MediaError) -> [String] {
        try await self.verifyPair()
        var stale: [String] = []
        var total = 0
        let digits = Array("0123456789abcdef")
        for first in digits {
            for second in digits {
                for prefix in try await self.renditions.renditionPrefixes(beginning: "\(first)\(second)") {
                    total += 1
                    if try await !self.catalog.isInUse(digestPrefix: prefix) { stale.append(prefix) }
                }
            }
        }
        if isBounded, try await !self.isPlausible(stale.count, of: total) {
            self.logger.error(
                """
                Thumbnails belong to no record, more than a crash can explain; nothing of them is removed. Was an older \
                database restored, or the table emptied? "mediad fsck --repair" removes them
                """,
                metadata: ["stale": "\(stale.count)", "originals": "\(total)"]
            )
            return []
        }
        for prefix in stale { try await self.renditions.removeRenditions(prefix: prefix) }
        return stale
    }

    private func isPlausible(_ count: Int, of total: Int) async throws(MediaError) -> Bool {
        guard count > 0 else { return true }
        guard SweepBound.allows(count, of: total) else { return false }
        return try await !self.catalog.files(matching: FileFilter(), before: nil, limit: 1).isEmpty
    }
}
