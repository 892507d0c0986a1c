package import Access
package import MediaCore

/// Uploads that survive a lost connection, a killed app and a restarted daemon: the bytes come in as many requests as it takes,
/// and the finished upload goes the way of any other file.
///
/// It has what a request may ask for: create, append, status, and the ends of an upload. It speaks no protocol: tus and
/// "Resumable Uploads for HTTP" are two ways of calling it. docs/storage-tree.md has the states and what a crash leaves in each.
///
/// ```swift
/// let status = try await uploads.create(.init(transport: .tus, length: length, target: target), for: client)
/// let append = ResumableUploadService.Append(
///     offset: .init(bytes: 0), length: nil, bodyLength: length, isVerified: false, ending: .atLength)
/// let received = try await uploads.append(append, to: status.upload.id, for: client, body: body)
/// ```
package final class ResumableUploadService: Sendable {
    let settings: UploadSettings
    let files: UploadService
    let catalog: any UploadCatalog
    let store: any UploadStore
    let records: UploadRecords
    let leases: UploadLeases
    let quota: StagingQuota
    let pipeline: UploadPipeline
    let reaper: UploadReaper
    let progress: UploadProgressTopic
    let clock: WallClock

    /// ``ResumableUploads`` puts the parts together.
    init(
        settings: UploadSettings,
        files: UploadService,
        catalog: any UploadCatalog,
        store: any UploadStore,
        records: UploadRecords,
        leases: UploadLeases,
        quota: StagingQuota,
        pipeline: UploadPipeline,
        reaper: UploadReaper,
        progress: UploadProgressTopic,
        clock: @escaping WallClock
    ) {
        self.settings = settings
        self.files = files
        self.catalog = catalog
        self.store = store
        self.records = records
        self.leases = leases
        self.quota = quota
        self.pipeline = pipeline
        self.reaper = reaper
        self.progress = progress
        self.clock = clock
    }

    /// Who uses an upload.
    package struct Client: Sendable, Hashable {
        /// Whom the quota counts.
        package var key: String
        /// Who it is; its subject is the owner of what it uploads.
        package var principal: Principal

        /// A client that was recognized.
        package init(key: String, principal: Principal) {
            self.key = key
            self.principal = principal
        }

        /// A client of an open service.
        /// - Parameter name: that a trusted proxy gave; an upload made under a name is for that name only.
        package init(key: String, name: String?) { self.init(key: key, principal: .open.acting(for: name)) }

        /// Whether it may use an upload.
        func mayUse(_ upload: Upload) -> Bool { AccessPolicy.using(upload.reference, self.principal) == .allowed }
    }

    /// How an upload stands.
    package struct Status: Sendable {
        /// The record.
        package var upload: Upload
        /// Durable bytes; nil while a concatenation is being made.
        package var offset: ByteCount?
        /// When the upload ends unless more bytes come; nil when it does not.
        package var expiresAt: Timestamp?
        /// The file that the upload became, when that was just recorded. Else it is found by ``Upload/fileID``.
        package var file: MediaFile?
        /// Whether a creation has found an upload that was there: the same grant had begun it.
        package var isRepeated = false
    }

    /// The most bytes any upload may have.
    package var maximumSize: ByteCount { self.files.largestMaximumSize }

    /// Where uploads go that name no collection; nil where they have to.
    package var defaultCollection: String? { self.settings.defaultCollection }

    /// The most bytes that an upload to this collection may have; nil stands for the default one. Where there is none, or no such
    /// collection, it is the most of any.
    package func maximumSize(in collection: String?) -> ByteCount {
        guard let collection = collection ?? self.settings.defaultCollection,
            let found = try? self.files.collection(named: collection)
        else { return self.maximumSize }
        return found.maximumSize
    }

    /// The collection that an upload goes to; nil where it named none, and where there is no such upload for this client.
    package func collection(of id: UploadID, for client: Client) async -> String? {
        try? await self.records.find(id, for: client).target.collection
    }

    /// How long an upload is kept from now on unless more bytes come; nil where that has no end. By the clock that ends it, for which
    /// the time that somebody set forward has not passed; never longer than an upload is kept, as it may be ended by the other clock.
    ///
    /// - Parameter status: nil for an upload that is about to be made.
    package func remainingLifetime(of status: Status?) -> Duration? {
        guard let status else { return self.settings.expiry }
        let now = self.reaper.clock().microseconds
        return status.expiresAt.map { min(self.settings.expiry, .microseconds(max(0, $0.microseconds - now))) }
    }

    /// Ends all requests that are receiving bytes; what came is kept. For a daemon that stops.
    package func close() { self.leases.close() }

    /// An upload that a request names, unless its time has run out.
    func find(_ id: UploadID, for client: Client) async throws(MediaError) -> Upload {
        let upload = try await self.records.find(id, for: client)
        try await self.reaper.expireIfOverdue(upload)
        return upload
    }

    /// ``find(_:for:)``, not from memory.
    func reload(_ id: UploadID, for client: Client) async throws(MediaError) -> Upload {
        let upload = try await self.records.reload(id, for: client)
        try await self.reaper.expireIfOverdue(upload)
        return upload
    }
}
