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
    /// - Throws: `too_many_uploads`, `staging_quota`, `storage_full` when the disk has no room for its length.
    func admit(_ upload: Upload) async throws(MediaError) {
        // One whose length is not known is bounded while its bytes come.
        guard upload.reserved.bytes > 0 else { return try await self.catalog.create(upload, within: self.limits) }
        let room = try await self.room.forUploads()
        var limits = self.limits
        limits.maximumStagingSize = min(limits.maximumStagingSize, room)
        do {
            try await self.catalog.create(upload, within: limits)
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
        return Room(bytes: ByteCount(bytes: min(most, free)), excess: free < most ? self.isFull : limit.excess)
    }

    /// Records the length of an upload whose length was not known, and reserves it.
    /// - Returns: the record as it is now.
    /// - Throws: `staging_quota`, `storage_full`, `upload_gone` when the upload was ended.
    func declareLength(_ length: ByteCount, of upload: Upload) async throws(MediaError) -> Upload {
        try await self.checkGrowth(length.bytes - upload.reserved.bytes)
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
