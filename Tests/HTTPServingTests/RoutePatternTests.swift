import HTTPTypes
import Testing

@testable import HTTPServing

@Suite("Patterns of routes")
struct RoutePatternTests {
    @Test(
        "A pattern matches the paths that have its shape",
        arguments: [
            ("/", "", true), ("/", "a", false), ("/a", "a", true), ("/a", "a b", false), ("/a", "A", false),
            ("/a/{id}", "a b", true), ("/a/{id}", "a", false), ("/a/{id}", "a b c", false), ("/a/{id}", "b b", false),
            ("/a/**", "a", false), ("/a/**", "a b", true), ("/a/**", "a b c d", true), ("/a/**", "b b", false),
            ("/{id}/b", "a b", true), ("/{id}/b", "a c", false), ("/**", "a", true), ("/**", "", false),
        ]
    )
    func shapes(pattern: String, path: String, isMatch: Bool) {
        #expect(RoutePattern(pattern).matches(path.split(separator: " ")) == isMatch)
    }

    @Test("A pattern is written as it was read", arguments: ["/", "/a", "/a/{id}/b", "/a/**", "/a/{id}/**"])
    func description(pattern: String) {
        #expect("\(RoutePattern(pattern))" == pattern)
    }

    @Test("Paths are made of patterns")
    func paths() {
        #expect(RoutePattern("/a/{id}/b/{name}").path("1", "x") == "/a/1/b/x")
        #expect(RoutePattern("/a").path() == "/a")
        #expect(RoutePattern("/").path() == "/")
    }
}

@Suite("Tables of routes")
struct RouteTableTests {
    private static let item = Route("/items/{id}", [.get(.read)])
    private static let newest = Route("/items/newest", [.get(.read)])
    private static let below = Route("/items/{id}/**", [.get(.read)], honoursMethodOverride: true)
    private static let rest = Route("/items/**", [])
    // The order of the list decides nothing.
    private static let table = RouteTable([rest, below, item, newest])

    @Test("The most specific pattern is the route's")
    func specific() {
        #expect(Self.table.match(path: "/items/newest")?.route === Self.newest)
        #expect(Self.table.match(path: "/items/7")?.route === Self.item)
        #expect(Self.table.match(path: "/items/7/x")?.route === Self.below)
        #expect(Self.table.match(path: "/items/newest/x")?.route === Self.below)
        #expect(Self.table.match(path: "/items") == nil)
    }

    @Test("Parameters are told as they were sent")
    func values() throws {
        let match = try #require(Self.table.match(path: "//items/%41//b/c%2f/"))
        #expect(match.parameter("id") == "%41")
        #expect(match.parameter("name") == nil)
    }

    @Test("A target may have an authority and a query")
    func targets() {
        for target in ["/items/1/x", "/items/1/x?y=/items", "http://host:80/items/1/x", "http://host//items/1/x?"] {
            #expect(Self.table.match(target: target)?.route === Self.below, "\(target)")
            #expect(Self.table.honoursMethodOverride(target: target), "\(target)")
        }
        for target in ["*", "/", "", "http://host", "/x?/items/1/x", "/items/1"] {
            #expect(!Self.table.honoursMethodOverride(target: target), "\(target)")
        }
    }

    @Test("A route knows its methods in their order")
    func operations() {
        let route = Route("/a", [.get(.read), .patch(.manage, .json(maximumBytes: 9)), .options])
        #expect(route.allow == "GET, PATCH, OPTIONS")
        #expect(route.operation(.patch)?.access == .manage)
        #expect(route.operation(.delete) == nil)
    }
}
