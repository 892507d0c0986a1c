import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine
import NIOCore

/// `GET /api/changes`: the events page by page, and waiting for the next one.
struct ChangesController: Sendable {
    let events: EventUseCases

    func register(with handlers: inout RouteHandlers<MediaRequestContext>) {
        handlers.on(Routes.changes, .get, .head) { request, context in
            try await self.changes(request, context)
        }
        handlers.on(Routes.eventTicket, .post) { _, context in try await self.ticket(context) }
    }

    private func changes(_ request: Request, _ context: MediaRequestContext) async throws -> Response {
        let query = try FeedQuery(request)
        let authority = self.events.gate.authority(of: try context.eventPrincipal)
        let cursor: FeedCursor?
        switch query.start {
        case .now: return Self.response([], try await self.events.hub.bounds().head, hasMore: false)
        case .cursor(let given): cursor = given
        case .floor, nil: cursor = nil
        }
        let hub = self.events.hub
        var page = try await hub.page(
            after: cursor,
            filter: query.filter,
            limit: query.limit,
            authority: authority
        )
        if page.items.isEmpty, !page.hasMore, query.wait > .zero, request.method == .get {
            let reached = page.cursor
            let waiting = Task {
                try await hub.waitForEvent(
                    after: reached,
                    filter: query.filter,
                    authority: authority,
                    atMost: query.wait
                )
            }
            await context.channel.whenClientIsGone { waiting.cancel() }
            try await withTaskCancellationHandler {
                try await waiting.value
            } onCancel: {
                waiting.cancel()
            }
            if !waiting.isCancelled {
                page = try await hub.page(
                    after: reached,
                    filter: query.filter,
                    limit: query.limit,
                    authority: authority
                )
            }
        }
        return Self.response(page.items, page.cursor, hasMore: page.hasMore)
    }

    private static func response(_ items: [FeedItem], _ cursor: FeedCursor, hasMore: Bool) -> Response {
        var body = ByteBuffer(string: "{\"changes\":[")
        for (index, item) in items.enumerated() {
            if index > 0 { body.writeString(",") }
            body.writeBytes(item.json)
        }
        body.writeString("],\"cursor\":\"\(cursor.text)\",\"hasMore\":\(hasMore)}")
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/json", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            ],
            body: ResponseBody(byteBuffer: body)
        )
    }

    // MARK: Tickets

    private struct Ticket: Encodable {
        var ticket: String
        var expiresAt: String
    }

    private func ticket(_ context: MediaRequestContext) async throws -> Response {
        let (text, expiresAt) = try await self.events.tickets.issue(to: try context.eventPrincipal)
        return try JSON.response(Ticket(ticket: text, expiresAt: expiresAt.description), status: .created)
    }
}
