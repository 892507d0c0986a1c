import HTTPSemantics
import HTTPServing
import Hummingbird
import NIOCore
import Primitives

/// Responds to what ``Routes/sync`` has.
struct SyncController {
    let services: FilmsServices

    init(_ services: FilmsServices) { self.services = services }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {
        handlers.on(Routes.snapshot, .get, .head) { request, context in try await self.snapshot(request, context) }
        handlers.on(Routes.changes, .get, .head) { request, context in try await self.changes(request, context) }
        handlers.on(Routes.stream, .get) { request, context in try await self.upgrade(request, context) }
    }

    private func snapshot(_ request: Request, _ context: FilmsContext) async throws -> Response {
        let query = QueryReader(request)
        let caller = try context.caller
        let snapshots = self.services.sync.snapshots
        let limit = try query.integer("limit", 1...1000) ?? 1000
        let place = try query.text("page", atMost: 500).map { text throws(FilmsError) in
            try snapshots.place(text, of: caller.accountID)
        }
        return ReadyJSON.response(
            try await snapshots.page(place ?? .beginning, of: caller.accountID, limit: limit)
        )
    }

    // MARK: Page by page

    private func changes(_ request: Request, _ context: FilmsContext) async throws -> Response {
        let query = QueryReader(request)
        let caller = try context.caller
        let limit = try query.integer("limit", 1...1000) ?? 500
        let wait = try query.number("wait", 0...60) ?? 0
        let hub = self.services.sync.hub
        var cursor: FeedCursor?
        if let since = try query.text("since", atMost: 100) {
            switch SyncCommand.Start(since) {
            case .now:
                let head = try await hub.store.bounds().head
                return Self.response(ChangePage(changes: [], cursor: head, hasMore: false))
            case .cursor(let given): cursor = given
            case nil: throw FilmsError(.invalidRequest, .sinceIsNoCursor)
            }
        }
        let first = try await hub.page(
            after: cursor,
            for: caller.accountID,
            limit: limit,
            maximumBytes: Self.pageBytes
        )
        guard first.changes.isEmpty, !first.hasMore, wait > 0, request.method == .get else {
            return Self.response(first)
        }
        try hub.enter()
        defer { hub.leave() }
        let deadline = ContinuousClock.now + .seconds(wait)
        let waiting = Task {
            var page = first
            while page.changes.isEmpty, !page.hasMore, ContinuousClock.now < deadline, !Task.isCancelled, !hub.isClosing
            {
                await hub.wait(after: page.cursor, for: caller.accountID, until: deadline)
                guard !Task.isCancelled else { break }
                page = try await hub.page(
                    after: page.cursor,
                    for: caller.accountID,
                    limit: limit,
                    maximumBytes: Self.pageBytes
                )
            }
            return page
        }
        await context.channel.whenClientIsGone { waiting.cancel() }
        let page = try await self.services.sync.streams.attending(caller.sessionID) {
            waiting.cancel()
        } _: {
            try await withTaskCancellationHandler {
                try await waiting.value
            } onCancel: {
                waiting.cancel()
            }
        }
        // The session may have been ended meanwhile, which is then why the wait is over.
        guard try await hub.store.endedSessions(among: [caller.sessionID]).isEmpty else {
            throw FilmsError(.unauthenticated, .sessionEnded)
        }
        return Self.response(page)
    }

    /// Of a page, about.
    private static let pageBytes = 8 << 20

    private static func response(_ page: ChangePage) -> Response {
        var body = ByteBuffer(string: "{\"changes\":[")
        for (index, change) in page.changes.enumerated() {
            if index > 0 { body.writeString(",") }
            body.writeBytes(change.json)
        }
        body.writeString("],\"cursor\":\"\(page.cursor)\",\"hasMore\":\(page.hasMore)}")
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/json", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            ],
            body: ResponseBody(byteBuffer: body)
        )
    }

    // MARK: WebSocket

    private func upgrade(_ request: Request, _ context: FilmsContext) async throws -> Response {
        try Self.checkOrigin(request)
        let streams = self.services.sync.streams
        let number = try streams.admit()
        let language = Language.preferred(by: request.headers)
        let choice = self.services.accounts.languages
        let limits = WebSocketLimits(
            messageBytes: Int(streams.limits.messageBytes.bytes),
            pingInterval: TimeAmount(streams.limits.pingInterval)
        )
        return try await WebSocketUpgrade.response(to: request, on: context.channel, limits: limits) { connection in
            let session = SyncSession(
                connection: connection,
                streams: streams,
                number: number,
                language: language,
                choice: choice
            )
            session.begin()
            return session
        }
    }

    /// A page of any site may connect by WebSocket, and only the server can refuse (RFC 6455 section 10.2). Programs send no origin.
    private static func checkOrigin(_ request: Request) throws(FilmsError) {
        let origins = request.headers[values: .origin]
        guard let origin = origins.first?.lowercased() else { return }
        let host = request.head.authority?.lowercased() ?? ""
        guard origins.count == 1, !host.isEmpty, origin == "http://\(host)" || origin == "https://\(host)" else {
            throw FilmsError(.forbidden, .foreignPage)
        }
    }
}
