import MediaCore

/// The records of uploads as the parts of this folder see them: from memory where that is safe, else from the catalog.
///
/// It is the lowest part: lease, quota, pipeline, reaper and service use it, and it knows none of them. What it remembers may be
/// out of date, because another process may have written the record since. Whoever decides something by a record therefore holds
/// the upload's bytes, or writes with a condition on the state.
///
/// ```swift
/// let upload = try await records.find(id, for: client)                 // A request: may this client use it?
/// let current = try await records.reload(id)                           // Under the lease: what is true now?
/// try await records.end(current, as: .expired, from: [.receiving])     // Does nothing in another state.
/// ```
struct UploadRecords: Sendable {
    private let catalog: any UploadCatalog
    private let cache: UploadRecordCache
    private let expiry: Duration
    private let clock: WallClock

    /// - Parameters:
    ///   - cachedUploads: records remembered at most; 0 remembers none.
    ///   - expiry: how long an unfinished upload is kept after its last byte.
    init(catalog: any UploadCatalog, cachedUploads: Int, expiry: Duration, clock: @escaping WallClock) {
        self.catalog = catalog
        self.cache = UploadRecordCache(capacity: cachedUploads)
        self.expiry = expiry
        self.clock = clock
    }

    // MARK: Reading

    /// The record of an upload that is not ended, for a client.
    /// - Throws: `not_found`, also for somebody else's upload; `upload_gone`.
    func find(_ id: UploadID, for client: ResumableUploadService.Client) async throws(MediaError) -> Upload {
        let upload = try await self.record(id)
        guard let upload, client.mayUse(upload) else { throw Self.notFound }
        return try Self.checkIsNotEnded(upload)
    }

    /// The same for who has found the upload before: its owner never changes.
    /// - Throws: `not_found`, `upload_gone`.
    func find(_ id: UploadID) async throws(MediaError) -> Upload {
        guard let upload = try await self.record(id) else { throw Self.notFound }
        return try Self.checkIsNotEnded(upload)
    }

    /// ``find(_:for:)``, not from memory: another process may have written the record.
    func reload(_ id: UploadID, for client: ResumableUploadService.Client) async throws(MediaError) -> Upload {
        self.cache.forget(id)
        return try await self.find(id, for: client)
    }

    /// ``find(_:)``, not from memory.
    func reload(_ id: UploadID) async throws(MediaError) -> Upload {
        self.cache.forget(id)
        return try await self.find(id)
    }

    private func record(_ id: UploadID) async throws(MediaError) -> Upload? {
        if let remembered = self.cache[id] { return remembered }
        let upload = try await self.catalog.upload(id: id)
        if let upload { self.cache.remember(upload) }
        return upload
    }

    private static func checkIsNotEnded(_ upload: Upload) throws(MediaError) -> Upload {
        if upload.state == .terminated || upload.state == .expired { throw .uploadEnded(upload.state) }
        return upload
    }

    private static var notFound: MediaError { MediaError(.notFound, "There is no upload at this address.") }

    // MARK: Writing

    /// Remembers a record that was just written.
    func remember(_ upload: Upload) { self.cache.remember(upload) }

    /// Forgets what is remembered of an upload, because its record is about to change.
    func forget(_ id: UploadID) { self.cache.forget(id) }

    /// Writes that an upload is ended. Whoever holds its files removes them, or the reaper does.
    /// - Parameter states: in which it may be ended. Who does not hold the bytes leaves out `processing` and `complete`: the
    ///   upload may have come there since its record was read.
    /// - Returns: whether it was in one of them.
    @discardableResult
    func end(
        _ upload: Upload,
        as state: Upload.State,
        from states: Set<Upload.State> = [.receiving, .processing, .failed, .complete]
    ) async throws(MediaError) -> Bool {
        var ended = upload
        ended.state = state
        ended.updatedAt = self.clock()
        self.cache.forget(upload.id)
        return try await self.catalog.update(ended, from: states)
    }

    /// Whether a clock that was wrong gave this time: nothing that has happened is later than now.
    func isInFuture(_ time: Timestamp) -> Bool {
        time.microseconds > self.clock().microseconds + Self.clockTolerance
    }

    /// Of open uploads that a clock that was wrong gave years: expire as if their last byte had come now.
    /// - Returns: how many.
    func shortenExpiry() async throws(MediaError) -> Int {
        let now = self.clock()
        let latest = Timestamp(microseconds: now.microseconds + 2 * self.expiry.microseconds + Self.clockTolerance)
        return try await self.catalog.shortenExpiry(after: latest, to: self.expiry(after: now))
    }

    /// Microseconds by which clocks may differ that are right.
    private static let clockTolerance: Int64 = 60_000_000

    /// Until when an upload is kept whose last byte came at `activity`.
    func expiry(after activity: Timestamp) -> Timestamp {
        Timestamp(microseconds: activity.microseconds + self.expiry.microseconds)
    }
}

extension Duration {
    /// Rounded towards zero.
    var microseconds: Int64 {
        self.components.seconds * 1_000_000 + self.components.attoseconds / 1_000_000_000_000
    }
}
