import HTTPSemantics
import Logging
import MediaCatalog
import MediaCore
import MediaEngine
import MediaServer
import MediaStorage
import MediaWorkers
import NIOPosix
import Postgres
import PostgresCluster
import ServiceLifecycle
import ServiceSupport
import UnixSignals

/// The daemon: the house with its front door, as services in one group.
struct Daemon {
    let house: House
    let files: FileService
    let hotFiles: HotFileCache
    let renditions: RenditionService
    let renditionSweeper: RenditionSweeper
    let warmer: RenditionWarmer
    let uploads: UploadService
    let resumableUploads: ResumableUploadService
    let certificates: CertificateWatcher?
    let startUp: StartUp
    let logger: Logger

    init(_ house: House) throws(MediaError) {
        self.house = house
        self.startUp = StartUp(house: house)
        self.logger = house.logger
        let (store, settings) = (house.store, house.settings)
        let hotFiles = HotFileCache(limits: settings.files.hotFiles, blockingPool: house.blockingPool)
        self.certificates = try Self.certificates(of: house)
        let files = FileService(
            catalog: house.catalog,
            tree: store.tree,
            commits: house.commits,
            cacheCapacity: settings.files.cachedRecords,
            clock: { Timestamp.now() },
            observer: hotFiles,
            removed: { file in try? await store.renditions.removeRenditions(of: file.version.digest) }
        )
        let renditionSweeper = RenditionSweeper(
            store: store.renditions,
            maximumSize: settings.renditions.maximumSize,
            interval: settings.renditions.sweepInterval,
            inUse: { hotFiles.renditions },
            logger: house.logger
        )
        let renditions = RenditionService(
            catalog: house.catalog,
            staging: store.staging,
            store: store.renditions,
            renderer: house.workers,
            collections: settings.collections,
            rules: settings.images.rules,
            storyboards: settings.films.storyboards,
            failureLifetime: settings.renditions.failureLifetime,
            onStored: { renditionSweeper.added($0) }
        )
        let warmer = RenditionWarmer(
            files: files,
            renditions: renditions,
            capacity: settings.images.warmingQueue,
            logger: house.logger
        )
        self.uploads = UploadService(
            collections: settings.collections,
            catalog: house.catalog,
            staging: store.staging,
            inspector: house.workers,
            rewriter: house.workers,
            commits: house.commits,
            limits: settings.images.limits,
            clock: { Timestamp.now() },
            published: { published in
                files.forget(published.file.path)
                if let replaced = published.replaced {
                    files.forget(replaced.path)
                    if replaced.version.digest != published.file.version.digest {
                        try? await store.renditions.removeRenditions(of: replaced.version.digest)
                    }
                }
                warmer.add(published.file)
            }
        )
        self.resumableUploads = ResumableUploadService(
            settings: settings.uploads.limits,
            uploads: self.uploads,
            catalog: house.catalog,
            store: try store.uploadStore(checkpointSize: settings.uploads.checkpointSize),
            clock: { Timestamp.now() },
            logger: house.logger
        )
        self.files = files
        self.hotFiles = hotFiles
        self.renditions = renditions
        self.renditionSweeper = renditionSweeper
        self.warmer = warmer
    }

    /// Brings the schema up to date and settles what a crash left open, if the database answers.
    func prepare() async throws { try await self.startUp.tryOnce() }

    /// Runs until SIGTERM or SIGINT; then open requests are finished, and everything is closed in reverse order.
    func run(onListening: @escaping @Sendable ([String]) -> Void) async throws {
        var configuration = ServiceGroupConfiguration(
            services: self.services(onListening: onListening),
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: self.logger
        )
        configuration.maximumGracefulShutdownDuration = self.house.settings.shutdownTimeout
        try await ServiceGroup(configuration: configuration).run()
    }

    /// In the order of starting; stopped from the last to the first.
    private func services(onListening: @escaping @Sendable ([String]) -> Void) -> [any Service] {
        let (house, files, logger) = (self.house, self.files, self.logger)
        var services: [any Service] = []
        if let cluster = house.database.cluster {
            services.append(
                BackgroundService {
                    // Not cut short by a shutdown: the server has to outlive everybody who uses it.
                    try await cluster.run()
                } onGracefulShutdown: {
                    do {
                        try await cluster.close()
                    } catch {
                        logger.error("PostgreSQL could not be stopped", metadata: ["error": "\(error)"])
                    }
                }
            )
        }
        services.append(
            BackgroundService {
                try await house.database.client.run()
            } onGracefulShutdown: {
                await house.database.client.close()
            }
        )
        services.append(self.startUp)
        services.append(house.unsettled)
        services.append(
            CancelledService {
                await ChangeListener(client: house.database.client).run { signal in
                    switch signal {
                    case .listening: files.changesAreHeard(true)
                    case .deaf: files.changesAreHeard(false)
                    case .changed(let path): files.forget(path)
                    }
                }
            }
        )
        let uploads = self.resumableUploads
        services.append(
            CancelledService {
                await UploadReleaseListener(client: house.database.client, logger: logger).run {
                    uploads.release($0, asked: $1)
                }
            }
        )
        services.append(CancelledService { try await house.workers.run() })
        services.append(self.sweeper)
        services.append(self.renditionSweeper)
        services.append(self.warmer)
        services.append(self.factsFiller)
        if let certificates = self.certificates {
            services.append(certificates)
            services.append(
                CancelledService {
                    for await _ in await UnixSignalsSequence(trapping: .sighup) { await certificates.reload() }
                }
            )
        }
        services.append(self.server(onListening: onListening))
        return services
    }

    private var factsFiller: FactsFiller {
        let startUp = self.startUp
        return FactsFiller(
            catalog: self.house.catalog,
            files: self.files,
            inspector: self.house.workers,
            limits: self.house.settings.images.limits,
            pause: self.house.settings.files.fillInPause,
            retryInterval: self.house.settings.files.retryInterval,
            isPrepared: { startUp.isDone },
            logger: self.logger
        )
    }

    private var sweeper: UploadSweeper {
        let startUp = self.startUp
        return UploadSweeper(
            uploads: self.resumableUploads,
            recovery: self.house.recovery,
            retryInterval: self.house.settings.files.retryInterval,
            isPrepared: { startUp.isDone },
            logger: self.logger
        )
    }
}
