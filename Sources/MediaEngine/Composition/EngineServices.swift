package import FeedServing
package import MediaCore

/// All use cases of the daemon, put together on ``EnginePorts``.
///
/// The order of construction is the order of dependence: whoever hears of changes is made before the dispatcher, whoever makes
/// changes after it.
///
///     let maintenance = MaintenanceServices(ports: ports, settings: settings, logger: logger)
///     let engine = EngineServices(maintenance, uploadStore: uploadStore)
///     let file = try await engine.uploads.store(candidates, in: collection, replace: false)
///
/// ``stamper``, ``follower``, ``pruner``, ``warmer``, ``renditionSweeper``, ``uploadMaintenance``, ``factsFiller`` and ``MaintenanceServices/commitRetrier`` are
/// services that the composition root runs.
package struct EngineServices: Sendable {
    /// The services that these are built on: commits, recovery and adoption.
    package let maintenance: MaintenanceServices
    /// Delivers every change to the subscribers of this process.
    package let changes: ChangeDispatcher
    /// Gives committed changes their positions in the feed.
    package let stamper: FeedStamper
    /// Follows the feed for the caches of this process.
    package let follower: FeedFollower
    /// Says when the feed has moved, to its other readers in this process.
    package let feedSignals: FeedSignalRelay
    /// Removes old changes from the feed.
    package let pruner: FeedPruner
    /// Finds, opens, lists, updates and deletes files.
    package let files: FileService
    /// Makes and stores renditions.
    package let renditions: RenditionService
    /// Stores complete uploads as files of a collection.
    package let uploads: UploadService
    /// Uploads whose bytes come in several requests.
    package let resumableUploads: ResumableUploads
    /// Tells those who listen how far uploads have come.
    package let uploadProgress: UploadProgressTopic
    /// Makes the thumbnails of new files in the background.
    package let warmer: RenditionWarmer
    /// Keeps the stored renditions within their maximum size.
    package let renditionSweeper: RenditionSweeper
    /// Resumes, retries and expires resumable uploads in the background.
    package let uploadMaintenance: UploadMaintenance
    /// Says what uses which file.
    package let links: LinkService
    /// Shows, restores and deletes for good what was deleted.
    package let trash: TrashService
    /// Looks after the trash in the background.
    package let trashMaintenance: TrashMaintenance
    /// Fills in missing facts of recorded files in the background.
    package let factsFiller: FactsFiller

    /// - Parameters:
    ///   - uploadStore: the bytes of resumable uploads.
    ///   - caches: what else keeps something of files; told of changes right after the records.
    ///   - openRenditions: renditions that are served without being opened anew.
    ///   - isPrepared: true once the schema is up to date and what a crash left open is settled.
    package init(
        _ maintenance: MaintenanceServices,
        uploadStore: any UploadStore,
        caches: [any ChangeSubscriber] = [],
        openRenditions: @escaping @Sendable () -> [OpenFile] = { [] },
        isPrepared: @escaping @Sendable () -> Bool = { true }
    ) {
        let (ports, settings, logger) = (maintenance.ports, maintenance.settings, maintenance.logger)
        self.maintenance = maintenance
        // Who hears of changes.
        let records = RecordCache(capacity: settings.cachedRecords)
        let renditionSweeper = RenditionSweeper(
            store: ports.renditionStore,
            maximumSize: settings.renditions.maximumSize,
            interval: settings.renditions.sweepInterval,
            inUse: openRenditions,
            logger: logger
        )
        self.renditionSweeper = renditionSweeper
        self.renditions = RenditionService(
            catalog: ports.catalog,
            staging: ports.staging,
            store: ports.renditionStore,
            renderer: ports.renderer,
            collections: settings.collections,
            rules: settings.pictures,
            storyboards: settings.storyboards,
            failureLifetime: settings.renditions.failureLifetime,
            now: ports.now,
            onStored: { renditionSweeper.added($0) }
        )
        let warmingQueue = WarmingQueue(renditions: self.renditions, capacity: settings.warmingQueue)
        let transfers = UploadTransfers(maximum: settings.uploads.maximumTransfers)
        let notices = RemovalNotices()
        self.stamper = FeedStamper(feed: ports.feedUpkeep, isPrepared: isPrepared, logger: logger)
        self.changes = ChangeDispatcher(
            subscribers: [records] + caches
                + [RenditionRemover(store: ports.renditionStore), warmingQueue, transfers, notices],
            stamper: self.stamper
        )
        self.feedSignals = FeedSignalRelay()
        self.follower = FeedFollower(
            notifications: ports.notifications,
            feed: ports.feed,
            upkeep: ports.feedUpkeep,
            dispatcher: self.changes,
            relay: self.feedSignals,
            isPrepared: isPrepared,
            logger: logger
        )
        self.pruner = FeedPruner(
            feed: ports.feedUpkeep,
            limits: settings.feed,
            isPrepared: isPrepared,
            logger: logger
        )
        // Who makes changes.
        self.files = FileService(
            catalog: ports.catalog,
            tree: ports.tree,
            commits: maintenance.commits,
            cache: records,
            maximumExamined: settings.maximumExamined,
            retention: settings.trash.retention,
            clock: ports.clock,
            changes: self.changes
        )
        let changes = self.changes
        let removals = RemovalSettler(
            catalog: ports.catalog,
            staging: ports.staging,
            commits: maintenance.commits,
            verifyPair: ports.verifyPair,
            logger: logger,
            onRemoved: { await changes.dispatch(.deleted($0)) }
        )
        self.links = LinkService(catalog: ports.links, records: ports.catalog, changes: changes)
        self.trash = TrashService(
            catalog: ports.trashCatalog,
            records: ports.catalog,
            store: ports.trash,
            commits: maintenance.commits,
            removals: removals,
            changes: self.changes,
            observe: maintenance.observe
        )
        self.trashMaintenance = TrashMaintenance(
            catalog: ports.trashCatalog,
            sweeper: maintenance.sweeper,
            removals: removals,
            unlinked: UnlinkedReaper(
                catalog: ports.trashCatalog,
                files: self.files,
                collections: settings.collections,
                clock: ports.trashClock,
                logger: logger
            ),
            notices: notices,
            verifyPair: ports.verifyPair,
            settings: settings.trash,
            isPrepared: isPrepared,
            logger: logger
        )
        let room = StorageRoom(room: ports.room, catalog: ports.uploadCatalog)
        self.uploads = UploadService(
            collections: settings.collections,
            room: room,
            catalog: ports.catalog,
            staging: ports.staging,
            inspector: ports.inspector,
            rewriter: ports.rewriter,
            commits: maintenance.commits,
            limits: settings.pictures.limits,
            clock: ports.clock,
            ownerQuota: settings.uploads.quota.owner,
            changes: self.changes
        )
        self.uploadProgress = UploadProgressTopic(clock: ports.clock)
        self.resumableUploads = ResumableUploads(
            settings: settings.uploads,
            files: self.uploads,
            room: room,
            catalog: ports.uploadCatalog,
            store: uploadStore,
            transfers: transfers,
            progress: self.uploadProgress,
            changes: changes,
            verifyPair: ports.verifyPair,
            clock: ports.clock,
            expiryClock: ports.expiryClock,
            logger: logger
        )
        // What runs in the background.
        self.warmer = RenditionWarmer(
            queue: warmingQueue,
            files: self.files,
            renditions: self.renditions,
            feed: ports.feedUpkeep,
            changes: changes,
            logger: logger
        )
        self.uploadMaintenance = UploadMaintenance(
            of: self.resumableUploads,
            recovery: maintenance.recovery,
            retryInterval: settings.retryInterval,
            isPrepared: isPrepared,
            logger: logger
        )
        self.factsFiller = FactsFiller(
            catalog: ports.catalog,
            files: self.files,
            changes: self.changes,
            inspector: ports.inspector,
            limits: settings.pictures.limits,
            pause: settings.fillInPause,
            retryInterval: settings.retryInterval,
            isPrepared: isPrepared,
            logger: logger
        )
    }
}
