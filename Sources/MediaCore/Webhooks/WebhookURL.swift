/// Where a webhook is sent, read strictly, so that no two readers take another host out of it (RFC 3986; the WHATWG's reading of
/// backslashes, tabs and percent signs in hosts is refused, not guessed).
///
///     try WebhookURL("https://app.example.com/hooks/media?room=1")
package struct WebhookURL: Hashable, Sendable {
    /// As it was given.
    package let text: String
    /// Whether it is `https`.
    package let isSecure: Bool
    /// A name or an address, in lower case; an IPv6 address without its brackets.
    package let host: String
    /// The one given, or that of the scheme.
    package let port: Int
    /// Path and query, as they are sent.
    package let target: String
    /// Whether the host is an IPv6 address.
    private let isBracketed: Bool

    /// Of the whole.
    package static let maximumLengthBytes = 2048
    private static let maximumHostLengthBytes = 253

    /// - Throws: `endpoint_not_allowed` with what is wrong; never with the text itself, which may hold a secret.
    package init(_ text: String) throws(MediaError) {
        guard text.utf8.count <= Self.maximumLengthBytes else {
            throw Self.refusal("it is longer than \(Self.maximumLengthBytes) bytes")
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else {
            throw Self.refusal("it has a space, a backslash, or a character beyond ASCII; encode it")
        }
        guard let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }) else {
            throw Self.refusal("it begins neither with https:// nor with http://")
        }
        let rest = text.dropFirst(scheme.count)
        guard !rest.contains("#") else { throw Self.refusal("it has a fragment (#), which is never sent") }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else {
            throw Self.refusal("it has a user name or password; every message is signed, which proves more")
        }
        let (host, port, isBracketed) = try Self.hostAndPort(authority)
        let target = rest.dropFirst(authority.count)
        self.text = text
        self.isSecure = scheme == "https://"
        self.host = host.lowercased()
        self.port = port ?? (self.isSecure ? 443 : 80)
        self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
        self.isBracketed = isBracketed
    }

    /// As the field `Host` has it: without the port that the scheme implies (RFC 9110 section 7.2).
    package var hostField: String {
        let host = self.isBracketed ? "[\(self.host)]" : self.host
        return self.port == (self.isSecure ? 443 : 80) ? host : "\(host):\(self.port)"
    }

    /// Scheme, host and port, for logs: path and query may be secrets.
    package var origin: String { "\(self.isSecure ? "https" : "http")://\(self.hostField)" }

    private static func hostAndPort(
        _ authority: Substring
    ) throws(MediaError) -> (host: Substring, port: Int?, isBracketed: Bool) {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw self.refusal("a bracket is not closed") }
            let host = authority[authority.index(after: authority.startIndex)..<end]
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                throw self.refusal("there is no IPv6 address between the brackets")
            }
            return (host, try self.port(authority[authority.index(after: end)...]), true)
        }
        let host = authority.prefix { $0 != ":" }
        let isName = host.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_" }
        guard (1...self.maximumHostLengthBytes).contains(host.utf8.count), isName, !host.hasPrefix("."),
            !host.hasSuffix("."),
            !host.contains("..")
        else { throw self.refusal("it has no host, or one that is no name and no address") }
        return (host, try self.port(authority[host.endIndex...]), false)
    }

    private static func port(_ text: Substring) throws(MediaError) -> Int? {
        guard !text.isEmpty else { return nil }
        let digits = text.dropFirst()
        guard text.first == ":", (1...5).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(digits), (1...65535).contains(port)
        else { throw self.refusal("its port is no number from 1 to 65535") }
        return port
    }

    private static func refusal(_ reason: String) -> MediaError {
        MediaError(.endpointNotAllowed, "The URL of a webhook is not allowed: \(reason).")
    }
}
