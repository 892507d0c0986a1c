import HTTPSemantics
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPServing

/// A request's context with a route, and nothing else.
struct TestContext: RoutedRequestContext {
    var coreContext: CoreRequestContextStorage
    var match: RouteMatch?

    init(source: ApplicationRequestContextSource) { self.coreContext = .init(source: source) }

    static func make() -> TestContext {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        // As Hummingbird's server hands it over.
        logger[metadataKey: "hb.request.id"] = "test"
        return TestContext(source: .init(channel: EmbeddedChannel(), logger: logger))
    }
}

extension HTTPResponder {
    /// Sends a request without content.
    func send(_ method: HTTPRequest.Method, _ target: String, _ fields: HTTPFields = [:]) async throws -> Response
    where Context == TestContext {
        let head = HTTPRequest(method: method, scheme: "http", authority: "host", path: target, headerFields: fields)
        return try await self.respond(
            to: Request(head: head, body: RequestBody(buffer: ByteBuffer())),
            context: TestContext.make()
        )
    }
}

@Suite("Routes and their handlers")
struct RouteResponderTests {
    private static let item = Route(
        "/items/{id}",
        [.get(.read), .delete(.manage), .options],
        crossOrigin: .reading,
        responseFields: [.server: "test"]
    )
    private static let nothing = Route("/items/**", [])
    private static let table = RouteTable([item, nothing])

    private static func responder() throws -> RouteResponder<TestContext> {
        var handlers = RouteHandlers<TestContext>(self.table)
        handlers.on(self.item, .get) { _, context in
            Response(status: .ok, headers: [.eTag: String(context.match?.parameter("id") ?? "")])
        }
        handlers.on(self.item, .delete) { _, _ in throw HTTPError(.conflict, message: "not now") }
        return try handlers.responder(middlewares: [ProblemMiddleware()])
    }

    @Test("The handler of route and method responds, and knows the parameters")
    func handler() async throws {
        let response = try await Self.responder().send(.get, "/items/7?x")
        #expect(response.status == .ok)
        #expect(response.headers[.eTag] == "7")
        #expect(response.headers[.server] == "test")
        #expect(response.headers[.requestID] != nil)
    }

    @Test("Another method is 405 with Allow; what is not there is 404")
    func refusals() async throws {
        let responder = try Self.responder()
        let refused = try await responder.send(.put, "/items/7")
        #expect(refused.status == .methodNotAllowed)
        #expect(refused.headers[.allow] == "GET, DELETE, OPTIONS")
        #expect(refused.headers[.server] == "test")
        for target in ["/items", "/items/7/x", "/", "*"] {
            let missing = try await responder.send(.get, target)
            #expect(missing.status == .notFound, "\(target)")
            #expect(missing.headers[.allow] == nil, "\(target)")
            #expect(missing.headers[.contentType] == "application/problem+json", "\(target)")
        }
    }

    @Test("OPTIONS needs no handler")
    func options() async throws {
        let response = try await Self.responder().send(.options, "/items/7")
        #expect(response.status == .noContent)
        #expect(response.headers[.allow] == "GET, DELETE, OPTIONS")
        #expect(response.headers[.contentLength] == nil)
    }

    @Test("A route that is left out is 404 for its methods, and 405 for others")
    func omitted() async throws {
        var handlers = RouteHandlers<TestContext>(Self.table)
        handlers.omit(Self.item)
        let responder = try handlers.responder(middlewares: [ProblemMiddleware()])
        #expect(try await responder.send(.get, "/items/7").status == .notFound)
        #expect(try await responder.send(.put, "/items/7").status == .methodNotAllowed)
    }

    @Test("Two routes for the same paths are told, whatever their parameters are called")
    func ambiguous() throws {
        let routes = [
            Route("/items/{id}", []), Route("/items/{name}", []), Route("/items/id", []), Route("/items/{id}/**", []),
            Route("/items/{id}/{x}", []), Route("/items//{x}/**", []),
        ]
        let handlers = RouteHandlers<TestContext>(RouteTable(routes))
        #expect {
            _ = try handlers.responder(middlewares: [])
        } throws: {
            ($0 as? RouteMismatch)?.ambiguous.count == 2
        }
        #expect(RouteTable([Self.item, Self.nothing]).ambiguousPatterns.isEmpty)
    }

    @Test("An operation without a handler and a handler without an operation are told")
    func mismatches() {
        var handlers = RouteHandlers<TestContext>(Self.table)
        let other = Route("/other", [.get(.read)])
        for (route, method) in [
            (Self.item, HTTPRequest.Method.get), (Self.item, .get), (Self.item, .put), (other, .get),
        ] {
            handlers.on(route, method) { _, _ in Response(status: .ok) }
        }
        #expect {
            _ = try handlers.responder(middlewares: [])
        } throws: {
            $0 as? RouteMismatch
                == RouteMismatch(
                    missing: ["DELETE /items/{id}"],
                    unknown: ["GET /items/{id}", "PUT /items/{id}", "GET /other"]
                )
        }
    }
}
