import HTTPSemantics
import HTTPTypes
import Hummingbird
import Testing

@testable import HTTPServing

@Suite("CORS by route")
struct CrossOriginMiddlewareTests {
    private static let read = Route("/read", [.get(.read), .delete(.manage), .options], crossOrigin: .reading)
    private static let write = Route("/write", [.post(.upload, .streamed), .options], crossOrigin: .uploading)
    private static let closed = Route("/closed", [.get(.read)])

    private static func send(
        _ method: HTTPRequest.Method,
        _ target: String,
        _ fields: HTTPFields
    ) async throws -> HTTPFields {
        var handlers = RouteHandlers<TestContext>(RouteTable([read, write, closed]))
        handlers.on(self.read, .get, .delete) { _, _ in Response(status: .ok) }
        handlers.on(self.write, .post) { _, _ in throw HTTPError(.badRequest) }
        handlers.on(self.closed, .get) { _, _ in Response(status: .ok) }
        let policy = CrossOriginPolicy(allowedOrigins: ["https://a.example"])
        return try await handlers.responder(middlewares: [CrossOriginMiddleware(policy: policy), ProblemMiddleware()])
            .send(method, target, fields).headers
    }

    @Test("A route's rule decides which requests of other sites are let in, errors included")
    func rules() async throws {
        let origin: HTTPFields = [.origin: "https://a.example"]
        for (method, target, isAllowed) in [
            (HTTPRequest.Method.get, "/read", true), (.delete, "/read", false), (.put, "/read", false),
            (.post, "/write", true), (.put, "/write", true), (.get, "/closed", false), (.get, "/none", false),
        ] {
            let fields = try await Self.send(method, target, origin)
            let expected = isAllowed ? "https://a.example" : nil
            #expect(fields[.accessControlAllowOrigin] == expected, "\(method) \(target)")
        }
    }

    @Test("A preflight learns the methods of the rule")
    func preflight() async throws {
        let fields: HTTPFields = [.origin: "https://a.example", .accessControlRequestMethod: "GET"]
        let reading = try await Self.send(.options, "/read", fields)
        #expect(reading[.accessControlAllowMethods] == "GET, HEAD, OPTIONS")
        #expect(reading[.allow] == "GET, DELETE, OPTIONS")
        let writing = try await Self.send(.options, "/write", fields)
        #expect(writing[.accessControlAllowMethods]?.contains("PATCH") == true)
        let closed = try await Self.send(.options, "/closed", fields)
        #expect(closed[.accessControlAllowMethods] == nil)
    }
}
