import Logging
import MediaCore

/// From the last byte to the file in the tree.
extension ResumableUploadService {
    /// Marks an upload as having all its bytes, and begins to make a file of them. Takes over the holding of the bytes, whatever
    /// happens.
    func beginProcessing(_ upload: Upload, holding file: any UploadFile) async throws(MediaError) {
        var upload = upload
        upload.state = .processing
        upload.problem = nil
        upload.updatedAt = self.clock()
        self.memory.forget(upload.id)
        do throws(MediaError) {
            guard try await self.catalog.update(upload, from: Upload.State.open) else { throw Self.gone(.terminated) }
        } catch {
            await file.release()
            // Whether that was written is not known without an answer.
            if error.code == .catalogUnavailable { self.processing.retryLater(upload.id) }
            throw error
        }
        let processed = upload
        let hasBegun = self.processing.start(upload.id) { await self.process(processed, holding: file) }
        if !hasBegun {
            // An attempt before this one has let go of the bytes, but is not quite at its end.
            await file.release()
            self.processing.retryLater(upload.id)
        }
    }

    private func process(_ upload: Upload, holding file: any UploadFile) async {
        do throws(MediaError) {
            if case .final(let parts) = upload.kind, file.offset != upload.length {
                try await self.assemble(parts, in: file)
            }
            try await self.makeFile(of: upload, holding: file)
            try await file.remove()
        } catch {
            await file.release()
            await self.note(error, for: upload)
        }
    }

    private func assemble(_ parts: [UploadID], in file: any UploadFile) async throws(MediaError) {
        do throws(MediaError) {
            try await file.concatenate(parts)
        } catch  where error.code == .notFound {
            throw Self.unusable("A part of this concatenation was ended before it could be used.")
        }
    }

    private func makeFile(of upload: Upload, holding file: any UploadFile) async throws(MediaError) {
        guard let name = upload.target.collection ?? self.settings.defaultCollection else {
            throw MediaError(
                .invalidRequest,
                """
                The upload needs a collection: one of \(self.uploads.collectionNames.joined(separator: ", ")). \
                Send POST to its address with ?collection=...
                """
            )
        }
        let collection = try self.uploads.collection(named: name)
        let candidate = UploadService.Candidate(
            staged: try await file.stage(),
            name: upload.target.name,
            originalFilename: upload.target.filename,
            upload: upload.id,
            expectedDigest: upload.expectedDigest
        )
        _ = try await self.uploads.store([candidate], in: collection, replace: upload.target.replace)
    }

    /// What passes is tried again; what does not is written down.
    private func note(_ error: MediaError, for upload: Upload) async {
        if Self.passes(error) {
            self.logger.warning(
                "An upload could not become a file yet; it is tried again",
                metadata: ["upload": "\(upload.id)", "error": "\(error)"]
            )
            self.processing.retryLater(upload.id)
            return
        }
        var failed = upload
        failed.state = .failed
        failed.problem = Upload.Problem(error)
        failed.updatedAt = self.clock()
        failed.expiresAt = self.expiry(after: failed.updatedAt)
        do {
            _ = try await self.catalog.update(failed, from: [.processing])
            self.logger.notice(
                "An upload could not become a file",
                metadata: ["upload": "\(upload.id)", "code": "\(error.code)"]
            )
        } catch {
            self.processing.retryLater(upload.id)
        }
    }

    private static func passes(_ error: MediaError) -> Bool {
        switch error.code {
        case .busy, .catalogUnavailable, .storageUnavailable, .nameBusy, .shuttingDown, .uploadInterrupted: true
        default: false
        }
    }

    /// Takes up the processing of uploads that a crash, or something that passed, interrupted.
    func resumeProcessing(_ ids: Set<UploadID>) async throws(MediaError) {
        for upload in try await self.catalog.uploads(ids: ids) where upload.state == .processing {
            guard !self.processing.isRunning(upload.id) else { continue }
            do throws(MediaError) {
                try await self.resumeProcessing(upload)
            } catch  where error.code != .catalogUnavailable {
                // One that cannot be read now must not keep the others.
                self.logger.warning(
                    "An upload cannot be processed yet; it is tried again",
                    metadata: ["upload": "\(upload.id)", "error": "\(error)"]
                )
                self.processing.retryLater(upload.id)
            }
        }
    }

    private func resumeProcessing(_ upload: Upload) async throws(MediaError) {
        let taken: (any UploadFile)?
        do throws(MediaError) {
            taken = try await self.store.take(upload.id)
        } catch  where error.code == .notFound {
            return try await self.noteLoss(of: upload)
        }
        guard let file = taken else {
            // Somebody is at it; whether to its end is seen later.
            return self.processing.retryLater(upload.id)
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
        try await self.beginProcessing(present, holding: file)
    }

    /// An earlier attempt may have brought the file into the tree and not to its record; it still will. A second file of the same
    /// upload must not be made beside it.
    /// - Throws: `name_busy` while a commit of the upload is open.
    func checkNoCommit(of id: UploadID) async throws(MediaError) {
        guard try await self.uploads.hasOpenCommit(of: id) else { return }
        throw MediaError(.nameBusy, "The upload's file is in the tree and about to be recorded. Try again in a moment.")
    }

    /// Its bytes are gone but no file was recorded: somebody removed them from the staging area.
    private func noteLoss(of upload: Upload) async throws(MediaError) {
        var lost = upload
        lost.state = .terminated
        lost.updatedAt = self.clock()
        _ = try await self.catalog.update(lost, from: [.processing])
        self.logger.error("The bytes of an upload are gone", metadata: ["upload": "\(upload.id)"])
    }
}
