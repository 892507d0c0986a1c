package import MediaCore

/// A rendition store whose calls fail as a ``FaultPlan`` has it, with `storage_unavailable`.
package struct FaultyRenditionStore: RenditionStore {
    private let base: any RenditionStore
    private let plan: FaultPlan

    /// - Parameters:
    ///   - base: what does the work; every call on it is counted as `store.<method>`.
    ///   - plan: shared by all doubles of a test.
    package init(_ base: any RenditionStore, plan: FaultPlan) {
        self.base = base
        self.plan = plan
    }

    package func openRendition(_ key: RenditionKey) async throws(MediaError) -> Content? {
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
