/// An entity tag (RFC 9110 8.8.3).
package struct EntityTag: Hashable, Sendable, CustomStringConvertible {
    /// What stands between the quotes: `etagc` bytes only.
    package let opaque: String

    /// Whether the tag is weak (`W/"..."`): it names an equivalent, not an identical representation.
    package let isWeak: Bool

    /// Makes a tag of a version name such as a digest; nil if `opaque` holds a byte that is not `etagc`.
    package init?(opaque: String, isWeak: Bool = false) {
        guard opaque.utf8.allSatisfy(\.isEntityTagCharacter) else { return nil }
        self.opaque = opaque
        self.isWeak = isWeak
    }

    /// Parses exactly one tag, nil for anything else: a list, `*`, an unquoted word.
    package init?(parsing text: some StringProtocol) {
        var scanner = FieldScanner(text)
        guard let tag = EntityTag(&scanner), scanner.isAtEnd else { return nil }
        self = tag
    }

    /// Consumes one tag. `W` is case-sensitive, and a quoted tag knows no escapes.
    init?(_ scanner: inout FieldScanner) {
        isWeak = scanner.take(UInt8(ascii: "W"))
        if isWeak, !scanner.take(.slash) { return nil }
        guard scanner.take(.quote) else { return nil }
        opaque = String(scanner.run(while: \.isEntityTagCharacter))
        guard scanner.take(.quote) else { return nil }
    }

    /// The field value: `"opaque"` or `W/"opaque"`.
    package var description: String {
        isWeak ? "W/\"\(opaque)\"" : "\"\(opaque)\""
    }

    /// Strong comparison (RFC 9110 8.8.3.2): both strong and equal. For If-Match and If-Range.
    package func stronglyMatches(_ other: EntityTag) -> Bool {
        !isWeak && !other.isWeak && weaklyMatches(other)
    }

    /// Weak comparison (RFC 9110 8.8.3.2): equal whatever their strength. For If-None-Match.
    ///
    /// Byte by byte: Swift's `==` on strings would take canonically equivalent ones for equal.
    package func weaklyMatches(_ other: EntityTag) -> Bool {
        opaque.utf8.elementsEqual(other.opaque.utf8)
    }

    package static func == (left: EntityTag, right: EntityTag) -> Bool {
        left.isWeak == right.isWeak && left.weaklyMatches(right)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(isWeak)
        for byte in opaque.utf8 { hasher.combine(byte) }
    }
}

extension UInt8 {
    /// `etagc` of RFC 9110 8.8.3: printable ASCII without the quote, and `obs-text`.
    fileprivate var isEntityTagCharacter: Bool {
        self == UInt8(ascii: "!") || (self >= UInt8(ascii: "#") && self != .delete)
    }
}
