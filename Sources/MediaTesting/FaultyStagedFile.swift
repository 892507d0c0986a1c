import MediaCore

/// A staged file of a ``FaultyStaging``.
struct FaultyStagedFile: StagedFile {
    private let base: any StagedFile
    private let plan: FaultPlan

    init(_ base: any StagedFile, plan: FaultPlan) {
        self.base = base
        self.plan = plan
    }

    var name: String { self.base.name }
    var size: ByteCount { get async { await self.base.size } }

    func append(_ bytes: [UInt8]) async throws(MediaError) {
        try await self.perform("append") { () async throws(MediaError) in try await self.base.append(bytes) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(MediaError) {
        try self.plan.performBlocking("staged.append", failingWith: .storageUnavailable) { () throws(MediaError) in
            try self.base.write(bytes)
        }
    }

    func append(_ range: Range<Int64>, of file: OpenFile) async throws(MediaError) {
        try await self.perform("appendStretch") { () async throws(MediaError) in
            try await self.base.append(range, of: file)
        }
    }

    func digest() async throws(MediaError) -> Digest {
        // Without a system call: only a dead process does not get it.
        guard !self.plan.isDead else { throw MediaError(.storageUnavailable, "Injected: the process is dead.") }
        return try await self.base.digest()
    }

    func synchronize(after previous: Timestamp?) async throws(MediaError) -> FileVersion {
        try await self.perform("synchronize") { () async throws(MediaError) in
            try await self.base.synchronize(after: previous)
        }
    }

    func synchronizeForeignBytes() async throws(MediaError) {
        try await self.perform("synchronizeForeignBytes") { () async throws(MediaError) in
            try await self.base.synchronizeForeignBytes()
        }
    }

    func open() async throws(MediaError) -> OpenFile {
        try await self.perform("open") { () async throws(MediaError) in try await self.base.open() }
    }

    func discard() async {
        // A dead process discards nothing; otherwise a discard cannot fail, so it is not counted.
        if !self.plan.isDead { await self.base.discard() }
    }

    private func perform<Result: Sendable>(
        _ call: String,
        _ body: () async throws(MediaError) -> Result
    ) async throws(MediaError) -> Result {
        try await self.plan.perform("staged.\(call)", failingWith: .storageUnavailable, body)
    }
}
