import HTTPServing
import HTTPTypes

extension Routes {
    /// Becoming a member.
    static let newAccount = Route("/api/accounts", [.post(.anyone, Self.json), .options], parameters: [])
    /// Signing in and out. The refresh cookie is sent to this path and below it, and nowhere else.
    static let session = Route(
        "/api/session",
        [.post(.anyone, Self.json), .delete(.anyone), .options],
        parameters: []
    )
    /// A new access token for the refresh cookie.
    static let refresh = Route("/api/session/refresh", [.post(.anyone, .none), .options], parameters: [])
    /// The person's own account.
    static let me = Route(
        "/api/me",
        [
            .get(.read), .head(.read), .patch(.change, Self.json),
            Self.deletion, .options,
        ],
        parameters: []
    )
    /// A DELETE whose body has the password.
    private static var deletion: Route.Operation {
        var operation = Route.Operation.patch(.change, Self.json)
        operation.method = .delete
        return operation
    }
    /// Everything of the person as one archive.
    static let export = Route("/api/me/export", [.get(.read), .head(.read), .options], parameters: [])
    /// Where the person is signed in.
    static let sessions = Route("/api/me/sessions", [.get(.read), .head(.read), .options], parameters: [])
    static let oneSession = Route("/api/me/sessions/{id}", [.delete(.change), .options], parameters: [])
    /// The public keys of access tokens, for mediad and whoever else is to believe them (RFC 7517).
    static let keys = Route(
        "/.well-known/jwks.json",
        [.get(.anyone), .head(.anyone), .options],
        parameters: []
    )

    static let accounts: [Route] = [newAccount, session, refresh, me, export, sessions, oneSession, keys]
}
