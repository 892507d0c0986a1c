import Logging
package import MediaCore

/// Uploads that survive a lost connection, a killed app and a restarted daemon: the bytes come in as many requests as it takes,
/// and the finished upload goes the way of any other file.
///
/// Speaks no protocol: tus and "Resumable Uploads for HTTP" are two ways of calling it. docs/storage-tree.md has the states and
/// what a crash leaves in each.
package final class ResumableUploadService: Sendable {
    let settings: UploadSettings
    let uploads: UploadService
    let catalog: any UploadCatalog
    let store: any UploadStore
    let clock: WallClock
    let logger: Logger
    let turns: UploadTurns
    let memory: UploadMemory
    let processing: UploadProcessing

    /// - Parameter turns: told of requests for the release of an upload, also by other processes.
    init(
        settings: UploadSettings,
        uploads: UploadService,
        catalog: any UploadCatalog,
        store: any UploadStore,
        turns: UploadTurns,
        clock: @escaping WallClock,
        logger: Logger
    ) {
        self.settings = settings
        self.uploads = uploads
        self.catalog = catalog
        self.store = store
        self.turns = turns
        self.clock = clock
        self.logger = logger
        self.memory = UploadMemory(capacity: settings.cachedUploads)
        self.processing = UploadProcessing()
    }

    /// Who uses an upload.
    package struct Client: Sendable, Hashable {
        /// Whom the quota counts.
        package var key: String
        /// The name that a trusted proxy gave; an upload made under a name is for that name only.
        package var name: String?

        package init(key: String, name: String?) {
            self.key = key
            self.name = name
        }
    }

    /// How an upload stands.
    package struct Status: Sendable {
        package var upload: Upload
        /// Durable bytes; nil while a concatenation is being made.
        package var offset: ByteCount?
        /// When the upload ends unless more bytes come; nil when it does not.
        package var expiresAt: Timestamp?
    }

    /// The most bytes an upload may have.
    package func maximumSize(of target: Upload.Target) throws(MediaError) -> ByteCount {
        guard let name = target.collection else { return self.uploads.largestMaximumSize }
        return try self.uploads.collection(named: name).maximumSize
    }

    /// The most bytes any upload may have.
    package var maximumSize: ByteCount { self.uploads.largestMaximumSize }

    /// Another request, perhaps of another process, wants the upload since `time`.
    package func release(_ id: UploadID, asked time: Timestamp) { self.turns.interrupt(id, asked: time) }

    /// Ends all requests that are receiving bytes; what came is kept. For a daemon that stops.
    package func close() { self.turns.close() }

    // MARK: Finding

    /// The record of an upload that is not ended.
    /// - Throws: `not_found`, also for somebody else's; `upload_gone`.
    func find(_ id: UploadID, for client: Client) async throws(MediaError) -> Upload {
        var upload = self.memory[id]
        if upload == nil {
            upload = try await self.catalog.upload(id: id)
            if let upload { self.memory.remember(upload) }
        }
        guard let upload, upload.owner == nil || upload.owner == client.name else {
            throw MediaError(.notFound, "There is no upload at this address.")
        }
        if upload.state == .terminated || upload.state == .expired { throw Self.gone(upload.state) }
        return upload
    }

    static func gone(_ state: Upload.State) -> MediaError {
        switch state {
        case .expired:
            MediaError(.uploadGone, "The upload expired: no byte came for too long. Begin a new one.")
        default:
            MediaError(.uploadGone, "The upload was ended. Begin a new one.")
        }
    }

    /// Until when an upload is kept whose last byte came at `activity`.
    func expiry(after activity: Timestamp) -> Timestamp {
        Timestamp(microseconds: activity.microseconds + self.settings.expiry.microseconds)
    }

    func status(_ upload: Upload, offset: ByteCount?, lastActivity: Timestamp? = nil) -> Status {
        let mayExpire = upload.state == .receiving || upload.state == .failed
        return Status(
            upload: upload,
            offset: offset,
            expiresAt: mayExpire ? lastActivity.map { self.expiry(after: $0) } ?? upload.expiresAt : nil
        )
    }
}

extension Duration {
    var microseconds: Int64 {
        self.components.seconds * 1_000_000 + self.components.attoseconds / 1_000_000_000_000
    }
}
