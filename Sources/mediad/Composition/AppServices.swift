import Logging
import MediaCatalog
import MediaCore
import MediaEngine
import MediaStorage
import MediaWorkers
import NIOPosix
import WebhookTransport

/// The adapters as the settings want them, and the part of the engine that daemon and maintenance commands share.
struct AppServices: Sendable {
    let settings: Settings
    let database: Database
    let catalog: PostgresCatalog
    let feed: PostgresFeed
    let storage: DiskStorage
    let blockingPool: NIOThreadPool
    let workers: WorkerPool
    let maintenance: MaintenanceServices
    /// Who may do what.
    let access: AccessServices
    /// Makes and changes webhooks.
    let webhooks: WebhookService
    /// Carries messages to their endpoints.
    let webhookSender: WebhookTransport
    /// Whether database and storage root belong together.
    let pairing: TreePairing
    /// The time as far as the expiry of uploads is concerned.
    let expiryClock: ExpiryClock
    /// The time as far as the trash is concerned, which keeps for longer.
    let trashClock: ExpiryClock
    let logger: Logger

    /// - Parameter blockingPool: started; the caller shuts it down after everything else.
    init(_ settings: Settings, database: Database, blockingPool: NIOThreadPool, logger: Logger) throws(MediaError) {
        self.settings = settings
        self.database = database
        self.logger = logger
        self.blockingPool = blockingPool
        self.catalog = PostgresCatalog(client: database.client)
        self.feed = PostgresFeed(client: database.client)
        self.access = try AccessServices(settings, catalog: self.catalog, logger: logger)
        let webhookSender = settings.webhooks.transport(.singleton)
        self.webhookSender = webhookSender
        self.webhooks = WebhookService(
            catalog: self.catalog,
            feed: self.feed,
            sender: webhookSender,
            collections: settings.collections.map(\.name),
            maximum: settings.webhooks.maximum,
            clock: { Timestamp.now() }
        )
        let storage = try DiskStorage(
            layout: StorageLayout(root: settings.storage.root),
            io: BlockingIO(pool: blockingPool),
            reserve: settings.storage.reserve
        )
        self.storage = storage
        self.workers = WorkerPool(settings.workers, logger: logger)
        let expiry = ExpiryClock(keeping: settings.uploads.limits.expiry, clock: { Timestamp.now() })
        self.expiryClock = expiry
        let trashExpiry = ExpiryClock(keeping: settings.trashPatience, clock: { Timestamp.now() })
        self.trashClock = trashExpiry
        let pairing = TreePairing(
            mark: self.storage.mark,
            identities: self.catalog,
            catalog: self.catalog,
            tree: self.storage.tree,
            staging: self.storage.staging,
            logger: logger
        )
        self.pairing = pairing
        self.maintenance = MaintenanceServices(
            ports: EnginePorts(
                catalog: self.catalog,
                links: self.catalog,
                trashCatalog: self.catalog,
                uploadCatalog: self.catalog,
                feed: self.feed,
                feedUpkeep: self.feed,
                notifications: PostgresNotifications(client: database.client, logger: logger),
                staging: self.storage.staging,
                tree: self.storage.tree,
                trash: self.storage.trash,
                renditionStore: self.storage.renditions,
                inspector: self.workers,
                rewriter: self.workers,
                renderer: self.workers,
                verifyPair: { () async throws(MediaError) in try await pairing.verify() },
                room: { () throws(MediaError) in try await storage.room() },
                clock: { Timestamp.now() },
                expiryClock: { expiry.now },
                trashClock: { trashExpiry.now }
            ),
            settings: settings.engine,
            observe: CrashPoints.observer(),
            logger: logger
        )
    }
}

extension WorkerPool {
    /// Workers are this program again, with another command.
    convenience init(_ settings: Settings.Workers, logger: Logger) {
        self.init(
            executable: "/proc/self/exe",
            arguments: ["worker"] + (settings.runtimeCompiler ? [WorkerMain.compiling] : []),
            count: settings.count,
            limits: WorkerLimits(
                addressSpace: settings.addressSpace,
                cpuTimePerJob: settings.cpuTime,
                wallTimePerJob: settings.wallTime,
                renditionsPerJob: settings.renditionsPerJob,
                jobsPerWorker: settings.jobsPerWorker,
                maximumWaitingJobs: settings.queue,
                maximumWait: settings.maximumWait,
                outputSize: settings.outputSize
            ),
            logger: logger
        )
    }
}
