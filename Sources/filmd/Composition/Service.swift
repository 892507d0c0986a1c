import FeedServing
import Films
import Foundation
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
        let front = try FrontFolder.read(
            FrontFolder.find(given: self.settings.front.directory, program: Self.program)
        )
        let client = PostgresClient(configuration: try self.databaseConfiguration, logger: self.logger)
        let database = FilmsDatabase(client: client)
        try await self.prepare(database)
        let cursors = PageCursor(secret: try await database.secret("cursors"))
        let passwords = PasswordHasher(self.settings.accounts, logger: self.logger)
        let accounts = try await AccountServices(
            self.settings.accounts,
            database: database,
            passwords: passwords,
            clock: { Timestamp.now() },
            logger: self.logger
        )
        let movies = MovieStore(database: database)
        let sync = SyncServices(
            database: database,
            movies: movies,
            accounts: accounts.records,
            conflicts: MovieConflicts(database: database),
            verifier: accounts.tokens,
            cursors: cursors,
            kept: self.settings.feed,
            limits: self.settings.sync,
            logger: self.logger
        )
        // A change reaches the others at once, without waiting for the next look.
        database.committed.connect { sync.stamper.wake() }
        let services = FilmsServices(
            database: database,
            accounts: accounts,
            media: MediaClient(server: self.settings.media.url, key: self.settings.media.key),
            proxy: self.proxy,
            settings: FilmsSettings(
                mediaPublicURL: self.settings.media.publicURL,
                trustedProxies: self.settings.http.trustedProxies,
                addressLifetime: self.settings.media.addressLifetime,
                grantLifetime: self.settings.media.grantLifetime,
                playlists: self.settings.playlists
            ),
            movies: movies,
            sync: sync,
            cursors: cursors,
            clock: { Timestamp.now() },
            logger: self.logger
        )
        try await FileStore(database: database).adopt(base: services.settings.mediaBase)
        let pool = BackgroundService {
            try await client.run()
        } onGracefulShutdown: {
            await client.close()
        }
        let archive = FrontArchive(database: database)
        let keeping = CancelledService { await archive.run(keeping: front, logger: self.logger) }
        let server = try self.server(
            FilmsServer(services, verifier: accounts.tokens, front: front, archive: archive),
            onListening: onListening
        )
        var configuration = ServiceGroupConfiguration(
            services: [pool, CancelledService { await accounts.follow() }, MediaFollower(services), keeping]
                + sync.background + [StreamingServer(server: server, streams: sync.streams)],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: self.logger
        )
        configuration.maximumGracefulShutdownDuration = self.settings.shutdownTimeout
        try await ServiceGroup(configuration: configuration).run()
        await services.media.shutdown()
        await services.proxy?.shutdown()
        await passwords.shutdown()
        self.logger.notice("Stopped")
    }

    private func server(
        _ server: FilmsServer,
        onListening: @escaping @Sendable ([String]) -> Void
    ) throws -> HTTPServer<RouteResponder<FilmsContext>> {
        HTTPServer(
            configuration: .init(
                plain: PlainListener(hostname: self.settings.http.hostname, port: self.settings.http.port),
                tls: nil,
                problems: .filmd
            ),
            limiter: ConnectionLimiter(limits: self.limits, trustedProxies: self.settings.http.trustedProxies),
            responder: try server.responder(),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            blockingPool: NIOThreadPool.singleton,
            onListening: onListening,
            logger: self.logger
        )
    }

    /// Brings the schema up to date. A database that is not up yet, or in which mediad has not made its tables yet, is waited for.
    private func prepare(_ database: FilmsDatabase) async throws {
        var isWaiting = false
        while true {
            var obstacle = "mediad has not made its tables yet"
            do {
                let row = try await database.client.query("SELECT to_regclass('media.files') IS NOT NULL").rows.first
                if try row?.decode(at: 0, as: Bool.self) == true {
                    return try await database.migrate(logger: self.logger)
                }
            } catch let error as PostgresError where error.isConnectionProblem || error.isPassing {
                obstacle = "\(error)"
            }
            if !isWaiting { self.logger.warning("Waiting for the database", metadata: ["reason": "\(obstacle)"]) }
            isWaiting = true
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Passes files and uploads on, unless browsers reach mediad themselves.
    private var proxy: MediaProxy? {
        guard self.settings.media.publicURL == nil else { return nil }
        return MediaProxy(
            server: self.settings.media.url,
            prefixes: Routes.proxiedPrefixes,
            maximumRequests: self.settings.media.proxyRequests,
            responseTimeout: self.settings.media.responseTimeout
        )
    }

    /// The path of the running program (proc(5)).
    private static var program: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
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

    private var limits: ConnectionLimits {
        ConnectionLimits(
            maximumConnections: OpenFiles.connections(
                atMost: self.settings.http.maximumConnections,
                logger: self.logger
            ),
            maximumConnectionsPerAddress: self.settings.http.maximumConnectionsPerAddress,
            maximumRequestsPerConnection: 100_000,
            maximumHeaderBytes: 32 << 10,
            maximumHeaderCount: 100,
            idleTimeout: self.settings.http.idleTimeout,
            headerTimeout: self.settings.http.headerTimeout,
            writeTimeout: self.settings.http.writeTimeout,
            lingerTimeout: .seconds(2),
            sendQueueBytes: 0,
            bodyBufferBytes: 64 << 20
        )
    }
}

/// The HTTP server, whose endless responses are ended when it has to stop: it would wait for them.
private struct StreamingServer: ServiceLifecycle.Service {
    let server: HTTPServer<RouteResponder<FilmsContext>>
    let streams: SyncStreams

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await self.server.run()
        } onGracefulShutdown: {
            self.streams.close()
        }
        await self.streams.drained()
    }
}
