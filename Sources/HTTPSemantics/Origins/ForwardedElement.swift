/// What one proxy says about the request that it passed on: an element of `Forwarded` (RFC 7239 section 4).
struct ForwardedElement: Hashable, Sendable {
    /// The address that the request came from, without port; nil if it is missing, hidden or no address.
    var address: IPAddress?

    /// What the request's Host was; nil if missing or unusable.
    var host: Authority?

    /// `http` or `https`; nil if missing or another one.
    var scheme: String?

    /// The most elements that are looked at: more proxies are nowhere in a row.
    static let maximumElements = 32

    /// The most parameters of an element; four are defined.
    static let maximumParameters = 16

    /// The elements of all lines of `Forwarded` together, as far as they can be read from the right.
    ///
    /// Proxies add to the right, so a malformed line makes those to its left useless as well, but not those to its right: a
    /// client must not be able to silence a proxy.
    static func list(_ lines: [String]) -> [ForwardedElement] {
        var elements: [ForwardedElement] = []
        for line in lines.reversed() {
            guard elements.count < maximumElements, let read = list(line) else { break }
            elements = read + elements
        }
        return elements.suffix(maximumElements)
    }

    /// The elements of one line; nil if any is malformed or names a parameter twice.
    private static func list(_ line: String) -> [ForwardedElement]? {
        var elements: [ForwardedElement] = []
        var scanner = FieldScanner(line)
        repeat {
            scanner.skipOptionalWhitespace()
            if scanner.isAtEnd || scanner.peek == .comma { continue }
            guard let element = element(&scanner) else { return nil }
            elements.append(element)
        } while scanner.take(.comma)
        return scanner.isAtEnd ? elements : nil
    }

    /// The addresses of `X-Forwarded-For`: a list of elements that have nothing else.
    static func addresses(_ lines: [String]) -> [ForwardedElement] {
        members(lines).suffix(maximumElements).map { ForwardedElement(address: node($0)) }
    }

    /// The members of a list whose members hold no commas, empty ones left out.
    static func members(_ lines: [String]) -> [String] {
        lines.flatMap { $0.utf8.split(separator: .comma) }.compactMap { member in
            let bytes = Array(member)
            guard let first = bytes.firstIndex(where: { !$0.isOptionalWhitespace }),
                let last = bytes.lastIndex(where: { !$0.isOptionalWhitespace })
            else { return nil }
            return String(bytes[first...last])
        }
    }

    private static func element(_ scanner: inout FieldScanner) -> ForwardedElement? {
        var element = ForwardedElement()
        var names: [String] = []
        repeat {
            scanner.skipOptionalWhitespace()
            guard let name = scanner.token()?.lowercasedText, scanner.take(.equals), names.count < maximumParameters,
                !names.contains(name),
                let value = scanner.peek == .quote ? scanner.quotedString() : scanner.token().map({ String($0) })
            else { return nil }
            names.append(name)
            switch name {
            case "for": element.address = node(value)
            case "host": element.host = Authority(value)
            case "proto": element.scheme = Self.scheme(value)
            default: break
            }
            scanner.skipOptionalWhitespace()
        } while scanner.take(.semicolon)
        return scanner.isAtEnd || scanner.peek == .comma ? element : nil
    }

    /// `http` or `https` in any case.
    static func scheme(_ text: String) -> String? {
        let scheme = text.utf8.lowercasedText
        return scheme == "http" || scheme == "https" ? scheme : nil
    }

    /// The address of a node (RFC 7239 section 6): `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]`, `[2001:db8::1]:80`; bare IPv6
    /// too, as `X-Forwarded-For` has it. Nil for `unknown` and for hidden names.
    private static func node(_ text: String) -> IPAddress? {
        if let address = IPAddress(text) { return address }
        guard let authority = Authority(text) else { return nil }
        return IPAddress(
            authority.host.utf8.first == UInt8(ascii: "[") ? authority.host.dropFirst().dropLast() : authority.host[...]
        )
    }
}
