import HTTPServing
import HTTPTypes
import Hummingbird

/// Finds out who makes each request of a route that is not open to everyone.
///
/// Cookies are never looked at here, so no other site can act for a person (docs/films-api.yaml, "Who").
struct AuthenticationMiddleware: RouterMiddleware {
    let verifier: any CallerVerifier

    func handle(
        _ request: Request,
        context: FilmsContext,
        next: (Request, FilmsContext) async throws -> Response
    ) async throws -> Response {
        guard let operation = context.match?.route.operation(request.method), operation.access != .anyone else {
            return try await next(request, context)
        }
        var context = context
        let caller = try await self.verifier.caller(of: try Self.token(of: request))
        context.verifiedCaller = caller
        do {
            return try await next(request, context)
        } catch var error as FilmsError {
            // What went wrong is said in this person's language.
            error.reader = caller.accountID
            throw error
        }
    }

    /// - Throws: ``FilmsError`` `unauthenticated` without exactly one.
    static func token(of request: Request) throws(FilmsError) -> String {
        let values = request.headers[values: .authorization]
        guard values.count == 1, let value = values.first else {
            throw FilmsError(.unauthenticated, .signInAndSendToken)
        }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw FilmsError(.unauthenticated, .sendTokenAsBearer)
        }
        return String(parts[1].drop { $0 == " " })
    }
}
