import HTTPSemantics
import HTTPTypes
import Hummingbird
import HummingbirdCore
package import Logging
package import MediaCore
import MediaEngine
package import NIOCore
package import NIOPosix
import ServiceLifecycle

/// The front door: HTTP in front of the engine's use cases, in the clear and, with a certificate, by TLS.
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
        let listeners = self.listeners()
        let uploads = self.useCases.resumableUploads
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for listener in listeners { group.addTask { try await listener.run() } }
                // One that cannot listen ends the other.
                try await group.waitForAll()
            }
        } onGracefulShutdown: {
            // They keep what came; a film that is being uploaded would hold up the end for as long as it takes.
            uploads.close()
        }
    }

    /// One application for each address; they share the router and all that is bounded for the daemon as a whole.
    private func listeners() -> [any Service] {
        let limits = self.configuration.limits
        let budget = ReceptionBudget(totalBytes: limits.bodyBufferBytes)
        let census = ConnectionCensus(limits: limits, trustedProxies: self.configuration.trustedProxies)
        let http1 = HTTP1Pipeline(
            limits: limits,
            census: census,
            hotFiles: self.useCases.hotFiles,
            crossOrigin: self.configuration.crossOrigin,
            blockingPool: self.blockingPool,
            budget: budget
        )
        let http2 = HTTP2Pipeline(
            limits: limits,
            census: census,
            hotFiles: self.useCases.hotFiles,
            crossOrigin: self.configuration.crossOrigin,
            blockingPool: self.blockingPool,
            budget: budget
        )
        let responder = self.router(census).buildResponder()
        let addresses = ListeningAddresses(
            schemes: (self.configuration.isPlainEnabled ? ["http"] : [])
                + (self.configuration.secure == nil ? [] : ["https"]),
            logger: self.logger,
            onListening: self.onListening
        )
        func listener(_ scheme: String, _ hostname: String, _ port: Int, _ builder: HTTPServerBuilder) -> any Service {
            Application(
                responder: responder,
                server: builder,
                configuration: ApplicationConfiguration(address: .hostname(hostname, port: port)),
                onServerRunning: {
                    addresses.listening(scheme: scheme, at: $0.localAddress, hostname: hostname, port: port)
                },
                eventLoopGroupProvider: .shared(self.eventLoopGroup),
                logger: self.logger
            )
        }
        var listeners: [any Service] = []
        if self.configuration.isPlainEnabled {
            let builder = HTTPServerBuilder { MediaHTTPChannel(responder: $0, pipeline: http1) }
            listeners.append(listener("http", self.configuration.hostname, self.configuration.port, builder))
        }
        if let secure = self.configuration.secure {
            let builder = HTTPServerBuilder {
                SecureMediaChannel(
                    responder: $0,
                    certificates: secure.certificates,
                    handshakeTimeout: secure.handshakeTimeout,
                    census: census,
                    http1: http1,
                    http2: http2
                )
            }
            listeners.append(listener("https", secure.hostname, secure.port, builder))
        }
        return listeners
    }
}
