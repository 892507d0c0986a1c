import MediaCore

extension ResumableUploadService {
    /// What a request gets when it asks for an upload's bytes.
    enum Holding {
        case held(any UploadFile)
        /// Its bytes are all there, and busy becoming a file or a file already.
        case settled(Upload)
    }

    /// Takes an upload's bytes, from an older request if need be.
    ///
    /// - Parameter givesUp: whether a still newer request ends the waiting: of two that would write, the newer one counts.
    /// - Throws: `upload_locked` when the older one does not let go in time; `upload_gone` when the bytes are.
    func hold(_ id: UploadID, for client: Client, givesUp: Bool) async throws(MediaError) -> Holding {
        let ticket = self.turns.enter(id)
        defer { self.turns.leave(id) }
        let asked = self.clock()
        let deadline = ContinuousClock.now + self.settings.takeoverTimeout
        var nextLook = ContinuousClock.now
        while true {
            self.turns.interrupt(id, asked: asked)
            if let file = try await self.take(id, for: client) { return .held(file) }
            // Somebody has it: another request here, another daemon, or the way into the tree.
            if nextLook <= .now {
                self.memory.forget(id)
                let upload = try await self.find(id, for: client)
                guard upload.state == .receiving || upload.state == .failed else { return .settled(upload) }
                try await self.catalog.requestRelease(of: id, asked: asked)
                nextLook = .now + .milliseconds(250)
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
            try await self.end(upload, as: .terminated, from: [.receiving, .failed])
            throw Self.gone(.terminated)
        }
    }

    /// Writes that an upload is ended. Its files are removed by whoever holds them, or swept.
    /// - Parameter states: in which it may be ended. Who does not hold the bytes leaves out `processing` and `complete`: the
    ///   upload may have come there since it was looked at.
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
        self.memory.forget(upload.id)
        return try await self.catalog.update(ended, from: states)
    }

    /// Ends an upload whose time has run out.
    func checkExpiry(_ upload: Upload) async throws(MediaError) {
        guard upload.state == .receiving || upload.state == .failed, upload.expiresAt < self.clock(),
            try await self.isOverdue(upload.id)
        else { return }
        let taken: (any UploadFile)?
        do throws(MediaError) {
            taken = try await self.takeQuietly(upload.id)
        } catch  where error.code == .storageUnavailable {
            // It may pass. Whoever uses the upload meets it again.
            return
        }
        guard let file = taken else { return }
        do throws(MediaError) {
            // Looked at again: bytes, or an end, may have come before it was taken.
            guard try await self.isOverdue(upload.id),
                try await self.end(upload, as: .expired, from: [.receiving, .failed])
            else { return await file.release() }
            try await file.remove()
        } catch {
            await file.release()
            throw error
        }
        throw Self.gone(.expired)
    }

    /// Whether no byte came for as long as an upload is kept, or for `times` as long.
    func isOverdue(_ id: UploadID, times: Int = 1) async throws(MediaError) -> Bool {
        guard let progress = try await self.store.glance(id) else { return false }
        let time = (0..<times).reduce(progress.lastActivity) { time, _ in self.expiry(after: time) }
        return time < self.clock()
    }
}
