package import MediaCore

/// A trash whose calls fail as a ``FaultPlan`` has it, with `storage_unavailable`.
package struct FaultyTrashStore: TrashStore {
    private let base: any TrashStore
    private let plan: FaultPlan

    /// - Parameters:
    ///   - base: what does the work; every call on it is counted as `trash.<method>`.
    ///   - plan: shared by all doubles of a test.
    package init(_ base: any TrashStore, plan: FaultPlan) {
        self.base = base
        self.plan = plan
    }

    package func take(_ path: MediaPath, as id: MediaID, identity: FileIdentity) async throws(MediaError) {
        try await self.perform("take") { () async throws(MediaError) in
            try await self.base.take(path, as: id, identity: identity)
        }
    }

    package func putBack(_ id: MediaID, to path: MediaPath) async throws(MediaError) {
        try await self.perform("putBack") { () async throws(MediaError) in try await self.base.putBack(id, to: path) }
    }

    package func remove(_ id: MediaID) async throws(MediaError) {
        try await self.perform("remove") { () async throws(MediaError) in try await self.base.remove(id) }
    }

    package func holds(_ id: MediaID) async throws(MediaError) -> Bool {
        try await self.perform("holds") { () async throws(MediaError) in try await self.base.holds(id) }
    }

    package func ids() async throws(MediaError) -> [MediaID] {
        try await self.perform("ids") { () async throws(MediaError) in try await self.base.ids() }
    }

    private func perform<Result: Sendable>(
        _ call: String,
        _ body: () async throws(MediaError) -> Result
    ) async throws(MediaError) -> Result {
        try await self.plan.perform("trash.\(call)", failingWith: .storageUnavailable, body)
    }
}
