import Films
import HTTPSemantics
import HTTPServing
import Logging
import MediaClient
import NIOPosix
import Postgres
import Primitives
import ServiceLifecycle
import ServiceSupport
import UnixSignals

/// filmd: the API, what it needs in the background, and the HTTP server, as services in one group.
struct Service: Sendable {
    private let settings: Settings
    private let logger = Logger(label: "filmd")

    init(_ settings: Settings) { self.settings = settings }

    /// Runs until SIGTERM or SIGINT.
    func run(onListening: @escaping @Sendable ([String]) -> Void) async throws {
        let client = PostgresClient(configuration: try self.databaseConfiguration, logger: self.logger)
        let database = FilmsDatabase(client: client)
        try await database.migrate(logger: self.logger)
        let services = FilmsServices(
            database: database,
            media: MediaClient(server: self.settings.media.url, key: self.settings.media.key),
            settings: FilmsSettings(mediaPublicURL: self.settings.media.publicURL),
            cursors: PageCursor(secret: try await database.secret("cursors")),
            clock: { Timestamp.now() },
            logger: self.logger
        )
        try await FileStore(database: database).adopt(base: services.settings.mediaBase)
        let pool = BackgroundService {
            try await client.run()
        } onGracefulShutdown: {
            await client.close()
        }
        var configuration = ServiceGroupConfiguration(
            services: [pool, MediaFollower(services), try self.server(services, onListening: onListening)],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: self.logger
        )
        configuration.maximumGracefulShutdownDuration = self.settings.shutdownTimeout
        try await ServiceGroup(configuration: configuration).run()
        await services.media.shutdown()
        self.logger.notice("Stopped")
    }

    private func server(
        _ services: FilmsServices,
        onListening: @escaping @Sendable ([String]) -> Void
    ) throws -> HTTPServer<RouteResponder<FilmsContext>> {
        HTTPServer(
            configuration: .init(
                plain: PlainListener(hostname: self.settings.http.hostname, port: self.settings.http.port),
                tls: nil,
                problems: .filmd
            ),
            limiter: ConnectionLimiter(limits: Self.limits, trustedProxies: self.settings.http.trustedProxies),
            responder: try FilmsServer(services, verifier: NobodyVerifier()).responder(),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            blockingPool: NIOThreadPool.singleton,
            onListening: onListening,
            logger: self.logger
        )
    }

    private var databaseConfiguration: PostgresConfiguration {
        get throws {
            let configuration = PostgresConfiguration(
                connectionString: self.settings.database.url,
                maximumConnections: self.settings.database.connections,
                applicationName: "filmd"
            )
            try configuration.validate()
            return configuration
        }
    }

    private static let limits = ConnectionLimits(
        maximumConnections: 10_240,
        maximumConnectionsPerAddress: 256,
        maximumRequestsPerConnection: 100_000,
        maximumHeaderBytes: 32 << 10,
        maximumHeaderCount: 100,
        idleTimeout: .seconds(60),
        headerTimeout: .seconds(20),
        writeTimeout: .seconds(60),
        lingerTimeout: .seconds(2),
        sendQueueBytes: 0,
        bodyBufferBytes: 64 << 20
    )
}

/// Lets nobody in.
private struct NobodyVerifier: CallerVerifier {
    func caller(of token: String) async throws(FilmsError) -> Caller {
        throw FilmsError(.tokenInvalid, "The token is none of this service.")
    }
}
