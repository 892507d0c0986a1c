import HummingbirdCore

/// All routes of a service, and which of them a request is for.
///
/// A path is looked up once for each request; see ``RouteResponder``.
package struct RouteTable: Sendable {
    /// The more specific ones in front: the first that matches is the right one.
    package let routes: [Route]

    /// - Parameter routes: in any order.
    package init(_ routes: [Route]) {
        self.routes = routes.sorted { $0.pattern.isMoreSpecific(than: $1.pattern) }
    }

    /// Patterns that match the same paths as one of another route in the table, which therefore is never found.
    package var ambiguousPatterns: [RoutePattern] {
        var shapes: Set<[String?]> = []
        return self.routes.map(\.pattern).filter { !shapes.insert($0.shape).inserted }
    }

    /// Finds the route of a path.
    ///
    /// - Parameter path: of a request's target, without query, as it was sent.
    /// - Returns: nil where no route leads.
    package func match(path: String) -> RouteMatch? {
        // By bytes, as RFC 3986 section 3.3 has it: to Swift a slash and the accent behind it are one character.
        let segments = path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
        guard let route = self.routes.first(where: { $0.pattern.matches(segments) }) else { return nil }
        return RouteMatch(route: route, segments: segments)
    }

    /// As ``match(path:)``, of a whole request target: origin form or absolute form, with or without a query.
    package func match(target: String) -> RouteMatch? { self.match(path: URI(target).path) }

    /// Whether `X-HTTP-Method-Override` counts for a request with this target. For the layers below the router, which change the
    /// method before anything looks at it.
    package func honoursMethodOverride(target: String) -> Bool {
        self.match(target: target)?.route.honoursMethodOverride ?? false
    }
}

/// The route of a request, and what its path has in place of the pattern's parameters.
package struct RouteMatch: Sendable {
    /// Which route it is.
    package let route: Route
    /// Of the path, without empty ones, as they were sent.
    let segments: [Substring]

    /// What the path has in place of `{name}`, not decoded; nil when the pattern has no such parameter.
    package func parameter(_ name: String) -> Substring? {
        self.route.pattern.index(of: name).map { self.segments[$0] }
    }
}
