import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import Primitives

/// Signing in, refreshing, signing out; where a person is signed in.
struct SessionController {
    let sessions: SessionService
    let requests: RequestFacts

    init(_ services: FilmsServices) {
        self.sessions = services.accounts.sessionService
        self.requests = services.accounts.requests
    }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {
        handlers.on(Routes.session, .post) { request, context in try await self.signIn(request, context) }
        handlers.on(Routes.session, .delete) { request, context in try await self.signOut(request, context) }
        handlers.on(Routes.refresh, .post) { request, context in try await self.refresh(request, context) }
        handlers.on(Routes.sessions, .get, .head) { _, context in
            let caller = try context.caller
            let sessions = try await self.sessions.sessions.list(
                of: caller.accountID,
                current: caller.sessionID,
                now: self.sessions.clock()
            )
            return try JSON.response(["sessions": sessions])
        }
        handlers.on(Routes.oneSession, .delete) { _, context in
            let session = try context.recordID()
            guard try await self.sessions.end(session, of: try context.caller.accountID) else {
                throw FilmsError.notFound
            }
            return .empty()
        }
    }

    private func signIn(_ request: Request, _ context: FilmsContext) async throws -> Response {
        let origin = self.requests.origin(of: request, context)
        // Nor does a page of another site sign a person in as somebody else.
        try OriginRule.check(request.headers, at: origin)
        try self.sessions.limits.address.check(origin.clientNetwork)
        let body = try await RequestBody.read(request, context)
        var reader = FieldReader(body)
        let name = try reader.text("username", 1...254, isRequired: true)
        let password = try AccountFields.password("password", &reader, body)
        let device = try reader.text("device", 0...100)
        try reader.finish()
        guard let name, let password else { throw FilmsError.defect("username and password are missing.") }
        let attempt = SessionService.Attempt(
            name: name,
            password: password,
            device: device.flatMap { $0.isEmpty ? nil : $0 } ?? Self.browser(of: request),
            address: origin.clientNetwork
        )
        return try self.response(try await self.sessions.signIn(attempt), request, context)
    }

    private func refresh(_ request: Request, _ context: FilmsContext) async throws -> Response {
        let origin = self.requests.origin(of: request, context)
        try OriginRule.check(request.headers, at: origin)
        let grant = try await self.sessions.refresh(
            RefreshCookie.token(in: request.headers),
            address: origin.clientNetwork
        )
        return try self.response(grant, request, context)
    }

    private func signOut(_ request: Request, _ context: FilmsContext) async throws -> Response {
        let origin = self.requests.origin(of: request, context)
        try OriginRule.check(request.headers, at: origin)
        try await self.sessions.signOut(
            RefreshCookie.token(in: request.headers),
            accessToken: try? AuthenticationMiddleware.token(of: request)
        )
        return .empty(cookie: RefreshCookie.removing(isSecure: origin.scheme == "https"))
    }

    private func response(_ grant: SessionGrant, _ request: Request, _ context: FilmsContext) throws -> Response {
        var response = try JSON.response([
            "accessToken": grant.accessToken, "expiresAt": grant.expiresAt.description,
        ])
        response.headers[.setCookie] = RefreshCookie.setting(
            grant.refreshToken,
            seconds: self.sessions.lifetime.components.seconds,
            isSecure: self.requests.origin(of: request, context).scheme == "https"
        )
        return response
    }

    /// What `User-Agent` says, shortened, where it can be shown.
    private static func browser(of request: Request) -> String? {
        guard let text = request.headers[.userAgent] else { return nil }
        return try? TextRules.clean(String(text.prefix(100)), 1...100, allowsLines: false).get()
    }
}
