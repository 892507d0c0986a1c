package import Logging
package import MediaCore

/// Puts tree and catalog in agreement after a crash: ends the commits that dead processes left open, sweeps what they left
/// in the staging area.
///
/// A process is dead when nobody holds its staging folder locked, so this is safe beside other running processes.
package struct RecoveryService: Sendable {
    private let catalog: any Catalog
    private let store: any FileStore
    private let commits: CommitService
    private let logger: Logger

    package init(catalog: any Catalog, store: any FileStore, commits: CommitService, logger: Logger) {
        self.catalog = catalog
        self.store = store
        self.commits = commits
        self.logger = logger
    }

    package struct Summary: Sendable {
        package var settledIntents = 0
        package var sweptFiles = 0
    }

    @discardableResult
    package func recover() async throws(MediaError) -> Summary {
        var summary = Summary()
        let dead = Set(try await self.store.deadOwners().map(\.name))
        for intent in try await self.deadIntents(among: dead) {
            try await self.commits.settle(intent)
            summary.settledIntents += 1
            self.logger.notice(
                "Settled a commit that a crash left open",
                metadata: ["path": "\(intent.file.path)", "phase": "\(intent.phase.rawValue)"]
            )
        }
        // After the intents: they look for their staged files.
        for owner in dead.sorted() { summary.sweptFiles += try await self.store.sweep(owner: owner) }
        return summary
    }

    /// Open intents whose process is gone: its staging folder is unlocked, or missing.
    package func deadIntents() async throws(MediaError) -> [CommitIntent] {
        try await self.deadIntents(among: Set(try await self.store.deadOwners().map(\.name)))
    }

    private func deadIntents(among dead: Set<String>) async throws(MediaError) -> [CommitIntent] {
        var intents: [CommitIntent] = []
        for intent in try await self.catalog.openIntents() {
            if dead.contains(intent.owner) {
                intents.append(intent)
            } else if intent.owner != self.store.owner, try await !self.store.ownerExists(intent.owner) {
                intents.append(intent)
            }
        }
        return intents
    }
}
