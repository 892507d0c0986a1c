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
                let names = known.isEmpty ? "none" : known.joined(separator: ", ")
                throw FilmsError(.invalidRequest, "The query has a parameter that is not known. Known: \(names).")
            }
            guard seen.insert(name).inserted else {
                throw FilmsError(.invalidRequest, "The parameter \(name) is there twice.")
            }
        }
        return try await next(request, context)
    }
}
