/// Where the types of a service's own problems are named: each is a URI, made of a prefix and the problem's code.
///
///     ProblemNamespace(prefix: "urn:example:problem:").type(ofCode: "busy")   // urn:example:problem:busy
package struct ProblemNamespace: Hashable, Sendable {
    private let prefix: String?

    /// - Parameter prefix: what every type begins with.
    package init(prefix: String) { self.prefix = prefix }

    private init() { self.prefix = nil }

    /// No types: the codes alone tell the problems apart (`about:blank`, RFC 9457 section 4.2.1).
    package static let none = ProblemNamespace()

    /// The type of the problem with this code; nil where there are none.
    package func type(ofCode code: String) -> String? { self.prefix.map { $0 + code } }
}
