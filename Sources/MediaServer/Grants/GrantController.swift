import Access
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// `POST /api/grants`: the right to upload one file, to give away. docs/grants.md describes it.
struct GrantController: Sendable {
    let grants: GrantService

    func register(with handlers: inout RouteHandlers<MediaRequestContext>) {
        handlers.on(Routes.grants, .post) { request, context in try await self.make(request, context) }
    }

    private struct Record: Encodable {
        var token: String
        var expiresAt: String
    }

    private func make(_ request: Request, _ context: MediaRequestContext) async throws -> Response {
        // Who may give what away depends on the body: it is asked there.
        let asker = try context.asker
        let principal = asker.principalOfUpload()
        guard principal.isAuthenticated else { throw asker.unknown }
        let body = try await GrantBody(request, context)
        let (token, expiresAt) = try await self.grants.make(body.request, for: principal)
        return try JSON.response(Record(token: token, expiresAt: "\(expiresAt)"), status: .created)
    }
}
