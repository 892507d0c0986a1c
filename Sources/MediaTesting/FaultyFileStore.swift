package import MediaCore

/// A store whose calls, and those on its staged files, fail as a ``FaultPlan`` has it, with `storage_unavailable`.
///
/// Walking the tree (``entries(under:)``) is not counted and always works.
package struct FaultyFileStore: FileStore {
    private let base: any FileStore
    private let plan: FaultPlan

    /// Wraps `base`; every call is counted as `store.<method>` or `staged.<method>`.
    package init(_ base: any FileStore, plan: FaultPlan) {
        self.base = base
        self.plan = plan
    }

    package var owner: String { self.base.owner }

    package func stage() async throws(MediaError) -> any StagedFile {
        var made: (any StagedFile)?
        do throws(MediaError) {
            try await self.perform("stage") { () async throws(MediaError) in made = try await self.base.stage() }
        } catch {
            // An answer of the own process is never lost without the process: a file that nobody knows of is a crash's alone.
            if !self.plan.isDead { await made?.discard() }
            throw error
        }
        guard let made else { throw MediaError(.internalError, "No file was staged.") }
        return FaultyStagedFile(made, plan: self.plan)
    }

    package func entries(under folder: MediaPath.Folder?) -> AsyncThrowingStream<TreeEntry, any Error> {
        self.base.entries(under: folder)
    }

    private func perform<Result: Sendable>(
        _ call: String,
        _ body: () async throws(MediaError) -> Result
    ) async throws(MediaError) -> Result {
        try await self.plan.perform("store.\(call)", failingWith: .storageUnavailable, body)
    }

    package func stagedFileExists(owner: String, name: String) async throws(MediaError) -> Bool {
        try await self.perform("stagedFileExists") { () async throws(MediaError) in
            try await self.base.stagedFileExists(owner: owner, name: name)
        }
    }

    package func removeStaged(owner: String, name: String) async throws(MediaError) {
        try await self.perform("removeStaged") { () async throws(MediaError) in
            try await self.base.removeStaged(owner: owner, name: name)
        }
    }

    package func deadOwners() async throws(MediaError) -> [DeadOwner] {
        try await self.perform("deadOwners") { () async throws(MediaError) in try await self.base.deadOwners() }
    }

    package func ownerExists(_ owner: String) async throws(MediaError) -> Bool {
        try await self.perform("ownerExists") { () async throws(MediaError) in try await self.base.ownerExists(owner) }
    }

    package func sweep(owner: String) async throws(MediaError) -> Int {
        try await self.perform("sweep") { () async throws(MediaError) in try await self.base.sweep(owner: owner) }
    }

    package func open(_ path: MediaPath) async throws(MediaError) -> OpenFile {
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

    package func openRendition(_ key: RenditionKey) async throws(MediaError) -> OpenFile? {
        try await self.perform("openRendition") { () async throws(MediaError) in try await self.base.openRendition(key)
        }
    }

    package func storeRendition(_ staged: String, as key: RenditionKey) async throws(MediaError) {
        try await self.perform("storeRendition") { () async throws(MediaError) in
            try await self.base.storeRendition(staged, as: key)
        }
    }

    package func removeRenditions(of digest: Digest) async throws(MediaError) {
        try await self.perform("removeRenditions") { () async throws(MediaError) in
            try await self.base.removeRenditions(of: digest)
        }
    }

    package func exclusively<Result: Sendable>(
        _ body: @Sendable () async throws(MediaError) -> Result
    ) async throws(MediaError) -> Result {
        try await self.base.exclusively(body)
    }

    package func renditionPrefixes(beginning digits: String) async throws(MediaError) -> [String] {
        try await self.perform("renditionPrefixes") { () async throws(MediaError) in
            try await self.base.renditionPrefixes(beginning: digits)
        }
    }

    package func removeRenditions(prefix: String) async throws(MediaError) {
        try await self.perform("removeRenditions") { () async throws(MediaError) in
            try await self.base.removeRenditions(prefix: prefix)
        }
    }

    package func renditions(beginning digits: String) async throws(MediaError) -> [StoredRendition] {
        try await self.perform("renditions") { () async throws(MediaError) in
            try await self.base.renditions(beginning: digits)
        }
    }

    package func removeRendition(path: String) async throws(MediaError) {
        try await self.perform("removeRendition") { () async throws(MediaError) in
            try await self.base.removeRendition(path: path)
        }
    }

    package func noteUse(of renditions: [OpenFile]) async throws(MediaError) {
        try await self.perform("noteUse") { () async throws(MediaError) in
            try await self.base.noteUse(of: renditions)
        }
    }

    package func probe() async throws(MediaError) {
        try await self.perform("probe") { () async throws(MediaError) in try await self.base.probe() }
    }

    package func contents(of file: OpenFile, limit: Int) async throws(MediaError) -> [UInt8] {
        try await self.perform("contents") { () async throws(MediaError) in
            try await self.base.contents(of: file, limit: limit)
        }
    }

    package func digest(of file: OpenFile) async throws(MediaError) -> Digest {
        try await self.perform("digest") { () async throws(MediaError) in try await self.base.digest(of: file) }
    }
}
