import MediaCore

extension ResumableUploadService {
    /// What a request gets when it asks for an upload's bytes.
    enum Holding {
        case held(any UploadFile)
        /// Its bytes are all there and busy becoming a file.
        case processing(Upload)
    }

    /// Takes an upload's bytes, from an older request if need be.
    ///
    /// - Parameter givesUp: whether a still newer request ends the waiting: of two that would write, the newer one counts.
    /// - Throws: `upload_locked` when the older one does not let go in time; `upload_gone` when the bytes are.
    func hold(_ id: UploadID, for client: Client, givesUp: Bool) async throws(MediaError) -> Holding {
        let ticket = self.turns.enter(id)
        defer { self.turns.leave(id) }
        let deadline = ContinuousClock.now + self.settings.takeoverTimeout
        var asked = ContinuousClock.now
        var isFirst = true
        while true {
            self.turns.interrupt(id)
            if let file = try await self.take(id, for: client) { return .held(file) }
            // Somebody has it: another request here, another daemon, or the way into the tree.
            self.memory.forget(id)
            let upload = try await self.find(id, for: client)
            if upload.state == .processing { return .processing(upload) }
            if isFirst || ContinuousClock.now - asked > .milliseconds(250) {
                try await self.catalog.requestRelease(of: id)
                asked = .now
                isFirst = false
            }
            guard ContinuousClock.now < deadline, !givesUp || self.turns.isNewest(ticket, of: id) else {
                throw MediaError(
                    .uploadLocked,
                    "Another request is using this upload and does not let go. Ask for its offset and try again."
                )
            }
            try? await Task.sleep(for: .milliseconds(10))
            if Task.isCancelled { throw TransferInterruption.Reason.shutdown.error }
        }
    }

    private func take(_ id: UploadID, for client: Client) async throws(MediaError) -> (any UploadFile)? {
        do throws(MediaError) {
            return try await self.store.take(id)
        } catch  where error.code == .notFound {
            // Ended by another process, complete, or lost.
            self.memory.forget(id)
            let upload = try await self.find(id, for: client)
            guard upload.state == .receiving || upload.state == .failed else { return nil }
            try await self.end(upload, as: .terminated)
            throw Self.gone(.terminated)
        }
    }

    /// Writes that an upload is ended. Its files are removed by whoever holds them, or swept.
    func end(_ upload: Upload, as state: Upload.State) async throws(MediaError) {
        var ended = upload
        ended.state = state
        ended.updatedAt = self.clock()
        self.memory.forget(upload.id)
        _ = try await self.catalog.update(ended, from: Set(Upload.State.allCases).subtracting([.terminated, .expired]))
    }

    /// Ends an upload whose time has run out.
    func checkExpiry(_ upload: Upload) async throws(MediaError) {
        guard upload.state == .receiving || upload.state == .failed, upload.expiresAt < self.clock() else { return }
        guard let progress = try await self.store.glance(upload.id),
            self.expiry(after: progress.lastActivity) < self.clock()
        else { return }
        guard let file = try await self.store.take(upload.id) else { return }
        try await self.end(upload, as: .expired)
        try await file.remove()
        throw Self.gone(.expired)
    }
}
