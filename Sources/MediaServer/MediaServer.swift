package import HTTPSemantics
package import HTTPTypes
import Hummingbird
import HummingbirdCore
package import Logging
package import MediaCore
package import MediaEngine
package import NIOCore
package import NIOPosix
import ServiceLifecycle

/// The front door: HTTP/1.1 in front of the engine's use cases.
package struct MediaServer: Service {
    private let configuration: Configuration
    private let useCases: UseCases
    private let eventLoopGroup: any EventLoopGroup
    private let blockingPool: NIOThreadPool
    private let clock: WallClock
    private let onListening: @Sendable (String) -> Void
    private let logger: Logger

    /// What the server is set to. Every field is a configuration key (`http.*`, `page.*`).
    package struct Configuration: Sendable {
        package var hostname: String
        /// 0 takes any free port.
        package var port: Int
        package var limits: ConnectionLimits
        /// Records on a page of a listing when the client does not say.
        package var standardPageSize: Int
        package var maximumPageSize: Int
        /// Whether `GET /` shows the page.
        package var isPageEnabled: Bool
        /// How slowly the body of a resumable upload may come.
        package var uploadPace: ReceptionPace
        package var uploadExpiry: Duration
        /// Whether `Location` of an upload is a path instead of a whole URL.
        package var hasRelativeLocations: Bool
        /// Peers whose forwarding fields are believed.
        package var trustedProxies: TrustedAddresses
        /// The field in which they name the client.
        package var clientField: HTTPField.Name?
        package var crossOrigin: CrossOriginPolicy
        /// For how their files are served.
        package var collections: [MediaCollection]
        /// Whether a trusted proxy sends the bytes of files itself.
        package var acceleration: Acceleration

        /// Whether some requests for files are answered without their bytes, so that not every answer can be given to everybody.
        package var isAccelerated: Bool { self.acceleration != .none }

        package init(
            hostname: String,
            port: Int,
            limits: ConnectionLimits,
            standardPageSize: Int,
            maximumPageSize: Int,
            isPageEnabled: Bool,
            uploadPace: ReceptionPace,
            uploadExpiry: Duration,
            hasRelativeLocations: Bool,
            trustedProxies: TrustedAddresses,
            clientField: HTTPField.Name?,
            crossOrigin: CrossOriginPolicy,
            collections: [MediaCollection],
            acceleration: Acceleration
        ) {
            self.hostname = hostname
            self.port = port
            self.limits = limits
            self.standardPageSize = standardPageSize
            self.maximumPageSize = maximumPageSize
            self.isPageEnabled = isPageEnabled
            self.uploadPace = uploadPace
            self.uploadExpiry = uploadExpiry
            self.hasRelativeLocations = hasRelativeLocations
            self.trustedProxies = trustedProxies
            self.clientField = clientField
            self.crossOrigin = crossOrigin
            self.collections = collections
            self.acceleration = acceleration
        }
    }

    /// What the controllers call.
    package struct UseCases: Sendable {
        package var uploads: UploadService
        package var resumableUploads: ResumableUploadService
        package var files: FileService
        package var renditions: RenditionService
        package var hotFiles: HotFileCache
        package var catalog: any Catalog
        package var store: any FileStore
        /// False until the schema is up to date and what a crash left open is settled.
        package var isPrepared: @Sendable () -> Bool

        package init(
            uploads: UploadService,
            resumableUploads: ResumableUploadService,
            files: FileService,
            renditions: RenditionService,
            hotFiles: HotFileCache,
            catalog: any Catalog,
            store: any FileStore,
            isPrepared: @escaping @Sendable () -> Bool
        ) {
            self.uploads = uploads
            self.resumableUploads = resumableUploads
            self.files = files
            self.renditions = renditions
            self.hotFiles = hotFiles
            self.catalog = catalog
            self.store = store
            self.isPrepared = isPrepared
        }
    }

    /// - Parameters:
    ///   - blockingPool: threads for reading ahead from disk.
    ///   - onListening: told the server's URL, once connections are accepted.
    package init(
        configuration: Configuration,
        useCases: UseCases,
        eventLoopGroup: any EventLoopGroup,
        blockingPool: NIOThreadPool,
        clock: @escaping WallClock,
        onListening: @escaping @Sendable (String) -> Void,
        logger: Logger
    ) {
        self.configuration = configuration
        self.useCases = useCases
        self.eventLoopGroup = eventLoopGroup
        self.blockingPool = blockingPool
        self.clock = clock
        self.onListening = onListening
        self.logger = logger
    }

    /// Listens and serves until graceful shutdown; open requests are finished first.
    package func run() async throws {
        let logger = self.logger
        let limits = self.configuration.limits
        let pipeline = HTTP1Pipeline(
            limits: limits,
            census: ConnectionCensus(limits: limits, trustedProxies: self.configuration.trustedProxies),
            hotFiles: self.useCases.hotFiles,
            crossOrigin: self.configuration.crossOrigin,
            blockingPool: self.blockingPool
        )
        let application = Application(
            responder: self.router().buildResponder(),
            server: HTTPServerBuilder { MediaHTTPChannel(responder: $0, pipeline: pipeline) },
            configuration: ApplicationConfiguration(
                address: .hostname(self.configuration.hostname, port: self.configuration.port)
            ),
            onServerRunning: { channel in
                let host = channel.localAddress?.ipAddress ?? self.configuration.hostname
                let port = channel.localAddress?.port ?? self.configuration.port
                let url = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
                logger.notice("Listening", metadata: ["url": "\(url)"])
                self.onListening(url)
            },
            eventLoopGroupProvider: .shared(self.eventLoopGroup),
            logger: logger
        )
        let uploads = self.useCases.resumableUploads
        try await withGracefulShutdownHandler {
            try await application.run()
        } onGracefulShutdown: {
            // They keep what came; a film that is being uploaded would hold up the end for as long as it takes.
            uploads.close()
        }
    }

    private var uploadEndpoint: UploadEndpoint {
        let idleTimeout = self.configuration.limits.idleTimeout
        var pace = self.configuration.uploadPace
        // A plain upload cannot be resumed: it gets the patience of any other request, not that of one that loses nothing.
        pace.idleTimeout = idleTimeout
        return UploadEndpoint(
            uploads: self.useCases.resumableUploads,
            files: self.useCases.files,
            renditions: self.useCases.renditions,
            plain: UploadController(uploads: self.useCases.uploads, renditions: self.useCases.renditions, pace: pace),
            settings: .init(
                pace: self.configuration.uploadPace,
                trustedProxies: self.configuration.trustedProxies,
                clientField: self.configuration.clientField,
                hasRelativeLocations: self.configuration.hasRelativeLocations,
                expiry: self.configuration.uploadExpiry
            )
        )
    }

    private func router() -> Router<MediaRequestContext> {
        let router = Router(context: MediaRequestContext.self)
        router.add(middleware: CrossOriginMiddleware(policy: self.configuration.crossOrigin))
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: PreparationMiddleware(isPrepared: self.useCases.isPrepared))
        self.uploadEndpoint.register(with: router)
        FileController(
            files: self.useCases.files,
            renditions: self.useCases.renditions,
            policy: ServingPolicy(collections: self.configuration.collections),
            acceleration: self.configuration.acceleration,
            trustedProxies: self.configuration.trustedProxies,
            keeper: HotFileKeeper(cache: self.useCases.hotFiles, crossOrigin: self.configuration.crossOrigin),
            clock: self.clock
        ).register(with: router)
        RecordController(
            files: self.useCases.files,
            renditions: self.useCases.renditions,
            pageSizes: .init(
                standard: self.configuration.standardPageSize,
                maximum: self.configuration.maximumPageSize
            )
        ).register(with: router)
        HealthController(
            catalog: self.useCases.catalog,
            store: self.useCases.store,
            isPrepared: self.useCases.isPrepared
        ).register(with: router)
        if self.configuration.isPageEnabled {
            PageController(collections: self.useCases.uploads.collectionNames).register(with: router)
        }
        return router
    }
}
