import Logging
package import MediaCore

extension ResumableUploadService {
    /// What a sweep did.
    package struct Swept: Sendable, Hashable {
        package var expired = 0
        /// Folders in the staging area that belong to no open upload.
        package var orphaned = 0
        package var forgotten = 0
        package var freed = ByteCount(bytes: 0)
    }

    /// Bounds what one look at the catalog brings.
    private static let batch = 200
    /// A folder without a record may be an upload that is just being made.
    private static let orphanAge = Duration.seconds(3600)

    /// Takes up what was being processed when a process died.
    func resumeInterrupted() async throws(MediaError) {
        let interrupted = try await self.catalog.uploads(in: .processing, limit: Self.batch)
        try await self.resumeProcessing(Set(interrupted.map(\.id)))
    }

    /// Tries again what could not be processed.
    func retry() async throws(MediaError) {
        let waiting = self.processing.takeWaiting()
        guard !waiting.isEmpty else { return }
        do throws(MediaError) {
            try await self.resumeProcessing(waiting)
        } catch {
            for id in waiting { self.processing.retryLater(id) }
            throw error
        }
    }

    /// Ends expired uploads, removes bytes that belong to none, forgets what ended long ago.
    package func sweep() async throws(MediaError) -> Swept {
        var swept = Swept()
        try await self.sweepExpired(&swept)
        try await self.sweepOrphans(&swept)
        let horizon = Timestamp(microseconds: self.clock().microseconds - self.settings.retention.microseconds)
        swept.forgotten = try await self.catalog.forgetEnded(before: horizon)
        if swept != Swept() {
            self.logger.notice(
                "Swept uploads",
                metadata: [
                    "expired": "\(swept.expired)", "orphaned": "\(swept.orphaned)", "forgotten": "\(swept.forgotten)",
                    "freedBytes": "\(swept.freed.bytes)",
                ]
            )
        }
        return swept
    }

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
        guard try await self.store.glance(upload.id) != nil else {
            try await self.end(upload, as: .expired, from: [.receiving, .failed])
            return true
        }
        let taken: (any UploadFile)?
        do throws(MediaError) {
            taken = try await self.takeQuietly(upload.id)
        } catch  where error.code == .storageUnavailable {
            return try await self.sweepUnreadable(upload, after: error, &swept)
        }
        guard let file = taken else { return false }
        let finished: Upload
        do throws(MediaError) {
            // Looked at only now: bytes, a length or an end may have come before it was taken.
            let present = try await self.catalog.upload(id: upload.id)
            guard let present, present.state == .receiving || present.state == .failed else {
                await file.release()
                return true
            }
            guard present.state == .receiving, Self.isDone(present, at: file.offset) else {
                return try await self.extendOrEnd(present, holding: file, at: now, &swept)
            }
            finished = present
        } catch {
            await file.release()
            throw error
        }
        // All bytes came; only the answer, or the step after it, was lost.
        try await self.beginProcessing(finished, holding: file)
        return true
    }

    private func extendOrEnd(
        _ upload: Upload,
        holding file: any UploadFile,
        at now: Timestamp,
        _ swept: inout Swept
    ) async throws(MediaError) -> Bool {
        let activity = try await self.store.glance(upload.id)?.lastActivity ?? upload.updatedAt
        var later = upload
        later.expiresAt = self.expiry(after: activity)
        guard later.expiresAt < now else {
            let isExtended = try await self.catalog.update(later, from: [upload.state])
            await file.release()
            return isExtended
        }
        guard try await self.end(upload, as: .expired, from: [.receiving, .failed]) else {
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
        guard let freed = try await self.store.removeRemains(of: upload.id) else { return false }
        try await self.end(upload, as: .expired, from: [.receiving, .failed])
        swept.freed = ByteCount(bytes: swept.freed.bytes + freed.bytes)
        swept.expired += 1
        return true
    }

    private func noteUnswept(_ id: UploadID, _ error: MediaError) {
        self.logger.warning("An upload cannot be swept", metadata: ["upload": "\(id)", "error": "\(error)"])
    }

    private func sweepOrphans(_ swept: inout Swept) async throws(MediaError) {
        let now = self.clock()
        let folders = try await self.store.uploads()
        var ids = folders.keys.makeIterator()
        while true {
            var chunk: Set<UploadID> = []
            while chunk.count < Self.batch, let id = ids.next() { chunk.insert(id) }
            guard !chunk.isEmpty else { return }
            let records = try await self.catalog.uploads(ids: chunk)
            let open = Set(records.filter { Upload.State.open.contains($0.state) }.map(\.id))
            let known = Set(records.map(\.id))
            for id in chunk.subtracting(open) {
                let age = now.microseconds - (folders[id]?.microseconds ?? now.microseconds)
                guard known.contains(id) || age > Self.orphanAge.microseconds else { continue }
                do throws(MediaError) {
                    guard let freed = try await self.store.removeRemains(of: id) else { continue }
                    swept.freed = ByteCount(bytes: swept.freed.bytes + freed.bytes)
                    swept.orphaned += 1
                } catch {
                    self.noteUnswept(id, error)
                }
            }
        }
    }

    func takeQuietly(_ id: UploadID) async throws(MediaError) -> (any UploadFile)? {
        do throws(MediaError) {
            return try await self.store.take(id)
        } catch  where error.code == .notFound {
            return nil
        }
    }
}
