import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird

/// Answers a browser that goes to an address where nothing is with the page, as 404: a person who mistypes an address, or follows an old
/// link, reads that there is nothing, instead of JSON. The page itself knows its addresses, and says so at any other.
///
/// Programs get a problem as everywhere, and below `/api/` so does everybody.
struct PageFallbackMiddleware: RouterMiddleware {
    let front: FrontBuild
    let responder: FrontResponder

    init(_ front: FrontBuild, _ services: FilmsServices) {
        self.front = front
        self.responder = FrontResponder(services)
    }

    func handle(
        _ request: Request,
        context: FilmsContext,
        next: (Request, FilmsContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch RoutingError.notFound where context.match == nil && Self.isNavigation(request) {
            return self.responder.missing(self.front.page, to: request)
        }
    }

    /// Whether a browser asks for a document: it alone names HTML among what it takes.
    private static func isNavigation(_ request: Request) -> Bool {
        guard request.method == .get || request.method == .head,
            request.uri.path.split(separator: "/").first != "api"
        else { return false }
        return AcceptNegotiation(request.headers[values: .accept].joined(separator: ",")).listsExplicitly("text/html")
    }
}
