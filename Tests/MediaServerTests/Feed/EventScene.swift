import Access
import Credentials
import HTTPSemantics
import HTTPServing
import HTTPServingTesting
import Logging
import MediaCore
import MediaEngine
import MediaTesting
import NIOCore
import NIOPosix
import Synchronization

@testable import MediaServer

/// The routes of events on a server of their own, above a feed in memory.
struct EventScene {
    let feed: InMemoryFeed
    let hub: FeedHub
    let port: Int

    /// Tickets as the database keeps them.
    final class Tickets: EventTicketStore {
        private let kept = Mutex<[Digest: EventTicket]>([:])

        func keep(_ ticket: EventTicket, at time: Timestamp) async throws(MediaError) {
            self.kept.withLock { $0[ticket.digest] = ticket }
        }

        func take(_ digest: Digest, at time: Timestamp) async throws(MediaError) -> EventTicket? {
            guard let ticket = self.kept.withLock({ $0.removeValue(forKey: digest) }) else { return nil }
            return ticket.expiresAt > time ? ticket : nil
        }
    }

    static func event(_ path: String = "posters/1.jpg", _ kind: FeedEvent.Kind = .fileCreated) -> FeedEvent {
        FeedEvent(
            cursor: FeedCursor(epoch: "e1", position: 0),
            kind: kind,
            at: Timestamp(seconds: 1_700_000_000, nanoseconds: 0),
            path: try? MediaPath(validating: path),
            collection: path.split(separator: "/").first.map(String.init),
            links: [FileLink(entity: "movie", entityID: "42", role: "poster")]
        )
    }

    /// Whoever reaches the server may do everything: who may hear what is the gate's.
    private static var openAccess: AccessService {
        let clock: WallClock = { Timestamp(seconds: 1_700_000_000, nanoseconds: 0) }
        let catalog = InMemoryCatalog()
        return AccessService(
            policy: AccessPolicy(visibilities: [:]),
            mode: .open,
            isLoopbackOnly: true,
            keys: KeyService(catalog: KeysInMemory(), clock: clock),
            tokens: TokenAuthority(verifier: TokenVerifier(), keys: KeySet([]), isEmpty: true),
            grants: GrantAuthority(signatureKeys: [], catalog: catalog),
            addresses: AddressAuthority(signatureKeys: [], catalog: catalog),
            clock: clock
        )
    }

    /// Runs `body` with a server, which is ended afterwards.
    static func with(
        _ limits: FeedHub.Limits = FeedHub.Limits(),
        gate: any EventGate = OpenEventGate(),
        origins: [String] = ["https://app.example"],
        _ body: @Sendable (EventScene) async throws -> Void
    ) async throws {
        let feed = InMemoryFeed()
        let json = FeedEventJSON { _ in [] }
        let hub = FeedHub(feed: feed, signals: feed, limits: limits) { json.encode($0) }
        let tickets = EventTicketService(store: Tickets()) { Timestamp(seconds: 1_700_000_000, nanoseconds: 0) }
        let events = EventUseCases(
            hub: hub,
            gate: gate,
            progress: UploadProgressTopic { Timestamp(seconds: 1_700_000_000, nanoseconds: 0) },
            tickets: tickets
        )
        let policy = CrossOriginPolicy(allowedOrigins: origins)
        let table = RouteTable([Routes.changes, Routes.events, Routes.eventSocket, Routes.eventTicket])
        var handlers = RouteHandlers<MediaRequestContext>(table)
        ChangesController(events: events).register(with: &handlers)
        EventStreamController(events: events).register(with: &handlers)
        EventSocketController(events: events, crossOrigin: policy).register(with: &handlers)
        let responder = try handlers.responder(middlewares: [
            CrossOriginMiddleware(policy: policy), ProblemMiddleware(namespace: .mediad),
            AccessMiddleware(service: Self.openAccess),
        ])
        var bounds = ConnectionLimits.plenty
        bounds.maximumConnections = 200
        bounds.maximumConnectionsPerAddress = 200
        // Streams outlive it.
        bounds.idleTimeout = .seconds(1)
        let (urls, listening) = AsyncStream.makeStream(of: String.self)
        let server = HTTPServer(
            configuration: .init(plain: PlainListener(hostname: "127.0.0.1", port: 0), tls: nil, problems: .mediad),
            limiter: ConnectionLimiter(limits: bounds, trustedProxies: try TrustedAddresses([])),
            responder: responder,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            blockingPool: NIOThreadPool.singleton,
            onListening: { listening.yield($0[0]) },
            logger: Logger(label: "events", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let running = Task { try await server.run() }
        let following = Task { try await hub.run() }
        defer {
            running.cancel()
            following.cancel()
        }
        for await url in urls {
            let port = url.split(separator: ":").last.flatMap { Int($0) } ?? 0
            try await body(EventScene(feed: feed, hub: hub, port: port))
            break
        }
        hub.close()
        await hub.drained()
    }

    func connect() async throws -> HTTPProbe { try await HTTPProbe.connect(port: self.port) }

    /// The response to a GET.
    func get(_ target: String, _ fields: String = "") async throws -> ProbeResponse {
        let probe = try await self.connect()
        try await probe.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
        return try await probe.receive()
    }

    /// A stream of events whose head has come.
    func stream(_ query: String = "", _ fields: String = "") async throws -> (HTTPProbe, ProbeResponse) {
        let probe = try await self.connect()
        try await probe.send("GET /api/events\(query) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
        return (probe, try await probe.receiveHead())
    }
}

extension HTTPProbe {
    /// The next event of a stream in chunks, each of which is one write.
    func nextChunk() async throws -> String {
        let size = try await self.take(through: "\r\n")
        let count = Int(String(decoding: size, as: UTF8.self), radix: 16) ?? 0
        return String(decoding: try await self.take(exactly: count + 2).dropLast(2), as: UTF8.self)
    }
}
