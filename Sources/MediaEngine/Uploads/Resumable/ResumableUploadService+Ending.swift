package import MediaCore

extension ResumableUploadService {
    /// Ends an upload and frees its bytes. Of one that is complete only the upload is forgotten; the file stays.
    /// - Throws: `not_found`, `upload_gone`, `upload_locked` while it is becoming a file.
    package func terminate(_ id: UploadID, for client: Client) async throws(MediaError) {
        let upload = try await self.find(id, for: client)
        try await self.checkExpiry(upload)
        guard upload.state != .complete else {
            try await self.end(upload, as: .terminated)
            return
        }
        let holding: Holding
        do throws(MediaError) {
            holding = try await self.hold(id, for: client, givesUp: false)
        } catch  where error.code == .storageUnavailable {
            // What cannot be read can still be ended; what is left of it is swept.
            guard let _ = try await self.store.removeRemains(of: id) else { throw error }
            try await self.end(upload, as: .terminated, from: Upload.State.open)
            return
        }
        switch holding {
        case .settled:
            await self.processing.wait(for: id, atMost: self.settings.takeoverTimeout)
            self.memory.forget(id)
            guard try await self.find(id, for: client).state != .processing else {
                throw MediaError(.uploadLocked, "The upload is becoming a file just now. Try again in a moment.")
            }
            try await self.terminate(id, for: client)
        case .held(let file):
            do throws(MediaError) {
                try await self.end(upload, as: .terminated)
                try await file.remove()
            } catch {
                await file.release()
                throw error
            }
        }
    }

    /// Tries again what failed, possibly with another target.
    /// - Parameter change: fields that are nil stay as they were.
    /// - Throws: `invalid_request` when the upload did not fail; what the target's checks throw.
    package func processAgain(
        _ id: UploadID,
        changing change: Upload.Target,
        for client: Client
    ) async throws(MediaError) -> Status {
        self.memory.forget(id)
        var upload = try await self.find(id, for: client)
        try await self.checkExpiry(upload)
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
        try self.check(upload.target, length: upload.length)
        guard case .held(let file) = try await self.hold(id, for: client, givesUp: true) else {
            return try await self.status(of: id, for: client)
        }
        let isFailedStill: Bool
        do throws(MediaError) {
            try await self.checkNoCommit(of: id)
            isFailedStill = try await self.catalog.upload(id: id)?.state == .failed
        } catch {
            await file.release()
            throw error
        }
        guard isFailedStill else {
            await file.release()
            return try await self.status(of: id, for: client)
        }
        try await self.beginProcessing(upload, holding: file)
        await self.processing.wait(for: id, atMost: self.settings.completionWait)
        return try await self.status(of: id, for: client)
    }
}
