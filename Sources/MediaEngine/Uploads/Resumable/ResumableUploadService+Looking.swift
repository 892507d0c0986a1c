package import MediaCore

extension ResumableUploadService {
    /// How an upload stands, without disturbing a request that is receiving bytes.
    /// - Throws: `not_found`, `upload_gone`.
    package func status(of id: UploadID, for client: Client) async throws(MediaError) -> Status {
        // Not from memory: what became of it may be news of another process.
        self.memory.forget(id)
        let upload = try await self.find(id, for: client)
        try await self.checkExpiry(upload)
        guard upload.state == .receiving else { return self.settled(upload) }
        let progress = try await self.store.glance(id)
        if let progress, !Self.isDone(upload, at: progress.offset) {
            return self.status(upload, offset: progress.offset, lastActivity: progress.lastActivity)
        }
        if progress != nil, let file = try await self.takeQuietly(id) {
            try await self.processIfDone(id, holding: file)
        }
        // Read again: its bytes are all there or gone, so it may be a file by now.
        self.memory.forget(id)
        let present = try await self.find(id, for: client)
        guard present.state == .receiving else { return self.settled(present) }
        guard let progress else {
            try await self.end(present, as: .terminated, from: [.receiving])
            throw Self.gone(.terminated)
        }
        return self.status(present, offset: progress.offset, lastActivity: progress.lastActivity)
    }

    /// Where the next request has to go on. A request that is still receiving bytes is ended first: its connection is likely
    /// to be dead, and the offset would be out of date as soon as it is told.
    /// - Throws: `not_found`, `upload_gone`, `upload_locked`.
    package func settledStatus(of id: UploadID, for client: Client) async throws(MediaError) -> Status {
        let upload = try await self.find(id, for: client)
        try await self.checkExpiry(upload)
        guard upload.state == .receiving else { return self.settled(upload) }
        switch try await self.hold(id, for: client, givesUp: false) {
        case .settled(let upload): return self.settled(upload)
        case .held(let file):
            let offset = file.offset
            let present: Upload
            do throws(MediaError) {
                // Read again under the lock: what was remembered may be out of date.
                self.memory.forget(id)
                present = try await self.find(id, for: client)
            } catch {
                await file.release()
                throw error
            }
            if Self.isDone(present, at: offset), present.state == .receiving {
                try await self.beginProcessing(present, holding: file)
                await self.processing.wait(for: id, atMost: self.settings.completionWait)
                return self.settled(try await self.find(id, for: client))
            }
            await file.release()
            guard present.state == .receiving else { return self.settled(present) }
            return self.status(present, offset: offset, lastActivity: try await self.store.glance(id)?.lastActivity)
        }
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

    /// Makes a file of an upload of which only the last step was lost. Takes over the holding of the bytes, whatever happens.
    private func processIfDone(_ id: UploadID, holding file: any UploadFile) async throws(MediaError) {
        let present: Upload?
        do throws(MediaError) {
            // Read under the lock: what was read before may be out of date.
            present = try await self.catalog.upload(id: id)
        } catch {
            await file.release()
            throw error
        }
        guard let present, present.state == .receiving, Self.isDone(present, at: file.offset) else {
            return await file.release()
        }
        try await self.beginProcessing(present, holding: file)
    }

    /// With tus the length alone says when an upload is done; the other protocol says so in a request of its own.
    static func isDone(_ upload: Upload, at offset: ByteCount) -> Bool {
        upload.kind == .whole && upload.transport == .tus && offset == upload.length
    }

    /// Waits for what becomes of an upload that is being processed.
    package func result(of id: UploadID, for client: Client) async throws(MediaError) -> Status {
        await self.processing.wait(for: id, atMost: nil)
        return try await self.status(of: id, for: client)
    }
}
