import HTTPServing
import Hummingbird
package import Logging
package import MediaCore
import MediaEngine
package import NIOCore
package import NIOPosix
import ServiceLifecycle

/// HTTP in front of the engine's use cases: builds the router and the fast path, and hands them to an ``HTTPServer``.
package struct MediaServer: Service {
    let configuration: Configuration
    let useCases: UseCases
    private let eventLoopGroup: any EventLoopGroup
    private let blockingPool: NIOThreadPool
    let clock: WallClock
    private let onListening: @Sendable ([String]) -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - blockingPool: threads for reading ahead from disk.
    ///   - onListening: told the server's URLs, once connections are accepted on all of them; the plain one first.
    package init(
        configuration: Configuration,
        useCases: UseCases,
        eventLoopGroup: any EventLoopGroup,
        blockingPool: NIOThreadPool,
        clock: @escaping WallClock,
        onListening: @escaping @Sendable ([String]) -> Void,
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
        let limiter = ConnectionLimiter(
            limits: self.configuration.limits,
            trustedProxies: self.configuration.trustedProxies
        )
        let server = HTTPServer(
            configuration: .init(
                plain: self.configuration.plain,
                tls: self.configuration.tls,
                allowsMethodOverride: { Routes.table.honoursMethodOverride(target: $0) },
                problems: .mediad
            ),
            limiter: limiter,
            responder: try self.responder(limiter),
            fastPath: HotFileFastPath(
                cache: self.useCases.hotFiles,
                crossOrigin: self.configuration.crossOrigin,
                access: self.useCases.access
            ),
            eventLoopGroup: self.eventLoopGroup,
            blockingPool: self.blockingPool,
            onListening: self.onListening,
            logger: self.logger
        )
        let (uploads, hub) = (self.useCases.resumableUploads, self.useCases.events.hub)
        try await withGracefulShutdownHandler {
            try await server.run()
        } onGracefulShutdown: {
            // They keep what came; a video that is being uploaded would hold up the end for as long as it takes.
            uploads.close()
            // Their responses have no end of their own.
            hub.close()
        }
        await hub.drained()
    }
}
