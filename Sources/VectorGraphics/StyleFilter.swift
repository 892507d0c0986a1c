/// Lets styles through that only paint.
///
/// CSS has too many ways to load something for a list of what is forbidden alone: escapes, at-rules and every function that takes an
/// address go, and `url()` may only name something in the same file.
///
/// Works on bytes, as the readers of CSS do: in Swift's characters, a bracket with a combining mark behind it is no bracket.
enum StyleFilter {
    private static let loading = [
        "image-set(", "cross-fade(", "image(", "src(", "element(", "expression(", "behavior", "-moz-",
    ].map { Array($0.utf8) }

    /// What would repeat on every child what its parent has once.
    private static let spreading = ["clip-path:inherit", "mask:inherit", "filter:inherit", "all:inherit"].map {
        Array($0.utf8)
    }

    /// A style sheet without comments and at-rules; nil where something in it cannot be trusted.
    static func sheet(_ text: String) -> String? {
        guard let plain = self.withoutAtRules(self.withoutComments(Array(text.utf8))[...]), self.isHarmless(plain),
            self.hasPlainStrings(plain)
        else { return nil }
        return String(decoding: plain, as: UTF8.self)
    }

    /// A declaration list, or the value of one property; nil where something in it cannot be trusted.
    static func declarations(_ text: String) -> String? {
        // Nearly all of them: a colour, a length.
        guard text.utf8.contains(where: { "(\\@/:".utf8.contains($0) }) else { return text }
        let plain = self.withoutComments(Array(text.utf8))
        guard !plain.contains(UInt8(ascii: "@")), self.isHarmless(plain) else { return nil }
        return String(decoding: plain, as: UTF8.self)
    }

    /// The identifiers that the text's `url(#...)` name.
    static func references(in text: String) -> [String] { self.addresses(in: Array(text.utf8)) ?? [] }

    /// The same, of those declarations whose property children take over from their parent: `fill`, `stroke`, markers.
    static func inheritedReferences(in declarations: String) -> [String] {
        declarations.utf8.split(separator: UInt8(ascii: ";")).flatMap { declaration -> [String] in
            let parts = declaration.split(separator: UInt8(ascii: ":"), maxSplits: 1)
            let name = String(decoding: parts.first ?? [], as: UTF8.self).lowercased().filter { !$0.isWhitespace }
            return self.isInherited(name) ? self.addresses(in: Array(declaration)) ?? [] : []
        }
    }

    static func isInherited(_ property: String) -> Bool { !["clip-path", "mask", "filter"].contains(property) }

    private static func isHarmless(_ text: [UInt8]) -> Bool {
        guard !text.contains(UInt8(ascii: "\\")), text.firstRange(of: Array("/*".utf8)) == nil,
            let addresses = self.addresses(in: text)
        else { return false }
        let folded = text.map(\.asciiLowercased)
        let compact = folded.filter { !$0.isBlank }
        guard !self.loading.contains(where: { folded.firstRange(of: $0) != nil }),
            !self.spreading.contains(where: { compact.firstRange(of: $0) != nil })
        else { return false }
        // A variable carries an address to wherever it is used.
        return addresses.isEmpty || !self.declaresVariable(compact)
    }

    /// What stands in `url(#...)`, without the `#`; nil where an address leads elsewhere, has no end, or is spelt so that it could
    /// name something else than its letters say.
    private static func addresses(in text: [UInt8]) -> [String]? {
        var found: [String] = []
        var rest = text[...]
        while let bracket = rest.firstIndex(of: UInt8(ascii: "(")) {
            var before = rest[..<bracket]
            while before.last?.isBlank == true { before.removeLast() }
            rest = rest[(bracket + 1)...]
            guard before.suffix(3).elementsEqual("url".utf8, by: { $0.asciiLowercased == $1 }) else { continue }
            guard let end = rest.firstIndex(of: UInt8(ascii: ")")) else { return nil }
            var address = rest[..<end].trimmingBlanks
            if let quote = address.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                guard address.count >= 2, address.last == quote else { return nil }
                address = address.dropFirst().dropLast()
            }
            guard address.first == UInt8(ascii: "#"), Self.isPlain(fragment: address.dropFirst()) else { return nil }
            found.append(String(decoding: address.dropFirst(), as: UTF8.self))
            rest = rest[end...]
        }
        return found
    }

    /// Whether an identifier behind `#` names the element that has exactly these letters as its `id`: no percent sign, which is
    /// decoded, no blanks, which are dropped, nothing that ends an address or a rule.
    static func isPlain(fragment: some Sequence<UInt8>) -> Bool {
        !fragment.contains { $0 <= 0x20 || "%\"'()\\;{}".utf8.contains($0) }
    }

    private static func withoutComments(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var rest = text[...]
        while let start = rest.firstRange(of: Array("/*".utf8)) {
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstRange(of: Array("*/".utf8)) else { return result }
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    /// An at-rule ends at its semicolon, or with its block.
    private static func withoutAtRules(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let (open, close) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
        var result: [UInt8] = []
        var rest = text
        while let start = rest.firstIndex(of: UInt8(ascii: "@")) {
            result += rest[..<start]
            rest = rest[start...]
            guard let end = rest.firstIndex(where: { $0 == UInt8(ascii: ";") || $0 == open }) else { return result }
            var position = end + 1
            var depth = rest[end] == open ? 1 : 0
            while depth > 0 {
                guard position < rest.endIndex else { return nil }
                if rest[position] == open { depth += 1 }
                if rest[position] == close { depth -= 1 }
                position += 1
            }
            rest = rest[position...]
        }
        return result + rest
    }

    /// Whether braces are what they look like: none stands in a string, and every string ends on its line.
    private static func hasPlainStrings(_ sheet: [UInt8]) -> Bool {
        var quote: UInt8?
        for byte in sheet {
            if let open = quote {
                if byte == open { quote = nil }
                if "{}\n\r\u{c}".utf8.contains(byte) { return false }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            }
        }
        return quote == nil
    }

    /// `--name:`, at the beginning or behind what ends a declaration.
    private static func declaresVariable(_ compact: [UInt8]) -> Bool {
        var rest = compact[...]
        while let dashes = rest.firstRange(of: Array("--".utf8)) {
            if dashes.lowerBound == 0 || ";{}".utf8.contains(compact[dashes.lowerBound - 1]) { return true }
            rest = rest[(dashes.lowerBound + 1)...]
        }
        return false
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) && self != 0x0B }
    fileprivate var asciiLowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}

extension ArraySlice<UInt8> {
    fileprivate var trimmingBlanks: ArraySlice<UInt8> {
        var text = self.drop { $0.isBlank }
        while text.last?.isBlank == true { text.removeLast() }
        return text
    }
}
