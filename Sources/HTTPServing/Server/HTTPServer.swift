package import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore
package import NIOPosix
import ServiceLifecycle

/// An HTTP server: HTTP/1.1 in the clear, HTTP/1.1 and HTTP/2 over TLS, with limits on everything that a client can use up.
///
///     let limiter = ConnectionLimiter(limits: limits, trustedProxies: proxies)
///     let server = HTTPServer(
///         configuration: .init(plain: PlainListener(hostname: "127.0.0.1", port: 8080), tls: nil),
///         limiter: limiter,
///         responder: router.buildResponder(),
///         eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
///         blockingPool: NIOThreadPool.singleton,
///         logger: logger
///     )
///     try await server.run()
package struct HTTPServer<Responder: HTTPResponder>: Service
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    private let configuration: Configuration
    private let responder: Responder
    private let resources: PipelineResources
    private let eventLoopGroup: any EventLoopGroup
    private let onListening: @Sendable ([String]) -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - limiter: counts the connections, and has their limits.
    ///   - responder: responds to the requests.
    ///   - fastPath: responds to plain requests on the event loop; nil: the responder handles all.
    ///   - blockingPool: threads for reading ahead from disk, and for writing bodies.
    ///   - onListening: told the server's URLs, once connections are accepted on all of them; the plain one first.
    package init(
        configuration: Configuration,
        limiter: ConnectionLimiter,
        responder: Responder,
        fastPath: (any FastPath)? = nil,
        eventLoopGroup: any EventLoopGroup,
        blockingPool: NIOThreadPool,
        onListening: @escaping @Sendable ([String]) -> Void = { _ in },
        logger: Logger
    ) {
        self.configuration = configuration
        self.responder = responder
        self.resources = PipelineResources(
            limits: limiter.limits,
            limiter: limiter,
            headRules: RequestHeadRules(allowsMethodOverride: configuration.allowsMethodOverride),
            problems: configuration.problems,
            fastPath: fastPath,
            blockingPool: blockingPool,
            budget: ReceptionBudget(totalBytes: limiter.limits.bodyBufferBytes)
        )
        self.eventLoopGroup = eventLoopGroup
        self.onListening = onListening
        self.logger = logger
    }

    /// Listens and serves until graceful shutdown; open requests are finished first.
    /// - Throws: ``ListenError`` when an address cannot be listened on.
    package func run() async throws {
        let listeners = self.listeners()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for listener in listeners { group.addTask { try await listener.run() } }
            // One that cannot listen ends the other.
            try await group.waitForAll()
        }
    }

    /// One application for each listener; they share the responder and all that is bounded for the process as a whole.
    private func listeners() -> [any Service] {
        let http1 = HTTP1Pipeline(resources: self.resources)
        let (plain, tls) = (self.configuration.plain, self.configuration.tls)
        let urls = ListeningURLs(
            schemes: (plain == nil ? [] : ["http"]) + (tls == nil ? [] : ["https"]),
            logger: self.logger,
            onListening: self.onListening
        )
        var listeners: [any Service] = []
        if let plain {
            let builder = HTTPServerBuilder { HTTP1Channel(responder: $0, pipeline: http1) }
            listeners.append(self.listener("http", plain.hostname, plain.port, builder, urls))
        }
        if let tls {
            let (limiter, http2) = (self.resources.limiter, HTTP2Pipeline(resources: self.resources))
            let builder = HTTPServerBuilder {
                TLSChannel(responder: $0, listener: tls, limiter: limiter, http1: http1, http2: http2)
            }
            listeners.append(self.listener("https", tls.hostname, tls.port, builder, urls))
        }
        return listeners
    }

    private func listener(
        _ scheme: String,
        _ hostname: String,
        _ port: Int,
        _ builder: HTTPServerBuilder,
        _ urls: ListeningURLs
    ) -> any Service {
        Listener(
            section: scheme == "https" ? "tls" : "http",
            hostname: hostname,
            port: port,
            application: Application(
                responder: self.responder,
                server: builder,
                configuration: ApplicationConfiguration(address: .hostname(hostname, port: port)),
                onServerRunning: {
                    urls.listening(scheme: scheme, at: $0.localAddress, hostname: hostname, port: port)
                },
                eventLoopGroupProvider: .shared(self.eventLoopGroup),
                logger: self.logger
            )
        )
    }
}

/// One application, whose failure to listen is told in words for people.
private struct Listener: Service {
    /// Of the configuration.
    let section: String
    let hostname: String
    let port: Int
    let application: any Service

    func run() async throws {
        do {
            try await self.application.run()
        } catch {
            throw ListenError(error, section: self.section, hostname: self.hostname, port: self.port) ?? error
        }
    }
}
