import HTTPSemantics
import HTTPTypes
package import Hummingbird

/// Finds out which route a request is for, and lets the route's handler respond, behind the middlewares.
///
/// In place of Hummingbird's router: its trie would be a second table of the same paths, and would be read after the middlewares have
/// looked into the first one. ``RouteTable`` is compared with it in a test.
package struct RouteResponder<Context: RoutedRequestContext>: HTTPResponder {
    private let table: RouteTable
    private let chain: any HTTPResponder<Context>

    init(
        table: RouteTable,
        handlers: [ObjectIdentifier: [HTTPRequest.Method: RouteHandlers<Context>.Handler]],
        middlewares: [any MiddlewareProtocol<Request, Response, Context>]
    ) {
        self.table = table
        self.chain = middlewares.reversed().reduce(HandlerResponder(handlers: handlers)) {
            next,
            middleware -> any HTTPResponder<Context> in
            MiddlewareLink(middleware: middleware, next: next)
        }
    }

    /// Responds to a request that just came.
    package func respond(to request: Request, context: Context) async throws -> Response {
        var (request, context) = (request, context)
        context.match = self.table.match(path: request.uri.path)
        // Whoever responds from memory does not look at the others.
        if context.match?.route.isServedFromMemory == true { request = request.onlyReadForFiles }
        guard let fields = context.match?.route.responseFields, !fields.isEmpty else {
            return try await self.chain.respond(to: request, context: context)
        }
        var response = try await self.chain.respond(to: request, context: context)
        for field in fields where !response.headers.contains(field.name) {
            response.headers[field.name] = field.value
        }
        return response
    }
}

/// The innermost link: the handler of the request's route and method.
private struct HandlerResponder<Context: RoutedRequestContext>: HTTPResponder {
    let handlers: [ObjectIdentifier: [HTTPRequest.Method: RouteHandlers<Context>.Handler]]

    func respond(to request: Request, context: Context) async throws -> Response {
        guard let route = context.match?.route else { throw RoutingError.notFound }
        if let handler = self.handlers[ObjectIdentifier(route)]?[request.method] {
            return try await handler(request, context)
        }
        guard !route.operations.isEmpty, route.operation(request.method) == nil else { throw RoutingError.notFound }
        throw RoutingError.methodNotAllowed(route)
    }
}

private struct MiddlewareLink<Context: RoutedRequestContext>: HTTPResponder {
    let middleware: any MiddlewareProtocol<Request, Response, Context>
    let next: any HTTPResponder<Context>

    func respond(to request: Request, context: Context) async throws -> Response {
        try await self.middleware.handle(request, context: context) { request, context in
            try await self.next.respond(to: request, context: context)
        }
    }
}

extension Request {
    /// Without the fields that nobody reads who responds with a file.
    fileprivate var onlyReadForFiles: Request {
        var head = self.head
        head.headerFields = head.headerFields.onlyReadForFiles
        return Request(head: head, body: self.body)
    }
}
