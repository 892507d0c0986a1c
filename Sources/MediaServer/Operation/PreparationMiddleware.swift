import HTTPServing
import Hummingbird
import MediaCore

/// Keeps everybody out until the schema is up to date and what a crash left open is settled: before, records and tree may
/// disagree.
struct PreparationMiddleware: RouterMiddleware {
    typealias Context = MediaRequestContext

    let isPrepared: @Sendable () -> Bool

    func handle(
        _ request: Request,
        context: MediaRequestContext,
        next: (Request, MediaRequestContext) async throws -> Response
    ) async throws -> Response {
        guard self.isPrepared() || context.match?.route.isServedWhileStarting ?? true else {
            throw MediaError(
                .catalogUnavailable,
                "The daemon is still waiting for its database. Try again in a moment."
            )
        }
        return try await next(request, context)
    }
}
