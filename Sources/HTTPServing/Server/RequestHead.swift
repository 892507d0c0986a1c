import HTTPSemantics
import HTTPTypes
import NIOHTTP1

/// What ``RequestHeadRules`` look at in a request's head, of whichever version of HTTP.
protocol RequestHead {
    var methodName: String { get }
    var target: String { get }
    /// Whether the version is HTTP/1.1 or later.
    var isModern: Bool { get }
    /// Every name of the server that the request gives.
    var hosts: [String] { get }
    /// The values of each line with this name.
    func values(_ name: HTTPField.Name) -> [String]
}

/// HTTP/1: the head as it was sent.
extension HTTPRequestHead: RequestHead {
    var methodName: String { self.method.rawValue }
    var target: String { self.uri }
    var isModern: Bool { RequestHeadRules.isModern(self.version) }
    var hosts: [String] { self.headers["host"] }

    func values(_ name: HTTPField.Name) -> [String] { self.headers[name.canonicalName] }
}

/// HTTP/2: `:authority` is the name of the server, unless ``HTTP2StreamFrames`` has found other ones beside it.
extension HTTPRequest: RequestHead {
    var methodName: String { self.method.rawValue }
    var target: String { self.path ?? "" }
    var isModern: Bool { true }
    var hosts: [String] {
        let fields = self.headerFields[values: .hostLine]
        return fields.isEmpty ? self.authority.map { [$0] } ?? [] : fields
    }

    func values(_ name: HTTPField.Name) -> [String] { self.headerFields[values: name] }
}

extension HTTPField.Name {
    /// `Host` as a line of its own; where it has become the authority, HTTPTypes has no such field.
    static let hostLine = HTTPField.Name.literal("host")
}
