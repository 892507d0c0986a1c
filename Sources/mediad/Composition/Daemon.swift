import HTTPSemantics
import HTTPServing
import Logging
import MediaCore
import MediaEngine
import MediaServer
import MediaStorage
import MediaWorkers
import NIOPosix
import ServiceLifecycle
import ServiceSupport
import UnixSignals

/// The daemon: the engine, what it needs in the background, and the HTTP server, as services in one group.
struct Daemon {
    let app: AppServices
    let startUp: StartUp
    let hotFiles: HotFileCache
    let engine: EngineServices
    let events: EventUseCases
    let webhooks: WebhookDispatcher
    let certificates: CertificateWatcher?
    let logger: Logger

    init(_ app: AppServices) throws(MediaError) {
        self.app = app
        self.logger = app.logger
        self.certificates = try Self.certificates(of: app)
        let startUp = StartUp(app)
        let hotFiles = HotFileCache(limits: app.settings.files.hotFiles, blockingPool: app.blockingPool)
        self.startUp = startUp
        self.hotFiles = hotFiles
        self.engine = EngineServices(
            app.maintenance,
            uploadStore: try app.storage.uploadStore(checkpointSize: app.settings.uploads.checkpointSize),
            caches: [hotFiles],
            openRenditions: { hotFiles.renditions },
            isPrepared: { startUp.isDone }
        )
        self.events = Self.events(of: app, self.engine)
        let json = FeedEventJSON(renditions: self.engine.renditions)
        self.webhooks = app.webhookDispatcher(
            signals: self.engine.feedSignals,
            data: { json.encode($0) },
            isPrepared: { startUp.isDone }
        )
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
        configuration.maximumGracefulShutdownDuration = self.app.settings.shutdownTimeout
        try await ServiceGroup(configuration: configuration).run()
    }

    /// In the order of starting; stopped from the last to the first.
    private func services(onListening: @escaping @Sendable ([String]) -> Void) -> [any Service] {
        let workers = self.app.workers
        var services = self.app.database.services(logger: self.logger)
        services += [
            self.startUp,
            self.app.maintenance.commitRetrier,
            self.engine.follower,
            self.engine.stamper,
            self.engine.pruner,
            CancelledService { try await workers.run() },
            self.engine.uploadMaintenance,
            self.engine.renditionSweeper,
            self.engine.warmer,
            self.engine.factsFiller,
            self.engine.trashMaintenance,
            self.events.hub,
            self.events.progress,
            self.webhooks,
        ]
        if let certificates = self.certificates {
            services += [
                certificates,
                CancelledService {
                    // Without certificates there is nothing to read again, and the signal is ignored.
                    for await _ in await UnixSignalsSequence(trapping: .sighup) { await certificates.reload() }
                },
            ]
        }
        services += self.app.access.services(pool: self.app.blockingPool)
        services.append(self.server(onListening: onListening))
        return services
    }
}
