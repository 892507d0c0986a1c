import Logging
import MediaCore

/// The parts of resumable uploads, put together. Each knows only those above it:
///
///     UploadRecords         records, remembered or read
///     UploadLeases          who may write an upload's bytes
///     StagingQuota          what uploads may take of the staging area
///     UploadPipeline        from the last byte to the file's record
///     UploadReaper          what expired, what nobody needs
///     ResumableUploadService     create, append, status: what requests call
///
/// ```swift
/// let uploads = ResumableUploads(settings: settings, files: uploadService, catalog: catalog, store: store, clock: clock, logger: logger)
/// let status = try await uploads.service.create(creation, for: client)
/// let background = UploadMaintenance(of: uploads, recovery: recovery, …)
/// ```
package struct ResumableUploads: Sendable {
    /// What requests call.
    package let service: ResumableUploadService
    let transfers: UploadTransfers
    let leases: UploadLeases
    let pipeline: UploadPipeline
    let reaper: UploadReaper
    let settings: UploadSettings

    /// - Parameters:
    ///   - files: takes finished uploads in.
    ///   - room: of the disk.
    ///   - transfers: the requests of this process that receive bytes; told of what other processes ask for.
    ///   - progress: told of requests that receive bytes.
    ///   - changes: told of what failed, for the readers of the feed.
    ///   - verifyPair: asked before each sweep.
    init(
        settings: UploadSettings,
        files: UploadService,
        room: StorageRoom,
        catalog: any UploadCatalog,
        store: any UploadStore,
        transfers: UploadTransfers,
        progress: UploadProgressTopic,
        changes: ChangeDispatcher,
        verifyPair: @escaping PairVerification,
        clock: @escaping WallClock,
        expiryClock: @escaping WallClock,
        logger: Logger
    ) {
        let records = UploadRecords(
            catalog: catalog,
            cachedUploads: settings.cachedUploads,
            expiry: settings.expiry,
            clock: clock
        )
        let leases = UploadLeases(
            store: store,
            catalog: catalog,
            records: records,
            transfers: transfers,
            takeoverTimeout: settings.takeoverTimeout,
            clock: clock
        )
        let pipeline = UploadPipeline(
            files: files,
            store: store,
            catalog: catalog,
            records: records,
            changes: changes,
            defaultCollection: settings.defaultCollection,
            clock: clock,
            logger: logger
        )
        let reaper = UploadReaper(
            store: store,
            catalog: catalog,
            records: records,
            leases: leases,
            pipeline: pipeline,
            retention: settings.retention,
            verifyPair: verifyPair,
            clock: expiryClock,
            logger: logger
        )
        self.service = ResumableUploadService(
            settings: settings,
            files: files,
            catalog: catalog,
            store: store,
            records: records,
            leases: leases,
            quota: StagingQuota(
                limits: settings.quota,
                room: room,
                catalog: catalog,
                records: records,
                clock: clock
            ),
            pipeline: pipeline,
            reaper: reaper,
            progress: progress,
            clock: clock
        )
        self.transfers = transfers
        self.leases = leases
        self.pipeline = pipeline
        self.reaper = reaper
        self.settings = settings
    }
}
