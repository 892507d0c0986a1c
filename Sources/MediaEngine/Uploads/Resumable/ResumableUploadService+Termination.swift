package import MediaCore

extension ResumableUploadService {
    /// Ends an upload and frees its bytes. Of one that is complete only the upload is forgotten; the file stays.
    /// - Throws: `not_found`, `upload_gone`, `upload_locked` while it is becoming a file.
    package func terminate(_ id: UploadID, for client: Client) async throws(MediaError) {
        let upload = try await self.find(id, for: client)
        guard upload.state != .complete else {
            try await self.records.end(upload, as: .terminated)
            return
        }
        let acquisition: UploadLeases.Acquisition
        do throws(MediaError) {
            acquisition = try await self.leases.acquire(id, yieldsToNewer: false)
        } catch  where error.code == .storageUnavailable {
            // What cannot be read can still be ended; what is left of it is swept.
            guard try await self.store.remove(id) != nil else { throw error }
            try await self.records.end(upload, as: .terminated, from: Upload.State.open)
            return
        }
        switch acquisition {
        case .settled:
            await self.pipeline.outcome(of: id, atMost: self.settings.takeoverTimeout)
            guard try await self.records.reload(id).state != .processing else {
                throw MediaError(.uploadLocked, "The upload is becoming a file just now. Try again in a moment.")
            }
            try await self.terminate(id, for: client)
        case .acquired(let file):
            do throws(MediaError) {
                try await self.records.end(upload, as: .terminated)
                try await file.remove()
            } catch {
                await file.release()
                throw error
            }
        }
    }

    /// Tries again what failed, possibly with another target.
    /// - Parameters:
    ///   - change: fields that are nil stay as they were.
    ///   - permit: says what the client may do at the target; throws where that is nothing.
    /// - Throws: `invalid_request` when the upload did not fail; what the target's checks throw.
    package func processAgain(
        _ id: UploadID,
        changing change: Upload.Target,
        for client: Client,
        permit: (Upload.Target) throws(MediaError) -> UploadConditions = { (_) throws(MediaError) in .none }
    ) async throws(MediaError) -> Status {
        var upload = try await self.reload(id, for: client)
        guard upload.state == .failed else {
            throw MediaError(
                .invalidRequest,
                "Only a failed upload can be processed again; this one is \(upload.state.rawValue)."
            )
        }
        upload.target.collection = change.collection ?? upload.target.collection
        upload.target.name = change.name ?? upload.target.name
        upload.target.filename = change.filename ?? upload.target.filename
        upload.target.replace = change.replace || upload.target.replace
        let permission = try permit(upload.target)
        // A grant is for the upload that was begun with it: its limits were not asked of these bytes.
        guard permission.grant == nil || permission.grant?.id == upload.conditions.grant?.id else {
            throw MediaError(.forbidden, "This grant is for an upload of its own.")
        }
        upload.conditions.mayCreate = permission.mayCreate
        upload.conditions.mayReplace = permission.mayReplace
        try self.check(upload.target, upload.conditions, length: upload.length)
        guard case .acquired(let file) = try await self.leases.acquire(id, yieldsToNewer: true) else {
            return try await self.status(of: id, for: client)
        }
        let isFailedStill: Bool
        do throws(MediaError) {
            try await self.pipeline.checkNoCommit(of: id)
            isFailedStill = try await self.catalog.upload(id: id)?.state == .failed
        } catch {
            await file.release()
            throw error
        }
        guard isFailedStill else {
            await file.release()
            return try await self.status(of: id, for: client)
        }
        return try await self.statusAfterWaiting(for: try await self.pipeline.begin(upload, holding: file), client)
    }
}
