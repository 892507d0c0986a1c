import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine
import NIOCore

/// `GET /api/events`: the events as they happen, in the form that browsers know (HTML, section 9.2 "Server-sent events").
struct EventStreamController: Sendable {
    let events: EventUseCases

    func register(with handlers: inout RouteHandlers<MediaRequestContext>) {
        handlers.on(Routes.events, .get) { request, context in try await self.stream(request, context) }
    }

    private func stream(_ request: Request, _ context: MediaRequestContext) async throws -> Response {
        var query = try FeedQuery(request)
        try query.resume(request)
        let principal = try await context.eventPrincipal(ofTicket: query.ticket, self.events.tickets)
        let sink = EventStreamSink()
        let authority = self.events.gate.authority(of: principal)
        let (filter, topic) = (query.filter, query.hasProgress ? self.events.progress : nil)
        do throws(MediaError) {
            let subscription = try await self.events.hub.subscribe(
                from: query.start ?? .now,
                filter: query.filter,
                authority: authority,
                sink: sink
            )
            return EndlessBody.response(headers: Self.headers, on: context.channel) { stream in
                sink.begin(stream, subscription)
                guard let listening = topic?.listen(sink, filter: filter, authority: authority) else { return }
                stream.onClose { listening.cancel() }
            }
        } catch {
            // A browser that gets an error does not come again; one that is told does, from where it makes sense.
            guard error.code == .cursorExpired else { throw error }
            let bounds = try await self.events.hub.bounds()
            return Response(
                status: .ok,
                headers: Self.headers,
                body: ResponseBody(byteBuffer: ServerSentEvents.resync(bounds))
            )
        }
    }

    /// Nobody keeps, changes, compresses or collects any of it.
    private static let headers: HTTPFields = [
        .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store, no-transform",
        .xAccelBuffering: "no", .xContentTypeOptions: "nosniff",
    ]
}
