import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// `/api/webhooks`: endpoints that changes are sent to. Only whoever may manage reaches it.
struct WebhookController: Sendable {
    let webhooks: WebhookService

    func register(with handlers: inout RouteHandlers<MediaRequestContext>) {
        handlers.on(Routes.webhooks, .get, .head) { _, _ in
            let all = try await self.webhooks.list()
            return try JSON.response(WebhookList(webhooks: all.map { WebhookRecord(status: $0) }))
        }
        handlers.on(Routes.webhooks, .post) { request, context in try await self.create(request, context) }
        handlers.on(Routes.webhook, .get, .head) { _, context in try await self.record(try Self.id(context)) }
        handlers.on(Routes.webhook, .patch) { request, context in
            let id = try Self.id(context)
            let body = try await WebhookBody.read(WebhookBody.Change.self, request, context)
            return try JSON.response(WebhookRecord(status: try await self.webhooks.change(id, body.change)))
        }
        handlers.on(Routes.webhook, .delete) { _, context in
            try await self.webhooks.delete(try Self.id(context))
            var response = Response(status: .noContent)
            // RFC 9110 section 8.6: a 204 has none.
            response.headers[.contentLength] = nil
            return response
        }
        handlers.on(Routes.webhookRotation, .post) { request, context in
            let body = try await WebhookBody.read(WebhookBody.Rotation.self, request, context)
            let secret = try await self.webhooks.rotate(try Self.id(context), dropsOld: body.dropOld ?? false)
            return try JSON.response(WebhookSecretRecord(secret: secret.text))
        }
        handlers.on(Routes.webhookReplay, .post) { request, context in
            let id = try Self.id(context)
            let body = try await WebhookBody.read(WebhookBody.Replay.self, request, context)
            try await self.webhooks.replay(id, from: try Self.start(body.from))
            return try await self.record(id)
        }
        handlers.on(Routes.webhookEnabling, .post) { _, context in
            try await self.webhooks.enable(try Self.id(context))
            return try await self.record(try Self.id(context))
        }
        handlers.on(Routes.webhookDisabling, .post) { _, context in
            try await self.webhooks.disable(try Self.id(context))
            return try await self.record(try Self.id(context))
        }
    }

    private func create(_ request: Request, _ context: MediaRequestContext) async throws -> Response {
        let body = try await WebhookBody.read(WebhookBody.Creation.self, request, context)
        let draft = WebhookDraft(
            url: body.url,
            name: body.name ?? "",
            events: body.events ?? [],
            collections: body.collections ?? [],
            start: try body.from.map { try Self.start($0) }
        )
        let (status, secret) = try await self.webhooks.create(draft)
        var response = try JSON.response(WebhookRecord(status: status, secret: secret), status: .created)
        response.headers[.location] = "/api/webhooks/\(status.webhook.id)"
        return response
    }

    private func record(_ id: WebhookID) async throws -> Response {
        try JSON.response(WebhookRecord(status: try await self.webhooks.status(of: id)))
    }

    private static func id(_ context: MediaRequestContext) throws(MediaError) -> WebhookID {
        guard let id = WebhookID(context.pathID) else {
            throw MediaError(.notFound, "There is no webhook with this id.")
        }
        return id
    }

    private static func start(_ text: String) throws(MediaError) -> WebhookStart {
        guard let start = WebhookStart(text) else {
            throw MediaError(.invalidRequest, "from must be a cursor, \"floor\" or \"now\".")
        }
        return start
    }
}
