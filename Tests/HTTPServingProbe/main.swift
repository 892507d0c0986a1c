import Glibc
import HTTPSemantics
import HTTPServing
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import Primitives
import ServiceLifecycle
import UnixSignals

// The smallest service on HTTPServing: one route, in the clear and over TLS, with limits that a test can reach. It knows no
// media; Package.swift shows what it is made of. Arguments: paths of a certificate and its key in PEM. It prints its URLs on one
// line and runs until SIGTERM.

struct ProbeContext: RoutedRequestContext {
    var coreContext: CoreRequestContextStorage
    var match: RouteMatch?

    init(source: ApplicationRequestContextSource) { self.coreContext = .init(source: source) }
}

guard CommandLine.arguments.count == 3 else {
    print("usage: http-serving-probe CERTIFICATE KEY")
    exit(2)
}
let pool = NIOThreadPool(numberOfThreads: 2)
pool.start()
let logger = Logger(label: "http-serving-probe", factory: { _ in SwiftLogNoOpLogHandler() })

do {
    let certificates = try CertificateWatcher(
        files: CertificateFiles(certificate: CommandLine.arguments[1], privateKey: CommandLine.arguments[2]),
        options: TLSOptions(minimumVersion: .tls12, isHTTP2Enabled: true),
        reloadInterval: .seconds(60),
        blockingPool: pool,
        clock: { Timestamp(seconds: Int64(time(nil)), nanoseconds: 0) },
        logger: logger
    )
    let limits = ConnectionLimits(
        maximumConnections: 20,
        maximumConnectionsPerAddress: 3,
        maximumRequestsPerConnection: 2,
        maximumHeaderBytes: 4096,
        maximumHeaderCount: 20,
        idleTimeout: .seconds(30),
        headerTimeout: .seconds(3),
        writeTimeout: .seconds(30),
        lingerTimeout: .seconds(1),
        sendQueueBytes: 0,
        bodyBufferBytes: 1 << 20
    )
    let problems = ProblemNamespace(prefix: "urn:probe:problem:")
    let hello = Route("/hello", [.get(.anyone), .head(.anyone), .options])
    var handlers = RouteHandlers<ProbeContext>(RouteTable([hello]))
    handlers.on(hello, .get, .head) { _, _ in
        Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "hello\n")))
    }
    let server = HTTPServer(
        configuration: .init(
            plain: PlainListener(hostname: "127.0.0.1", port: 0),
            tls: TLSListener(
                hostname: "127.0.0.1",
                port: 0,
                certificates: certificates,
                handshakeTimeout: .seconds(5)
            ),
            problems: problems
        ),
        limiter: ConnectionLimiter(limits: limits, trustedProxies: try TrustedAddresses([])),
        responder: try handlers.responder(middlewares: [ProblemMiddleware(namespace: problems)]),
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        blockingPool: pool,
        onListening: { urls in
            let line = Array((urls.joined(separator: " ") + "\n").utf8)
            _ = write(STDOUT_FILENO, line, line.count)
        },
        logger: logger
    )
    let group = ServiceGroup(
        services: [certificates, server],
        gracefulShutdownSignals: [.sigterm],
        logger: logger
    )
    try await group.run()
} catch {
    print("http-serving-probe: \(error)")
    exit(1)
}
