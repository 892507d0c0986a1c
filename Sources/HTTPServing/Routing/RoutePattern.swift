/// The shape of the paths that a ``Route`` is for: `/api/media/{id}`, `/files/**`.
///
/// A segment is text that must be there as it is, or `{name}`, which takes any one segment. `**` at the end takes one segment or
/// more. Segments are compared as they were sent: nothing is decoded, and empty ones do not count, so that `//files//a` is `/files/a`.
package struct RoutePattern: Hashable, Sendable {
    /// One part of a pattern between slashes.
    package enum Segment: Hashable, Sendable {
        /// Matches itself.
        case literal(String)
        /// Matches any one segment, which gets this name.
        case parameter(String)
    }

    /// What stands before the tail.
    package let segments: [Segment]
    /// Whether one or more segments of any kind follow.
    package let hasTail: Bool

    /// Reads a pattern such as `/api/media/{id}`.
    ///
    /// - Parameter text: `**` stands at the end or nowhere; elsewhere it is a segment like others.
    package init(_ text: String) {
        var parts = text.split(separator: "/")
        self.hasTail = parts.last == "**"
        if self.hasTail { parts.removeLast() }
        self.segments = parts.map { part in
            part.first == "{" && part.last == "}"
                ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
        }
    }

    /// Whether a path with these segments is one of the pattern's.
    func matches(_ path: [Substring]) -> Bool {
        guard self.hasTail ? path.count > self.segments.count : path.count == self.segments.count else { return false }
        for (index, segment) in self.segments.enumerated() {
            if case .literal(let text) = segment, path[index] != text { return false }
        }
        return true
    }

    /// The place of a parameter among the segments; nil when the pattern has none of this name.
    func index(of parameter: String) -> Int? { self.segments.firstIndex(of: .parameter(parameter)) }

    /// A path of this pattern.
    ///
    ///     RoutePattern("/api/media/{id}").path("42")   // /api/media/42
    ///
    /// - Parameter values: for the parameters, in their order and percent-encoded already. Where one is missing, its name stays.
    package func path(_ values: String...) -> String {
        var values = values[...]
        return "/"
            + self.segments.map { segment in
                switch segment {
                case .literal(let text): text
                case .parameter(let name): values.popFirst() ?? "{\(name)}"
                }
            }.joined(separator: "/")
    }

    /// Whether a path that both match is rather this pattern's: text is more specific than a parameter, a parameter than a tail.
    func isMoreSpecific(than other: RoutePattern) -> Bool { self.ranks.lexicographicallyPrecedes(other.ranks) }

    /// The same for patterns that match the same paths: names of parameters make no difference.
    var shape: [String?] {
        self.segments.map { segment in
            if case .literal(let text) = segment { text } else { nil }
        } + (self.hasTail ? ["/**"] : [])
    }

    private var ranks: [Int] {
        self.segments.map { segment in
            if case .literal = segment { 0 } else { 1 }
        } + (self.hasTail ? [2] : [])
    }
}

extension RoutePattern: CustomStringConvertible {
    /// The pattern as it was written. It is the route's label in metrics and logs.
    package var description: String {
        let parts = self.segments.map { segment in
            switch segment {
            case .literal(let text): text
            case .parameter(let name): "{\(name)}"
            }
        }
        return "/" + (parts + (self.hasTail ? ["**"] : [])).joined(separator: "/")
    }
}
