import Logging
import MediaCore

/// Ends uploads to which no byte came for too long, frees what nobody needs, and forgets what ended long ago.
///
/// An upload that has all its bytes does not expire: it goes to the pipeline. What somebody holds is left for the next time.
///
/// ```swift
/// try await reaper.expireIfOverdue(upload)        // Before a request uses it.
/// let swept = try await reaper.sweep()            // All of them, now and then.
/// ```
final class UploadReaper: Sendable {
    /// What a sweep did.
    struct Swept: Sendable, Hashable {
        /// Uploads ended because no byte came.
        var expired = 0
        /// Folders removed from the staging area that belonged to no open upload.
        var orphaned = 0
        /// Records of ended uploads that were forgotten.
        var forgotten = 0
        var freed = ByteCount(bytes: 0)
    }

    let store: any UploadStore
    let catalog: any UploadCatalog
    let records: UploadRecords
    private let leases: UploadLeases
    private let pipeline: UploadPipeline
    private let retention: Duration
    let orphans: UploadOrphans
    private let verifyPair: PairVerification
    let clock: WallClock
    let logger: Logger

    /// Bounds what one look at the catalog brings.
    static let batch = 200

    /// - Parameters:
    ///   - retention: how long the record of an ended upload is kept after its end.
    ///   - verifyPair: asked before each sweep whether the database is the one of these bytes.
    init(
        store: any UploadStore,
        catalog: any UploadCatalog,
        records: UploadRecords,
        leases: UploadLeases,
        pipeline: UploadPipeline,
        retention: Duration,
        verifyPair: @escaping PairVerification,
        clock: @escaping WallClock,
        logger: Logger
    ) {
        self.store = store
        self.catalog = catalog
        self.records = records
        self.leases = leases
        self.pipeline = pipeline
        self.retention = retention
        self.orphans = UploadOrphans(store: store, catalog: catalog, clock: clock)
        self.verifyPair = verifyPair
        self.clock = clock
        self.logger = logger
    }

    /// Ends an upload whose time has run out.
    /// - Throws: `upload_gone` when it had.
    func expireIfOverdue(_ upload: Upload) async throws(MediaError) {
        guard upload.state == .receiving || upload.state == .failed, upload.expiresAt < self.clock(),
            try await self.isOverdue(upload.id)
        else { return }
        let acquired: (any UploadFile)?
        do throws(MediaError) {
            acquired = try await self.leases.acquireIfFree(upload.id)
        } catch  where error.code == .storageUnavailable {
            // It may pass. Whoever uses the upload meets it again.
            return
        }
        guard let file = acquired else { return }
        do throws(MediaError) {
            // Looked at again: bytes, or an end, may have come before the lease was acquired.
            guard try await self.isOverdue(upload.id),
                try await self.records.end(upload, as: .expired, from: [.receiving, .failed])
            else { return await file.release() }
            try await file.remove()
        } catch {
            await file.release()
            throw error
        }
        throw .uploadEnded(.expired)
    }

    /// Ends expired uploads, removes bytes that belong to none, forgets what ended long ago.
    func sweep() async throws(MediaError) -> Swept {
        var swept = Swept()
        try await self.verifyPair()
        let shortened = try await self.records.shortenExpiry()
        if shortened > 0 {
            self.logger.warning(
                "Uploads were made while the clock was wrong; they expire as if their last byte had come now",
                metadata: ["uploads": .stringConvertible(shortened)]
            )
        }
        try await self.sweepExpired(&swept)
        try await self.sweepOrphans(&swept)
        let horizon = Timestamp(microseconds: self.clock().microseconds - self.retention.microseconds)
        swept.forgotten = try await self.catalog.forgetEnded(before: horizon)
        if swept != Swept() {
            self.logger.notice(
                "Swept uploads",
                metadata: [
                    "expired": .stringConvertible(swept.expired), "orphaned": .stringConvertible(swept.orphaned),
                    "forgotten": .stringConvertible(swept.forgotten),
                    "freedBytes": .stringConvertible(swept.freed.bytes),
                ]
            )
        }
        return swept
    }

    // MARK: Expired uploads

    private func sweepExpired(_ swept: inout Swept) async throws(MediaError) {
        while true {
            let now = self.clock()
            var isChanged = false
            for upload in try await self.catalog.expired(before: now, limit: Self.batch) {
                do throws(MediaError) {
                    let isSettled = try await self.sweep(upload, at: now, &swept)
                    isChanged = isChanged || isSettled
                } catch  where error.code != .catalogUnavailable {
                    // One that cannot be read or removed must not keep the others.
                    self.noteUnswept(upload.id, error)
                }
            }
            // What is held by somebody is left for the next time.
            guard isChanged else { return }
        }
    }

    /// - Returns: whether the upload is none of the expired any more.
    private func sweep(_ upload: Upload, at now: Timestamp, _ swept: inout Swept) async throws(MediaError) -> Bool {
        guard try await self.store.progress(of: upload.id) != nil else {
            try await self.records.end(upload, as: .expired, from: [.receiving, .failed])
            return true
        }
        let acquired: (any UploadFile)?
        do throws(MediaError) {
            acquired = try await self.leases.acquireIfFree(upload.id)
        } catch  where error.code == .storageUnavailable {
            return try await self.sweepUnreadable(upload, after: error, &swept)
        }
        guard let file = acquired else { return false }
        let finished: Upload
        do throws(MediaError) {
            // Looked at only now: bytes, a length or an end may have come before the lease was acquired.
            let present = try await self.catalog.upload(id: upload.id)
            guard let present, present.state == .receiving || present.state == .failed else {
                await file.release()
                return true
            }
            guard present.isReceivedWhole(at: file.offset) else {
                return try await self.extendOrEnd(present, holding: file, at: now, &swept)
            }
            finished = present
        } catch {
            await file.release()
            throw error
        }
        // All bytes came; only the response, or the step after it, was lost.
        try await self.pipeline.begin(finished, holding: file)
        return true
    }

    private func extendOrEnd(
        _ upload: Upload,
        holding file: any UploadFile,
        at now: Timestamp,
        _ swept: inout Swept
    ) async throws(MediaError) -> Bool {
        let activity = try await self.store.progress(of: upload.id)?.lastActivity ?? upload.updatedAt
        var later = upload
        // Of a file that was written while the clock was wrong, the record alone knows.
        if !self.records.isInFuture(activity) { later.expiresAt = self.records.expiry(after: activity) }
        guard later.expiresAt < now else {
            let isExtended = try await self.catalog.update(later, from: [upload.state])
            await file.release()
            return isExtended
        }
        guard try await self.records.end(upload, as: .expired, from: [.receiving, .failed]) else {
            await file.release()
            return true
        }
        swept.expired += 1
        swept.freed = ByteCount(bytes: swept.freed.bytes + (try await file.remove()).bytes)
        return true
    }

    /// Ends an upload whose bytes cannot be read any more. It is given its time twice: an error that passes must not cost an
    /// upload that has all its bytes.
    private func sweepUnreadable(
        _ upload: Upload,
        after error: MediaError,
        _ swept: inout Swept
    ) async throws(MediaError) -> Bool {
        guard try await self.isOverdue(upload.id, times: 2) else { throw error }
        guard let freed = try await self.store.remove(upload.id) else { return false }
        try await self.records.end(upload, as: .expired, from: [.receiving, .failed])
        swept.freed = ByteCount(bytes: swept.freed.bytes + freed.bytes)
        swept.expired += 1
        return true
    }

    /// Whether no byte came for as long as an upload is kept, or for `times` as long.
    private func isOverdue(_ id: UploadID, times: Int = 1) async throws(MediaError) -> Bool {
        guard let progress = try await self.store.progress(of: id) else { return false }
        // Who asks has found the record's time to be over.
        if self.records.isInFuture(progress.lastActivity) { return true }
        let time = (0..<times).reduce(progress.lastActivity) { time, _ in self.records.expiry(after: time) }
        return time < self.clock()
    }
}
