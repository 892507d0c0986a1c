import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import NIOCore

/// Responds to what ``Routes/accounts`` has, but for the sessions (``SessionController``) and the archive (``ExportController``).
struct AccountController {
    let accounts: AccountService
    let tokens: AccessTokens
    let requests: RequestFacts

    init(_ services: FilmsServices) {
        self.accounts = services.accounts.accountService(files: services.files)
        self.tokens = services.accounts.tokens
        self.requests = services.accounts.requests
    }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {
        handlers.on(Routes.newAccount, .post) { request, context in try await self.create(request, context) }
        handlers.on(Routes.me, .get, .head) { _, context in
            try JSON.response(try await self.accounts.accounts.record(of: try context.caller.accountID))
        }
        handlers.on(Routes.me, .patch) { request, context in
            let body = try await RequestBody.read(
                request,
                context,
                types: ["application/json", "application/merge-patch+json"]
            )
            return try JSON.response(try await self.accounts.change(body, by: try context.caller))
        }
        handlers.on(Routes.me, .delete) { request, context in try await self.delete(request, context) }
        handlers.on(Routes.keys, .get, .head) { _, _ in self.keys() }
    }

    private func create(_ request: Request, _ context: FilmsContext) async throws -> Response {
        let address = self.requests.origin(of: request, context).clientNetwork
        try self.accounts.limits.creation.check(address)
        let body = try await RequestBody.read(request, context)
        let first = try await self.accounts.create(body, from: address)
        let headers: HTTPFields = [
            .contentType: "application/json", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            .location: "/api/me",
        ]
        return Response(
            status: .init(code: first.status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: first.body))
        )
    }

    private func delete(_ request: Request, _ context: FilmsContext) async throws -> Response {
        let body = try await RequestBody.read(request, context)
        try await self.accounts.delete(body, by: try context.caller)
        let isSecure = self.requests.origin(of: request, context).scheme == "https"
        return .empty(cookie: RefreshCookie.removing(isSecure: isSecure))
    }

    private func keys() -> Response {
        let headers: HTTPFields = [
            // RFC 7517 section 8.5. A new key signs a minute after it is here.
            .contentType: "application/jwk-set+json", .cacheControl: "public, max-age=30",
            .xContentTypeOptions: "nosniff",
        ]
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: self.tokens.published))
    }
}

/// Where requests come from, as far as it can be believed.
package struct RequestFacts: Sendable {
    let trustedProxies: TrustedAddresses

    func origin(of request: Request, _ context: FilmsContext) -> RequestOrigin {
        RequestOrigin(
            fields: request.headers,
            authority: request.head.authority,
            peer: IPAddress(peer: context.channel.remoteAddress),
            isTrusted: { self.trustedProxies.contains($0) },
            isSecure: request.head.scheme == "https"
        )
    }
}

extension Response {
    /// 204 with a cookie.
    static func empty(cookie: String? = nil) -> Response {
        var response = Response(status: .noContent, headers: [.cacheControl: "no-store"])
        if let cookie { response.headers[.setCookie] = cookie }
        // RFC 9110 section 8.6: a 204 has none.
        response.headers[.contentLength] = nil
        return response
    }
}
