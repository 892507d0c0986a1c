import MediaCore

/// What uploads may take of the staging area: every open upload reserves its length, or what it has received while its length is
/// not known.
///
/// The catalog adds the reservations up, for all daemons. Only ``admit(_:)`` is exact when several uploads come at once, for the
/// configured bound and for the room of the disk; the other
/// checks may let as many through as there are requests at that moment.
///
/// ```swift
/// try await quota.admit(upload)                                            // A new upload.
/// upload = try await quota.declareLength(ByteCount(bytes: 8), of: upload)  // Its length was not known before.
/// let room = try await quota.room(for: upload, at: file.offset, limit: limit)
/// ```
struct StagingQuota: Sendable {
    private let limits: UploadQuota
    private let room: StorageRoom
    private let catalog: any UploadCatalog
    private let records: UploadRecords
    private let clock: WallClock

    init(
        limits: UploadQuota,
        room: StorageRoom,
        catalog: any UploadCatalog,
        records: UploadRecords,
        clock: @escaping WallClock
    ) {
        self.limits = limits
        self.room = room
        self.catalog = catalog
        self.records = records
        self.clock = clock
    }

    /// What a request may bring.
    struct Room: Sendable {
        var bytes: ByteCount
        /// The error of more bytes, where another bound than the upload's length limits them.
        var excess: MediaError?

        /// The error for the client of a body that failed.
        func explain(_ failure: MediaError) -> MediaError {
            failure.code == .uploadTooLong ? self.excess ?? failure : failure
        }
    }

    /// Records a new upload, if it fits beside the others.
    /// - Returns: the upload, or the one that was begun with its grant.
    /// - Throws: `grant_used`, `owner_quota`, `too_many_uploads`, `staging_quota`, `storage_full` when the disk has no room for its length.
    @discardableResult
    func admit(_ upload: Upload) async throws(MediaError) -> Upload {
        // One whose length is not known is bounded while its bytes come.
        guard upload.reserved.bytes > 0 else { return try await self.catalog.create(upload, within: self.limits) }
        let room = try await self.room.forUploads()
        var limits = self.limits
        limits.maximumStagingSize = min(limits.maximumStagingSize, room)
        do {
            return try await self.catalog.create(upload, within: limits)
        } catch  where error.code == .stagingQuota && room < self.limits.maximumStagingSize {
            // The disk is the narrower of the two.
            throw StorageRoom.isFull(for: upload.reserved)
        }
    }

    /// How many bytes a request may bring to an upload whose length is not known.
    /// - Parameter limit: of the collection that the upload is for.
    /// - Throws: `staging_quota` when none may come.
    func room(
        for upload: Upload,
        at offset: ByteCount,
        limit: UploadService.SizeLimit
    ) async throws(MediaError) -> Room {
        let most = limit.size.bytes - offset.bytes
        // What this upload has, and what was reserved for this request, is counted already.
        let others = try await self.catalog.reservedBytes().bytes - upload.reserved.bytes
        let free = self.limits.maximumStagingSize.bytes - others - offset.bytes
        guard free > 0 else { throw self.isFull }
        if let rest = try await self.ownerRest(of: upload), rest - offset.bytes < min(most, free) {
            let room = max(0, rest - offset.bytes)
            let excess = await self.ownerExcess(of: upload, size: ByteCount(bytes: offset.bytes + room + 1))
            guard room > 0 else { throw excess ?? self.isFull }
            return Room(bytes: ByteCount(bytes: room), excess: excess)
        }
        return Room(bytes: ByteCount(bytes: min(most, free)), excess: free < most ? self.isFull : limit.excess)
    }

    /// Records the length of an upload whose length was not known, and reserves it.
    /// - Returns: the record as it is now.
    /// - Throws: `staging_quota`, `storage_full`, `upload_gone` when the upload was ended.
    func declareLength(_ length: ByteCount, of upload: Upload) async throws(MediaError) -> Upload {
        try await self.checkGrowth(length.bytes - upload.reserved.bytes)
        try await self.checkOwner(of: upload, size: length)
        var known = upload
        known.length = length
        known.reserved = length
        known.updatedAt = self.clock()
        guard try await self.catalog.update(known, from: [.receiving]) else { throw .uploadEnded(.terminated) }
        self.records.remember(known)
        return known
    }

    /// Reserves the bytes of a request before they come, so that several requests at once cannot use the same room.
    /// - Returns: the record as it is now.
    /// - Throws: `staging_quota`, `storage_full`.
    func reserve(upTo end: ByteCount, for upload: Upload) async throws(MediaError) -> Upload {
        guard end > upload.reserved else { return upload }
        try await self.checkGrowth(end.bytes - upload.reserved.bytes)
        return try await self.count(end, of: upload)
    }

    /// Records what an upload takes whose length is not known. It is never refused: the bytes are there.
    /// - Returns: the record as it is now.
    @discardableResult
    func count(_ offset: ByteCount, of upload: Upload) async throws(MediaError) -> Upload {
        guard offset != upload.reserved else { return upload }
        var present = upload
        present.reserved = offset
        present.updatedAt = self.clock()
        _ = try await self.catalog.update(present, from: [.receiving])
        return present
    }

    // MARK: The owner's

    /// Whether an upload of this size fits beside what its owner has. Exact is the check when it becomes a file.
    private func checkOwner(of upload: Upload, size: ByteCount) async throws(MediaError) {
        guard self.limits.owner.isBounded, let owner = upload.owner else { return }
        try self.limits.owner.check(
            try await self.catalog.usage(of: owner, without: upload.id, replacing: upload.target),
            size: size
        )
    }

    private func ownerExcess(of upload: Upload, size: ByteCount) async -> MediaError? {
        do { try await self.checkOwner(of: upload, size: size) } catch { return error }
        return nil
    }

    /// Bytes that an upload may have by its owner's quota; nil where that is not bounded.
    private func ownerRest(of upload: Upload) async throws(MediaError) -> Int64? {
        guard let most = self.limits.owner.maximumSize, let owner = upload.owner else { return nil }
        return most.bytes
            - (try await self.catalog.usage(of: owner, without: upload.id, replacing: upload.target)).size.bytes
    }

    private func checkGrowth(_ growth: Int64) async throws(MediaError) {
        guard growth > 0 else { return }
        let reserved = try await self.catalog.reservedBytes().bytes
        guard self.limits.maximumStagingSize.bytes - reserved >= growth else { throw self.isFull }
        try await self.room.check(growth: ByteCount(bytes: growth))
    }

    private var isFull: MediaError {
        MediaError(
            .stagingQuota,
            """
            All open uploads together may take \(self.limits.maximumStagingSize); this one does not fit beside the \
            others. Try again when some are done.
            """
        )
    }
}
