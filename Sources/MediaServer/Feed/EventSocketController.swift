import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// `GET /api/events/ws`: the events by WebSocket (RFC 6455).
struct EventSocketController: Sendable {
    let events: EventUseCases
    let crossOrigin: CrossOriginPolicy

    func register(with handlers: inout RouteHandlers<MediaRequestContext>) {
        handlers.on(Routes.eventSocket, .get) { request, context in try await self.upgrade(request, context) }
    }

    private func upgrade(_ request: Request, _ context: MediaRequestContext) async throws -> Response {
        try self.checkOrigin(request)
        let query = try FeedQuery(request)
        let principal = try await context.eventPrincipal(ofTicket: query.ticket, self.events.tickets)
        let events = self.events
        return try await WebSocketUpgrade.response(to: request, on: context.channel) { connection in
            EventSocketSession(connection: connection, events: events, principal: principal)
        }
    }

    /// CORS does not hold for WebSocket: a page of any site may connect, and only the server can refuse (RFC 6455 section 10.2). Programs
    /// send no origin.
    private func checkOrigin(_ request: Request) throws(MediaError) {
        guard let origin = request.headers[.origin] else { return }
        if self.crossOrigin.responseFields(origin: origin)[.accessControlAllowOrigin] != nil { return }
        if let host = request.head.authority, Self.isSame(origin, host) { return }
        throw MediaError(
            .forbidden,
            "Pages of this site may not connect; cors.allowedOrigins has those that may."
        )
    }

    private static func isSame(_ origin: String, _ host: String) -> Bool {
        let (origin, host) = (origin.lowercased(), host.lowercased())
        return origin == "http://\(host)" || origin == "https://\(host)"
    }
}
