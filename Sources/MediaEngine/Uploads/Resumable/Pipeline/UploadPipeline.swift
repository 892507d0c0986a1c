import Logging
import MediaCore

/// From an upload's last byte to the record of its file.
///
/// The record says `processing`, parts are concatenated, a hard link of the bytes goes the way of any other file (inspection,
/// rewriting, commit), and the transaction that records the file makes the upload `complete`. The work runs in a task of its own:
/// the request that brought the last byte may wait for it or go away. What a crash or something that passes interrupts stays `processing`
/// and is resumed; what cannot become a file is `failed`, with its reason, and keeps its bytes.
///
/// It knows no request and no protocol.
///
/// ```swift
/// let job = try await pipeline.begin(upload, holding: file)
/// let outcome = await job.outcome(atMost: .seconds(20))       // nil: not at its end yet
/// ```
final class UploadPipeline: Sendable {
    /// What became of an upload, as it was just written.
    struct Outcome: Sendable {
        /// `complete` or `failed`.
        var upload: Upload
        /// The file it became.
        var file: MediaFile?
    }

    /// An upload in the pipeline.
    struct Job: Sendable {
        /// The record as it was when the job began: `processing`.
        let upload: Upload
        fileprivate let task: Task<Outcome?, Never>

        /// Waits for what becomes of the upload.
        /// - Parameter limit: how long to wait at most.
        /// - Returns: nil when that is not known: the time is over, or the upload is to be tried again.
        func outcome(atMost limit: Duration) async -> Outcome? {
            await UploadJobs.outcome(of: self.task, atMost: limit)
        }
    }

    let files: UploadService
    let store: any UploadStore
    let catalog: any UploadCatalog
    let records: UploadRecords
    let changes: ChangeDispatcher
    let jobs = UploadJobs()
    let defaultCollection: String?
    let clock: WallClock
    let logger: Logger

    /// - Parameters:
    ///   - files: takes the finished bytes in.
    ///   - changes: told of what failed, for the readers of the feed.
    ///   - defaultCollection: where uploads go that name no collection; nil lets them fail.
    init(
        files: UploadService,
        store: any UploadStore,
        catalog: any UploadCatalog,
        records: UploadRecords,
        changes: ChangeDispatcher,
        defaultCollection: String?,
        clock: @escaping WallClock,
        logger: Logger
    ) {
        self.files = files
        self.store = store
        self.catalog = catalog
        self.records = records
        self.changes = changes
        self.defaultCollection = defaultCollection
        self.clock = clock
        self.logger = logger
    }

    /// Marks an upload as having all its bytes, and begins to make a file of them. Takes over the lease, whatever happens.
    /// - Throws: `upload_gone` when the upload was ended, `catalog_unavailable`.
    @discardableResult
    func begin(_ upload: Upload, holding file: any UploadFile) async throws(MediaError) -> Job {
        var upload = upload
        upload.state = .processing
        upload.problem = nil
        upload.updatedAt = self.clock()
        self.records.forget(upload.id)
        do throws(MediaError) {
            guard try await self.catalog.update(upload, from: Upload.State.open) else {
                throw .uploadEnded(.terminated)
            }
        } catch {
            await file.release()
            // Whether that was written is not known without a response.
            if error.code == .catalogUnavailable { self.jobs.retryLater(upload.id) }
            throw error
        }
        let begun = upload
        let (task, isNew) = self.jobs.start(upload.id) { await self.process(begun, holding: file) }
        if !isNew {
            // An attempt before this one has released the bytes, but is not quite at its end.
            await file.release()
            self.jobs.retryLater(upload.id)
        }
        return Job(upload: begun, task: task)
    }

    /// Begins with an upload of which only this step was lost; does nothing with one that waits for bytes. Takes over the lease,
    /// whatever happens.
    func beginIfFinished(_ id: UploadID, holding file: any UploadFile) async throws(MediaError) {
        let present: Upload?
        do throws(MediaError) {
            // Read under the lease: what was read before may be out of date.
            present = try await self.catalog.upload(id: id)
        } catch {
            await file.release()
            throw error
        }
        guard let present, present.isReceivedWhole(at: file.offset) else { return await file.release() }
        try await self.begin(present, holding: file)
    }

    /// Waits for what becomes of an upload that was begun by another request, perhaps.
    /// - Parameter limit: how long to wait at most; nil waits for the end.
    /// - Returns: nil when that is not known: nothing is under way, the time is over, or the upload is to be tried again.
    @discardableResult
    func outcome(of id: UploadID, atMost limit: Duration?) async -> Outcome? {
        guard let task = self.jobs.task(of: id) else { return nil }
        return await UploadJobs.outcome(of: task, atMost: limit)
    }

    /// Tells all work to stop where it can be resumed, and waits for that.
    func stop() async { await self.jobs.stop() }

    // MARK: One upload

    private func process(_ upload: Upload, holding file: any UploadFile) async -> Outcome? {
        let made: MediaFile
        do throws(MediaError) {
            if case .final(let parts) = upload.kind, file.offset != upload.length {
                try await self.assemble(parts, in: file)
            }
            made = try await self.makeFile(of: upload, holding: file)
        } catch {
            await file.release()
            return await self.note(error, for: upload)
        }
        do throws(MediaError) {
            try await file.remove()
        } catch {
            await file.release()
            self.logger.warning(
                "The staged bytes of a complete upload are still there; they are removed later",
                metadata: ["upload": "\(upload.id)", "error": "\(error)"]
            )
        }
        return Outcome(upload: upload.completed(by: made), file: made)
    }

    private func assemble(_ parts: [UploadID], in file: any UploadFile) async throws(MediaError) {
        do throws(MediaError) {
            try await file.concatenate(parts)
        } catch  where error.code == .notFound {
            throw .unusablePart("A part of this concatenation was ended before it could be used.")
        }
    }

    private func makeFile(of upload: Upload, holding file: any UploadFile) async throws(MediaError) -> MediaFile {
        guard let name = upload.target.collection ?? self.defaultCollection else {
            throw MediaError(
                .invalidRequest,
                """
                The upload needs a collection: one of \(self.files.collectionNames.joined(separator: ", ")). \
                Send POST to its address with ?collection=...
                """
            )
        }
        let collection = try self.files.collection(named: name)
        let candidate = UploadService.Candidate(
            staged: try await file.stage(),
            name: upload.target.name,
            originalFilename: upload.target.filename,
            upload: upload.id,
            expectedDigest: upload.expectedDigest,
            owner: upload.owner,
            conditions: upload.conditions
        )
        let stored = try await self.files.store([candidate], in: collection, replace: upload.target.replace)
        guard let made = stored.first else { throw MediaError(.internalError, "No file was stored.") }
        return made
    }
}
