import Logging
import MediaCore

/// What goes wrong on the way, and taking up what was interrupted.
extension UploadPipeline {
    /// Bounds what one look at the catalog brings.
    private static let batch = 200

    /// Resumes what was being processed when a process died.
    func resumeInterrupted() async throws(MediaError) {
        let interrupted = try await self.catalog.uploads(in: .processing, limit: Self.batch)
        try await self.resume(interrupted)
    }

    /// Tries again what could not be processed.
    func retry() async throws(MediaError) {
        let waiting = self.jobs.takeWaiting()
        guard !waiting.isEmpty else { return }
        do throws(MediaError) {
            try await self.resume(try await self.catalog.uploads(ids: waiting))
        } catch {
            for id in waiting { self.jobs.retryLater(id) }
            throw error
        }
    }

    /// Checks that no earlier attempt is about to bring the upload's file to its record: a second file of the same upload must not
    /// be made beside it.
    /// - Throws: `name_busy` while a commit of the upload is open.
    func checkNoCommit(of id: UploadID) async throws(MediaError) {
        guard try await self.files.hasOpenCommit(of: id) else { return }
        throw MediaError(.nameBusy, "The upload's file is in the tree and about to be recorded. Try again in a moment.")
    }

    private func resume(_ uploads: [Upload]) async throws(MediaError) {
        for upload in uploads where upload.state == .processing {
            guard !self.jobs.isRunning(upload.id) else { continue }
            do throws(MediaError) {
                try await self.resume(upload)
            } catch  where error.code != .catalogUnavailable {
                // One that cannot be read now must not keep the others.
                self.logger.warning(
                    "An upload cannot be processed yet; it is tried again",
                    metadata: ["upload": "\(upload.id)", "error": "\(error)"]
                )
                self.jobs.retryLater(upload.id)
            }
        }
    }

    private func resume(_ upload: Upload) async throws(MediaError) {
        let acquired: (any UploadFile)?
        do throws(MediaError) {
            acquired = try await self.store.acquire(upload.id)
        } catch  where error.code == .notFound {
            return try await self.noteLoss(of: upload)
        }
        guard let file = acquired else {
            // Somebody works on it; whether to its end is seen later.
            return self.jobs.retryLater(upload.id)
        }
        let present: Upload?
        do throws(MediaError) {
            // In this order: the commit that ends between the two completes the upload.
            try await self.checkNoCommit(of: upload.id)
            present = try await self.catalog.upload(id: upload.id)
        } catch {
            await file.release()
            throw error
        }
        guard let present, present.state == .processing else { return await file.release() }
        try await self.begin(present, holding: file)
    }

    /// Its bytes are gone but no file was recorded: somebody removed them from the staging area.
    private func noteLoss(of upload: Upload) async throws(MediaError) {
        try await self.records.end(upload, as: .terminated, from: [.processing])
        self.logger.error("The bytes of an upload are gone", metadata: ["upload": "\(upload.id)"])
    }

    /// Decides what an error means: what passes is tried again, what does not is written down.
    /// - Returns: nil when it is tried again.
    func note(_ error: MediaError, for upload: Upload) async -> Outcome? {
        guard !Self.passes(error) else {
            self.logger.warning(
                "An upload could not become a file yet; it is tried again",
                metadata: ["upload": "\(upload.id)", "error": "\(error)"]
            )
            self.jobs.retryLater(upload.id)
            return nil
        }
        var failed = upload
        failed.state = .failed
        failed.problem = Upload.Problem(error)
        failed.updatedAt = self.clock()
        failed.expiresAt = self.records.expiry(after: failed.updatedAt)
        do {
            let isWritten = try await self.catalog.update(failed, from: [.processing])
            self.changes.noteCommit()
            self.logger.notice("Upload refused", metadata: self.metadata(error, of: failed))
            return isWritten ? Outcome(upload: failed, file: nil) : nil
        } catch {
            self.jobs.retryLater(upload.id)
            return nil
        }
    }

    /// The same fields as those of the line that a plain upload gets.
    private func metadata(_ error: MediaError, of upload: Upload) -> Logger.Metadata {
        let seconds = Double(upload.updatedAt.microseconds - upload.createdAt.microseconds) / 1_000_000
        var metadata: Logger.Metadata = [
            "code": "\(error.code.rawValue)", "client": "\(upload.client)", "upload": "\(upload.id)",
            "seconds": .stringConvertible((seconds * 1000).rounded() / 1000), "reason": "\(error.message)",
        ]
        if let collection = upload.target.collection ?? self.defaultCollection {
            metadata["collection"] = "\(collection)"
        }
        if let name = upload.target.name { metadata["name"] = "\(name)" }
        if let size = upload.length { metadata["size"] = .stringConvertible(size.bytes) }
        return metadata
    }

    private static func passes(_ error: MediaError) -> Bool {
        switch error.code {
        case .busy, .catalogUnavailable, .storageUnavailable, .nameBusy, .shuttingDown, .uploadInterrupted: true
        default: false
        }
    }
}
