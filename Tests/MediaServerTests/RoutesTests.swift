import HTTPTypes
import Hummingbird
import Logging
import MediaTesting
import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPServing
@testable import MediaServer

/// The daemon's URLs: what is published stays.
@Suite("Routes of the daemon")
struct RoutesTests {
    private static let files = "GET, HEAD, OPTIONS"
    private static let upload = "GET, HEAD, PATCH, DELETE, POST, OPTIONS"

    @Test(
        "Each path has its methods, in the order of Allow",
        arguments: [
            ("/", "GET, HEAD"), ("//", "GET, HEAD"), ("/healthz", "GET, HEAD"), ("/readyz/", "GET, HEAD"),
            ("/metrics", "GET, HEAD"), ("/files/a", files), ("/files/a/b/c.jpg", files), ("/api/files/a", files),
            ("/api/files//a/b", files), ("/api/upload", "POST, OPTIONS"), ("/api/uploads", "POST, OPTIONS"),
            ("/api/uploads/x", upload), ("/api/uploads/x/y/z", ""), ("/api/media", files),
            ("/api/media/x", "GET, HEAD, PATCH, DELETE, OPTIONS"), ("/files", ""), ("/api", ""), ("/api/files", ""),
            ("/api/media/x/addresses", files), ("/api/media/x/links", "GET, HEAD, POST, DELETE, OPTIONS"),
            ("/api/links", "GET, HEAD, DELETE, OPTIONS"), ("/api/trash", files),
            ("/api/trash/x", "GET, HEAD, DELETE, OPTIONS"), ("/api/trash/x/restore", "POST, OPTIONS"),
            ("/api/media/x/y", ""), ("/api/upload/x", ""), ("/api/x", ""), ("/api/grants", "POST"),
            ("/api/webhooks", "GET, HEAD, POST, OPTIONS"), ("/api/webhooks/x", "GET, HEAD, PATCH, DELETE, OPTIONS"),
            ("/api/webhooks/x/rotate", "POST, OPTIONS"), ("/api/webhooks/x/replay", "POST, OPTIONS"),
            ("/api/webhooks/x/enable", "POST, OPTIONS"), ("/api/webhooks/x/disable", "POST, OPTIONS"),
            ("/api/webhooks/x/y", ""),
        ]
    )
    func methods(path: String, allow: String) {
        #expect(Routes.table.match(path: path)?.route.allow == allow)
    }

    @Test("Elsewhere there is nothing", arguments: ["/x", "/healthz/x", "/FILES/a", "/%66iles/a", "*", "/index.html"])
    func nothing(path: String) {
        #expect(Routes.table.match(path: path) == nil)
    }

    @Test("The method can be overridden at uploads, and nowhere else")
    func override() {
        for target in [
            "/api/uploads", "/api/uploads/", "//api//uploads/x?y", "/api/uploads/x/y", "http://host/api/uploads?x",
        ] {
            #expect(Routes.table.honoursMethodOverride(target: target), "\(target)")
        }
        for target in [
            "/api/upload", "/api/uploadsx", "/files/api/uploads", "/api/media/x", "/", "*", "/?/api/uploads",
        ] {
            #expect(!Routes.table.honoursMethodOverride(target: target), "\(target)")
        }
    }

    @Test("While the daemon starts, only operation and page are there")
    func starting() {
        let open = Routes.table.routes.filter(\.isServedWhileStarting).map(\.pattern.description)
        #expect(Set(open) == ["/", "/healthz", "/readyz", "/metrics"])
    }

    @Test(
        "No two routes have the same pattern, no route a method twice, and who changes something needs more than reading"
    )
    func consistency() {
        let routes = Routes.table.routes
        #expect(Set(routes.map(\.pattern)).count == routes.count)
        for route in routes {
            #expect(Set(route.operations.map(\.method)).count == route.operations.count, "\(route.pattern)")
            for operation in route.operations where [.post, .patch, .delete].contains(operation.method) {
                // To have addresses signed changes nothing, nor does a ticket.
                let needed: Set<AccessRequirement> =
                    route === Routes.signing
                    ? [.read] : route === Routes.eventTicket ? [.hear] : [.upload, .change, .link, .manage]
                #expect(needed.contains(operation.access), "\(operation.method) \(route.pattern)")
            }
        }
    }

    // MARK: Hummingbird's router as the reference

    @Test("The table finds what Hummingbird's router finds")
    func reference() async throws {
        var numbers = SeededNumbers(seed: 10)
        let router = Self.router.buildResponder()
        let methods: [HTTPRequest.Method] = [.get, .head, .post, .patch, .put, .delete, .options]
        var found: Set<String> = []
        for _ in 0..<20_000 {
            let target = Self.target(using: &numbers)
            let method = try #require(methods.randomElement(using: &numbers))
            let match = Routes.table.match(target: target)
            let ours = match?.route.operation(method) == nil ? nil : match?.route.pattern.description
            let theirs = try await Self.pattern(router, method, target)
            try #require(ours == theirs, "\(method) \(target)")
            if let ours { found.insert(ours) }
        }
        #expect(found == Set(Routes.table.routes.filter { !$0.operations.isEmpty }.map(\.pattern.description)))
    }

    /// Every operation in Hummingbird's router; the response has the pattern as its tag.
    private static var router: Router<BasicRequestContext> {
        let router = Router()
        for route in Routes.table.routes {
            for operation in route.operations {
                router.on(RouterPath("\(route.pattern)"), method: operation.method) { _, _ in
                    Response(status: .ok, headers: [.eTag: "\(route.pattern)"])
                }
            }
        }
        return router
    }

    private static func pattern(
        _ router: some HTTPResponder<BasicRequestContext>,
        _ method: HTTPRequest.Method,
        _ target: String
    ) async throws -> String? {
        let head = HTTPRequest(method: method, scheme: "http", authority: "host", path: target)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let context = BasicRequestContext(source: .init(channel: EmbeddedChannel(), logger: logger))
        do {
            let response = try await router.respond(
                to: Request(head: head, body: RequestBody(buffer: ByteBuffer())),
                context: context
            )
            return response.headers[.eTag]
        } catch let error as HTTPError where error.status == .notFound {
            return nil
        }
    }

    private static let words = [
        "api", "api", "api", "files", "media", "media", "media", "uploads", "upload", "healthz", "readyz", "metrics",
        "x", "grants", "grants",
        "addresses", "addresses", "addresses", "sign", "sign",
        "API", "%61pi",
        "..", ".", "a.jpg", "é", "%2f", "{id}", "**", "*", ":id", "api ",
    ]

    /// Most are near the routes: their own paths with another word or one too many, their words in any order, slashes doubled.
    private static func target(using numbers: inout SeededNumbers) -> String {
        var target = Int.random(in: 0..<8, using: &numbers) == 0 ? "http://host:80" : ""
        if Bool.random(using: &numbers), let route = Routes.table.routes.randomElement(using: &numbers) {
            for segment in "\(route.pattern)".split(separator: "/").map(String.init) {
                let isOther = ["{id}", "**"].contains(segment) || Int.random(in: 0..<8, using: &numbers) == 0
                target += "/" + (isOther ? self.words.randomElement(using: &numbers) ?? "" : segment)
            }
        }
        for _ in 0..<Int.random(in: 0...5, using: &numbers) where Bool.random(using: &numbers) {
            target += Int.random(in: 0..<8, using: &numbers) == 0 ? "//" : "/"
            target += self.words.randomElement(using: &numbers) ?? ""
        }
        if target.isEmpty || Int.random(in: 0..<6, using: &numbers) == 0 { target += "/" }
        if Int.random(in: 0..<6, using: &numbers) == 0 { target += "?a=/files/b&c" }
        return target
    }
}
