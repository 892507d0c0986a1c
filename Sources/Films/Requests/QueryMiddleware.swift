import HTTPServing
import Hummingbird

/// Refuses parameters that a route does not declare, and those that are there twice: a misspelt filter would otherwise be no filter.
struct QueryMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: FilmsContext,
        next: (Request, FilmsContext) async throws -> Response
    ) async throws -> Response {
        guard let known = context.match?.route.parameters else { return try await next(request, context) }
        var seen: Set<Substring> = []
        for (name, _) in request.uri.queryParameters {
            guard known.contains(String(name)) else {
                guard !known.isEmpty else { throw FilmsError(.invalidRequest, .noParameters) }
                throw FilmsError(.invalidRequest, .unknownParameter, ["known": known.joined(separator: ", ")])
            }
            guard seen.insert(name).inserted else {
                throw FilmsError(.invalidRequest, .parameterTwice, ["name": String(name)])
            }
        }
        return try await next(request, context)
    }
}
