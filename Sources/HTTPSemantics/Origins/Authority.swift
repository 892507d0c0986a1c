/// `host[:port]` of a URL (RFC 3986 3.2), strictly: it ends up in URLs that are given to clients.
struct Authority: Hashable, Sendable {
    /// A name, an IPv4 address, or an IPv6 address in brackets; lowercase.
    let host: String

    /// Nil when none is given.
    let port: UInt16?

    /// Parses letters, digits, `-`, `.`, `_`, or an address; no user, no percent signs, at most 253 bytes of name.
    init?(_ text: some StringProtocol) {
        var scanner = FieldScanner(text)
        if scanner.peek == UInt8(ascii: "[") {
            _ = scanner.next()
            let inner = String(scanner.run { $0 != UInt8(ascii: "]") && $0 != .percent })
            guard scanner.take(UInt8(ascii: "]")), inner.utf8.contains(UInt8(ascii: ":")), IPAddress(inner) != nil
            else {
                return nil
            }
            host = "[\(inner.utf8.lowercasedText)]"
        } else {
            let name = scanner.run {
                $0.isDigit || $0.isLetter || $0 == .dash || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
            }
            guard (1...253).contains(name.count) else { return nil }
            host = name.lowercasedText
        }
        guard scanner.take(UInt8(ascii: ":")) else {
            port = nil
            guard scanner.isAtEnd else { return nil }
            return
        }
        let digits = scanner.run(while: \.isDigit)
        guard scanner.isAtEnd, (1...5).contains(digits.count), let number = UInt16(String(digits)), number > 0 else {
            return nil
        }
        port = number
    }

    /// `host[:port]`, without a port that the scheme implies.
    func text(for scheme: String) -> String {
        guard let port, port != Self.defaultPort(of: scheme) else { return host }
        return "\(host):\(port)"
    }

    /// 80 for http, 443 for https.
    static func defaultPort(of scheme: String) -> UInt16? {
        switch scheme {
        case "http": 80
        case "https": 443
        default: nil
        }
    }
}
