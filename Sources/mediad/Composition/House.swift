import Logging
import MediaCatalog
import MediaCore
import MediaEngine
import MediaStorage
import MediaWorkers
import NIOPosix

/// The rooms of the house, put together: adapters below, use cases on top. Both the daemon and the maintenance commands live
/// in it.
struct House: Sendable {
    let settings: Settings
    let database: Database
    let catalog: PostgresCatalog
    let store: DiskStorage
    let blockingPool: NIOThreadPool
    let workers: WorkerPool
    let unsettled: UnsettledIntents
    let commits: CommitService
    let recovery: RecoveryService
    let logger: Logger

    /// - Parameter blockingPool: started; the caller shuts it down after everything else.
    init(_ settings: Settings, database: Database, blockingPool: NIOThreadPool, logger: Logger) throws(MediaError) {
        self.settings = settings
        self.database = database
        self.logger = logger
        self.blockingPool = blockingPool
        self.catalog = PostgresCatalog(client: database.client)
        self.store = try DiskStorage(
            layout: StorageLayout(root: settings.storage.root),
            io: BlockingIO(pool: blockingPool)
        )
        self.workers = WorkerPool(
            executable: "/proc/self/exe",
            arguments: ["worker"] + (settings.workers.runtimeCompiler ? [WorkerMain.compiling] : []),
            count: settings.workers.count,
            limits: WorkerLimits(
                addressSpace: settings.workers.addressSpace,
                cpuTimePerJob: settings.workers.cpuTime,
                wallTimePerJob: settings.workers.wallTime,
                jobsPerWorker: settings.workers.jobsPerWorker,
                maximumWaitingJobs: settings.workers.queue,
                maximumWait: settings.workers.maximumWait,
                outputSize: settings.workers.outputSize
            ),
            logger: logger
        )
        self.unsettled = UnsettledIntents(
            retryInterval: settings.files.retryInterval,
            // The server's own limit is a little longer than ours; twice is past both.
            uncertainty: settings.database.statementTimeout * 2,
            logger: logger
        )
        let commits = CommitService(
            catalog: self.catalog,
            staging: self.store.staging,
            tree: self.store.tree,
            unsettled: self.unsettled,
            maximumWaitersPerName: settings.files.waitersPerName,
            clock: { Timestamp.now() },
            observe: CrashPoints.observer(),
            logger: logger
        )
        self.commits = commits
        self.unsettled.onSettle { intent in try await commits.settle(intent) }
        self.recovery = RecoveryService(
            catalog: self.catalog,
            staging: self.store.staging,
            renditions: self.store.renditions,
            commits: commits,
            logger: logger
        )
    }

    var adoption: AdoptionService {
        AdoptionService(
            collections: self.settings.collections,
            catalog: self.catalog,
            tree: self.store.tree,
            inspector: self.workers,
            limits: self.settings.images.limits,
            clock: { Timestamp.now() }
        )
    }
}
