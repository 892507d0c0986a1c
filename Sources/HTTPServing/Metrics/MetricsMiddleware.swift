import HTTPTypes
package import Hummingbird
package import Metrics
import Synchronization

/// Counts the responses of the router: by method and status, and again by route.
///
/// Hummingbird's own middleware labels by the path of its router and leaves out what no route is for; this one labels by the route's
/// pattern, never by a path, so that clients cannot make rows without end.
package struct MetricsMiddleware<Context: RoutedRequestContext>: RouterMiddleware {
    /// What the counters are called.
    package struct Names: Sendable {
        /// With the labels `method` and `status`.
        package var responses: String
        /// With the labels `route`, `method` and `status`; the route is a pattern, or `none`.
        package var responsesByRoute: String

        /// What the two counters are called.
        package init(responses: String, responsesByRoute: String) {
            self.responses = responses
            self.responsesByRoute = responsesByRoute
        }
    }

    private let counters: ResponseCounters

    /// - Parameter factory: where the counters are kept.
    package init(names: Names, factory: any MetricsFactory) {
        self.counters = ResponseCounters(responses: names.responses, byRoute: names.responsesByRoute, factory: factory)
    }

    /// Counts the response of the inner layers.
    package func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        self.counters.count(context.match?.route, request.method, response.status)
        return response
    }
}

/// The counters of a middleware, each made when it is first needed.
private final class ResponseCounters: Sendable {
    private struct Key: Hashable {
        var route: ObjectIdentifier?
        var method: String
        var status: Int
    }

    private struct Pair: Sendable {
        var all: Counter
        var ofRoute: Counter
    }

    private let responses: String
    private let byRoute: String
    private let factory: any MetricsFactory
    private let pairs = Mutex<[Key: Pair]>([:])

    init(responses: String, byRoute: String, factory: any MetricsFactory) {
        self.responses = responses
        self.byRoute = byRoute
        self.factory = factory
    }

    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"]

    func count(_ route: Route?, _ method: HTTPRequest.Method, _ status: HTTPResponse.Status) {
        // What clients make up would make rows without end.
        let method = Self.methods.contains(method.rawValue) ? method.rawValue : "other"
        let key = Key(route: route.map { ObjectIdentifier($0) }, method: method, status: status.code)
        let pair = self.pairs.withLock { pairs in
            if let pair = pairs[key] { return pair }
            let pair = self.pair(route?.pattern.description ?? "none", method, status.code)
            pairs[key] = pair
            return pair
        }
        pair.all.increment()
        pair.ofRoute.increment()
    }

    private func pair(_ route: String, _ method: String, _ status: Int) -> Pair {
        let labels = [("method", method), ("status", "\(status)")]
        return Pair(
            all: Counter(label: self.responses, dimensions: labels, factory: self.factory),
            ofRoute: Counter(label: self.byRoute, dimensions: [("route", route)] + labels, factory: self.factory)
        )
    }
}
