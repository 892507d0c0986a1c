/// Lets styles through that only paint.
///
/// CSS has too many ways to load something for a list of what is forbidden alone: escapes, at-rules and every function that takes an
/// address go, and `url()` may only name something in the same file.
enum StyleFilter {
    private static let loading = [
        "image-set(", "cross-fade(", "image(", "src(", "element(", "expression(", "behavior", "-moz-",
    ]

    /// A style sheet without comments and at-rules; nil where something in it cannot be trusted.
    static func sheet(_ text: String) -> String? {
        guard let plain = self.withoutAtRules(self.withoutComments(text)), self.isHarmless(plain) else { return nil }
        return plain
    }

    /// A declaration list, or the value of one property; nil where something in it cannot be trusted.
    static func declarations(_ text: String) -> String? {
        // Nearly all of them: a colour, a length.
        guard text.utf8.contains(where: { "(\\@/".utf8.contains($0) }) else { return text }
        let plain = self.withoutComments(text)
        return plain.contains("@") || !self.isHarmless(plain) ? nil : plain
    }

    /// The identifiers that the text's `url(#...)` name.
    static func references(in text: String) -> [String] {
        (self.addresses(in: text) ?? []).map { String($0.dropFirst()) }
    }

    private static func isHarmless(_ text: String) -> Bool {
        guard !text.contains("\\"), let addresses = self.addresses(in: text) else { return false }
        let folded = text.lowercased()
        return addresses.allSatisfy { $0.hasPrefix("#") } && !self.loading.contains { folded.contains($0) }
    }

    /// What stands in `url(...)`, without quotes; nil where one has no end.
    private static func addresses(in text: String) -> [String]? {
        var found: [String] = []
        var rest = text[...]
        while let start = rest.firstRange(of: /[uU][rR][lL]\s*\(/) {
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: ")") else { return nil }
            found.append(String(rest[..<end].trimming { $0.isWhitespace || $0 == "\"" || $0 == "'" }))
            rest = rest[end...]
        }
        return found
    }

    private static func withoutComments(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "/*") {
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstRange(of: "*/") else { return result }
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    /// An at-rule ends at its semicolon, or with its block.
    private static func withoutAtRules(_ text: String) -> String? {
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "@") {
            result += rest[..<start]
            rest = rest[start...]
            guard let end = rest.firstIndex(where: { $0 == ";" || $0 == "{" }) else { return result }
            var position = rest.index(after: end)
            if rest[end] == "{" {
                var depth = 1
                while depth > 0 {
                    guard position < rest.endIndex else { return nil }
                    if rest[position] == "{" { depth += 1 }
                    if rest[position] == "}" { depth -= 1 }
                    position = rest.index(after: position)
                }
            }
            rest = rest[position...]
        }
        return result + rest
    }
}

extension Substring {
    fileprivate func trimming(_ isLoose: (Character) -> Bool) -> Substring {
        var text = self.drop(while: isLoose)
        while let last = text.last, isLoose(last) { text = text.dropLast() }
        return text
    }
}
