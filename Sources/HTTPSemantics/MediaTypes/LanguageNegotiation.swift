/// Which language a client prefers by its Accept-Language field (RFC 9110 section 12.5.4).
///
///     LanguageNegotiation(["fr-CH, fr;q=0.9, en;q=0.8"]).preferred(of: ["en", "fr"])   // fr
package struct LanguageNegotiation: Hashable, Sendable {
    /// One `language-range` with its weight.
    private struct Range: Hashable, Sendable {
        /// Lowercase; `*` alone is any language.
        var tag: String
        /// Thousandths, 0 to 1000.
        var quality: Int
        /// Of equals the one that stands first is preferred, as browsers list them.
        var place: Int
    }

    private let ranges: [Range]

    /// The most members read of one field.
    private static let maximumRanges = 64

    /// Reads the lines of the field. A member that is malformed is passed over.
    package init(_ lines: [String]) {
        var ranges: [Range] = []
        for member in lines.flatMap({ $0.split(separator: ",") }).prefix(Self.maximumRanges) {
            if let (tag, quality) = Self.read(member) {
                ranges.append(Range(tag: tag, quality: quality, place: ranges.count))
            }
        }
        self.ranges = ranges
    }

    /// The offered language that the client likes best; nil when it wants none of them, or says nothing.
    ///
    /// A range is cut from its end until it is an offered language (RFC 4647 section 3.4): `fr-CH` is content with `fr`.
    /// - Parameter offered: in lowercase, the server's own preference first.
    package func preferred(of offered: [String]) -> String? {
        var best: (language: String, range: Range)?
        for language in offered {
            guard let range = self.range(for: language), range.quality > 0 else { continue }
            if let best, !Self.isBetter(range, than: best.range) { continue }
            best = (language, range)
        }
        return best?.language
    }

    /// What names the language itself, best of all; else what names a kind of it; else `*`.
    private func range(for language: String) -> Range? {
        if let own = self.ranges.first(where: { $0.tag == language }), own.quality == 0 { return own }
        let named = self.ranges.filter { $0.tag == language || $0.tag.hasPrefix(language + "-") }
        return named.max { Self.isBetter($1, than: $0) } ?? self.ranges.first { $0.tag == "*" }
    }

    private static func isBetter(_ one: Range, than other: Range) -> Bool {
        (one.quality, -one.place) > (other.quality, -other.place)
    }

    /// `language-range [ weight ]`
    private static func read(_ member: Substring) -> (tag: String, quality: Int)? {
        var scanner = FieldScanner(member)
        scanner.skipOptionalWhitespace()
        guard let tag = scanner.token()?.lowercasedText, Self.isRange(tag) else { return nil }
        scanner.skipOptionalWhitespace()
        guard scanner.take(.semicolon) else { return scanner.isAtEnd ? (tag, 1000) : nil }
        scanner.skipOptionalWhitespace()
        guard scanner.token()?.lowercasedText == "q", scanner.take(.equals),
            let quality = scanner.token().flatMap({ AcceptNegotiation.quality(String(decoding: $0, as: UTF8.self)) })
        else { return nil }
        scanner.skipOptionalWhitespace()
        return scanner.isAtEnd ? (tag, quality) : nil
    }

    /// RFC 4647 section 2.1: `*`, or subtags of up to eight letters and digits.
    private static func isRange(_ tag: String) -> Bool {
        guard tag != "*" else { return true }
        return tag.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { subtag in
            (1...8).contains(subtag.utf8.count) && subtag.utf8.allSatisfy { $0.isDigit || $0.isLetter }
        }
    }
}
