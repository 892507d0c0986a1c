package import MediaCore

/// An upload store whose calls, and those on its files and appends, fail as a ``FaultPlan`` has it, with `storage_unavailable`.
///
/// Calls are counted as `uploads.<method>`, `upload.<method>` and `append.<method>`; releasing (``UploadFile/release()``)
/// always works, as the kernel does it for a dead process.
package struct FaultyUploadStore: UploadStore {
    private let base: any UploadStore
    private let plan: FaultPlan

    /// Wraps `base`; every call is counted.
    package init(_ base: any UploadStore, plan: FaultPlan) {
        self.base = base
        self.plan = plan
    }

    private func perform<Result: Sendable>(
        _ call: String,
        _ body: () async throws(MediaError) -> Result
    ) async throws(MediaError) -> Result {
        try await self.plan.perform("uploads.\(call)", failingWith: .storageUnavailable, body)
    }

    package func create(_ id: UploadID) async throws(MediaError) {
        try await self.perform("create") { () async throws(MediaError) in try await self.base.create(id) }
    }

    package func acquire(_ id: UploadID) async throws(MediaError) -> (any UploadFile)? {
        var taken: (any UploadFile)?
        do throws(MediaError) {
            try await self.perform("acquire") { () async throws(MediaError) in taken = try await self.base.acquire(id) }
        } catch {
            // Nobody knows that it was acquired, so nobody would release it.
            await taken?.release()
            throw error
        }
        return taken.map { FaultyUploadFile($0, plan: self.plan) }
    }

    package func progress(of id: UploadID) async throws(MediaError) -> UploadProgress? {
        try await self.perform("progress") { () async throws(MediaError) in try await self.base.progress(of: id) }
    }

    package func uploads() async throws(MediaError) -> [UploadID: Timestamp] {
        try await self.perform("uploads") { () async throws(MediaError) in try await self.base.uploads() }
    }

    package func remove(_ id: UploadID) async throws(MediaError) -> ByteCount? {
        try await self.perform("remove") { () async throws(MediaError) in
            try await self.base.remove(id)
        }
    }
}

/// A held upload of a ``FaultyUploadStore``.
private struct FaultyUploadFile: UploadFile {
    private let base: any UploadFile
    private let plan: FaultPlan

    init(_ base: any UploadFile, plan: FaultPlan) {
        self.base = base
        self.plan = plan
    }

    private func perform<Result: Sendable>(
        _ call: String,
        _ body: () async throws(MediaError) -> Result
    ) async throws(MediaError) -> Result {
        try await self.plan.perform("upload.\(call)", failingWith: .storageUnavailable, body)
    }

    var offset: ByteCount { self.base.offset }

    func append(verified: Bool) async throws(MediaError) -> any UploadAppend {
        let append = try await self.perform("append") { () async throws(MediaError) in
            try await self.base.append(verified: verified)
        }
        return FaultyUploadAppend(append, plan: self.plan)
    }

    func concatenate(_ parts: [UploadID]) async throws(MediaError) {
        try await self.perform("concatenate") { () async throws(MediaError) in try await self.base.concatenate(parts) }
    }

    func stage() async throws(MediaError) -> any StagedFile {
        var made: (any StagedFile)?
        do throws(MediaError) {
            try await self.perform("stage") { () async throws(MediaError) in made = try await self.base.stage() }
        } catch {
            // As in FaultyStaging: a file that nobody knows of is a crash's alone.
            if !self.plan.isDead { await made?.discard() }
            throw error
        }
        guard let made else { throw MediaError(.internalError, "No file was staged.") }
        return FaultyStagedFile(made, plan: self.plan)
    }

    func remove() async throws(MediaError) -> ByteCount {
        try await self.perform("remove") { () async throws(MediaError) in try await self.base.remove() }
    }

    func release() async { await self.base.release() }
}

/// An append to a held upload of a ``FaultyUploadStore``.
private struct FaultyUploadAppend: UploadAppend {
    private let base: any UploadAppend
    private let plan: FaultPlan

    init(_ base: any UploadAppend, plan: FaultPlan) {
        self.base = base
        self.plan = plan
    }

    private func perform<Result: Sendable>(
        _ call: String,
        _ body: () async throws(MediaError) -> Result
    ) async throws(MediaError) -> Result {
        try await self.plan.perform("append.\(call)", failingWith: .storageUnavailable, body)
    }

    var received: ByteCount { self.base.received }
    var durableOffset: ByteCount { self.base.durableOffset }

    func write(_ bytes: UnsafeRawBufferPointer) throws(MediaError) {
        try self.plan.performBlocking("append.write", failingWith: .storageUnavailable) { () throws(MediaError) in
            try self.base.write(bytes)
        }
    }

    func checksum(_ algorithm: ChecksumAlgorithm) async throws(MediaError) -> [UInt8] {
        try await self.perform("checksum") { () async throws(MediaError) in try await self.base.checksum(algorithm) }
    }

    func commit() async throws(MediaError) -> ByteCount {
        try await self.perform("commit") { () async throws(MediaError) in try await self.base.commit() }
    }

    func discard() async throws(MediaError) {
        try await self.perform("discard") { () async throws(MediaError) in try await self.base.discard() }
    }
}
