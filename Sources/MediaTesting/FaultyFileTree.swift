package import MediaCore

/// A tree whose calls fail as a ``FaultPlan`` has it, with `storage_unavailable`.
///
/// Walking it (``entries(under:)``) is not counted and always works.
package struct FaultyFileTree: FileTree {
    private let base: any FileTree
    private let plan: FaultPlan

    /// - Parameters:
    ///   - base: what does the work; every call on it is counted as `store.<method>`.
    ///   - plan: shared by all doubles of a test.
    package init(_ base: any FileTree, plan: FaultPlan) {
        self.base = base
        self.plan = plan
    }

    package func open(_ path: MediaPath) async throws(MediaError) -> Content {
        try await self.perform("open") { () async throws(MediaError) in try await self.base.open(path) }
    }

    package func publish(_ staged: String, owner: String, to path: MediaPath, replacing: Bool) async throws(MediaError)
    {
        try await self.perform("publish") { () async throws(MediaError) in
            try await self.base.publish(staged, owner: owner, to: path, replacing: replacing)
        }
    }

    package func synchronizeFolder(of path: MediaPath) async throws(MediaError) {
        try await self.perform("synchronizeFolder") { () async throws(MediaError) in
            try await self.base.synchronizeFolder(of: path)
        }
    }

    package func remove(_ path: MediaPath) async throws(MediaError) {
        try await self.perform("remove") { () async throws(MediaError) in try await self.base.remove(path) }
    }

    package func entries(under folder: MediaPath.Folder?) -> AsyncThrowingStream<TreeEntry, any Error> {
        self.base.entries(under: folder)
    }

    package func bytes(_ range: Range<Int64>, of content: Content) async throws(MediaError) -> [UInt8] {
        try await self.perform("bytes") { () async throws(MediaError) in
            try await self.base.bytes(range, of: content)
        }
    }

    package func digest(of content: Content) async throws(MediaError) -> Digest {
        try await self.perform("digest") { () async throws(MediaError) in try await self.base.digest(of: content) }
    }

    private func perform<Result: Sendable>(
        _ call: String,
        _ body: () async throws(MediaError) -> Result
    ) async throws(MediaError) -> Result {
        try await self.plan.perform("store.\(call)", failingWith: .storageUnavailable, body)
    }
}
