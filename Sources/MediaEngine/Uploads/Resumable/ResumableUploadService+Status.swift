package import MediaCore

extension ResumableUploadService {
    /// How an upload stands, without disturbing a request that is receiving bytes.
    /// - Throws: `not_found`, `upload_gone`.
    package func status(of id: UploadID, for client: Client) async throws(MediaError) -> Status {
        // Not from memory: another process may have changed it.
        let upload = try await self.reload(id, for: client)
        guard upload.state == .receiving else { return self.settled(upload) }
        let progress = try await self.store.progress(of: id)
        if let progress, !upload.isReceivedWhole(at: progress.offset) {
            return self.status(upload, offset: progress.offset, lastActivity: progress.lastActivity)
        }
        if progress != nil, let file = try await self.leases.acquireIfFree(id) {
            try await self.pipeline.beginIfFinished(id, holding: file)
        }
        // Read again: its bytes are all there or gone, so it may be a file by now.
        let present = try await self.records.reload(id)
        guard present.state == .receiving else { return self.settled(present) }
        guard let progress else {
            try await self.records.end(present, as: .terminated, from: [.receiving])
            throw .uploadEnded(.terminated)
        }
        return self.status(present, offset: progress.offset, lastActivity: progress.lastActivity)
    }

    /// Where the next request has to go on. A request that is still receiving bytes is ended first: its connection is likely
    /// to be dead, and the offset would be out of date as soon as it is reported.
    /// - Throws: `not_found`, `upload_gone`, `upload_locked`.
    package func settledStatus(of id: UploadID, for client: Client) async throws(MediaError) -> Status {
        let upload = try await self.find(id, for: client)
        guard upload.state == .receiving else { return try await self.decided(upload) }
        switch try await self.leases.acquire(id, yieldsToNewer: false) {
        case .settled(let upload): return try await self.decided(upload)
        case .acquired(let file):
            let offset = file.offset
            let present: Upload
            do throws(MediaError) {
                // Read again under the lease: what was remembered may be out of date.
                present = try await self.records.reload(id)
            } catch {
                await file.release()
                throw error
            }
            if present.isReceivedWhole(at: offset) {
                let job = try await self.pipeline.begin(present, holding: file)
                let outcome = await job.outcome(atMost: self.settings.completionWait)
                if let outcome { return self.settled(outcome) }
                return self.settled(try await self.records.reload(id))
            }
            await file.release()
            guard present.state == .receiving else { return try await self.decided(present) }
            let lastActivity = try await self.store.progress(of: id)?.lastActivity
            return self.status(present, offset: offset, lastActivity: lastActivity)
        }
    }

    /// How an upload stands that has all its bytes. One that is being processed is waited for, at most `completionWait`: its
    /// offset is its length already, and a client takes that for success.
    func decided(_ upload: Upload) async throws(MediaError) -> Status {
        guard upload.state == .processing else { return self.settled(upload) }
        let outcome = await self.pipeline.outcome(of: upload.id, atMost: self.settings.completionWait)
        if let outcome { return self.settled(outcome) }
        return self.settled(try await self.records.reload(upload.id))
    }

    /// Waits for what becomes of an upload that is being processed.
    /// - Throws: what ``status(of:for:)`` throws.
    package func result(of id: UploadID, for client: Client) async throws(MediaError) -> Status {
        if let outcome = await self.pipeline.outcome(of: id, atMost: nil), client.mayUse(outcome.upload) {
            return self.settled(outcome)
        }
        return try await self.status(of: id, for: client)
    }

    // MARK: From records

    /// The status of an upload that may take more bytes.
    func status(_ upload: Upload, offset: ByteCount?, lastActivity: Timestamp? = nil) -> Status {
        let mayExpire = upload.state == .receiving || upload.state == .failed
        return Status(
            upload: upload,
            offset: offset,
            expiresAt: mayExpire ? lastActivity.map { self.records.expiry(after: $0) } ?? upload.expiresAt : nil
        )
    }

    /// The status of an upload that takes no more bytes.
    func settled(_ upload: Upload) -> Status {
        if case .final = upload.kind {
            // The bytes are together when it became a file, or failed for another reason than its parts.
            let isTogether =
                upload.state == .complete
                || upload.state == .failed && upload.problem?.code != MediaError.Code.unusablePart.rawValue
            return self.status(upload, offset: isTogether ? upload.length : nil)
        }
        return self.status(upload, offset: upload.length)
    }

    /// The status of an upload of which just became what the pipeline says.
    func settled(_ outcome: UploadPipeline.Outcome) -> Status {
        var status = self.settled(outcome.upload)
        status.file = outcome.file
        return status
    }
}
