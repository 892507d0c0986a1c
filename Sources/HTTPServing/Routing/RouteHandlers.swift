package import HTTPTypes
package import Hummingbird

/// Which code does the operations of a table's routes: filled by the controllers, then made a responder.
///
///     var handlers = RouteHandlers<Context>(table)
///     handlers.on(Routes.item, .get, .head) { request, context in try await items.item(context) }
///     let responder = try handlers.responder(middlewares: [ProblemMiddleware()])
///
/// Every operation needs a handler and every handler an operation: ``responder(middlewares:)`` says where that is not so. Only
/// OPTIONS is answered without one, with `Allow`.
package struct RouteHandlers<Context: RoutedRequestContext> {
    /// Does one operation.
    package typealias Handler = @Sendable (Request, Context) async throws -> Response

    private let table: RouteTable
    private var handlers: [ObjectIdentifier: [HTTPRequest.Method: Handler]] = [:]
    private var omitted: Set<ObjectIdentifier> = []
    private var unknown: [String] = []

    /// - Parameter table: of the routes that handlers are for.
    package init(_ table: RouteTable) { self.table = table }

    /// Says what does these operations of a route.
    package mutating func on(_ route: Route, _ methods: HTTPRequest.Method..., use handler: @escaping Handler) {
        for method in methods {
            let isKnown = self.table.routes.contains { $0 === route } && route.operation(method) != nil
            guard isKnown, self.handlers[ObjectIdentifier(route)]?[method] == nil else {
                self.unknown.append("\(method.rawValue) \(route.pattern)")
                continue
            }
            self.handlers[ObjectIdentifier(route), default: [:]][method] = handler
        }
    }

    /// Leaves a route without handlers, as it is switched off: requests find nothing there.
    package mutating func omit(_ route: Route) { self.omitted.insert(ObjectIdentifier(route)) }

    /// Puts everything together.
    ///
    /// - Parameter middlewares: the outermost first.
    /// - Throws: when an operation has no handler, or a handler is for no operation, or for one that has a handler already,
    ///   or when two routes have the same pattern.
    package func responder(
        middlewares: [any MiddlewareProtocol<Request, Response, Context>]
    ) throws(RouteMismatch) -> RouteResponder<Context> {
        var handlers = self.handlers
        var missing: [String] = []
        for route in self.table.routes where !self.omitted.contains(ObjectIdentifier(route)) {
            for operation in route.operations where handlers[ObjectIdentifier(route)]?[operation.method] == nil {
                guard operation.method == .options else {
                    missing.append("\(operation.method.rawValue) \(route.pattern)")
                    continue
                }
                handlers[ObjectIdentifier(route), default: [:]][.options] = { _, _ in .options(of: route) }
            }
        }
        let ambiguous = self.table.ambiguousPatterns.map(\.description)
        guard missing.isEmpty, self.unknown.isEmpty, ambiguous.isEmpty else {
            throw RouteMismatch(missing: missing, unknown: self.unknown, ambiguous: ambiguous)
        }
        return RouteResponder(table: self.table, handlers: handlers, middlewares: middlewares)
    }
}

/// Routes and handlers that do not fit together: a defect of the program.
package struct RouteMismatch: Error, Hashable {
    /// Operations without a handler, as `GET /items/{id}`.
    package var missing: [String]
    /// Handlers of no operation, or second ones of one.
    package var unknown: [String]
    /// Patterns that another route of the table has as well.
    package var ambiguous: [String] = []
}

extension Response {
    /// The response to `OPTIONS` (RFC 9110 section 9.3.7). What a preflight wants to know is added by ``CrossOriginMiddleware``.
    package static func options(of route: Route) -> Response {
        var response = Response(status: .noContent, headers: [.allow: route.allow])
        // RFC 9110 section 8.6: a 204 has none.
        response.headers[.contentLength] = nil
        return response
    }
}
