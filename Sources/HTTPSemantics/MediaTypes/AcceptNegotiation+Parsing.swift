extension AcceptNegotiation {
    /// All members of an Accept value; nil if one is malformed.
    static func parse(_ value: String) -> [Range]? {
        var scanner = FieldScanner(value)
        var ranges: [Range] = []
        repeat {
            scanner.skipOptionalWhitespace()
            if scanner.isAtEnd || scanner.peek == .comma { continue }
            guard ranges.count < maximumRanges, let range = range(&scanner) else { return nil }
            ranges.append(range)
        } while scanner.take(.comma)
        return scanner.isAtEnd ? ranges : nil
    }

    /// `media-range [ weight ]`; what follows the weight is the `accept-ext` of RFC 7231 and is skipped.
    private static func range(_ scanner: inout FieldScanner) -> Range? {
        guard let type = scanner.token()?.lowercasedText, scanner.take(.slash),
            let subtype = scanner.token()?.lowercasedText, type != "*" || subtype == "*"
        else { return nil }
        var range = Range(type: type, subtype: subtype, parameters: [], quality: 1000)
        var hasWeight = false
        scanner.skipOptionalWhitespace()
        while scanner.take(.semicolon) {
            scanner.skipOptionalWhitespace()
            if scanner.isAtEnd || scanner.peek == .semicolon || scanner.peek == .comma { continue }
            guard let name = scanner.token()?.lowercasedText else { return nil }
            var value = ""
            if scanner.take(.equals) {
                guard let parsed = scanner.peek == .quote ? scanner.quotedString() : scanner.token().map({ String($0) })
                else { return nil }
                value = parsed
            } else if !hasWeight {
                return nil
            }
            if hasWeight {
                // accept-ext
            } else if name == "q" {
                guard let quality = quality(value) else { return nil }
                range.quality = quality
                hasWeight = true
            } else {
                guard range.parameters.count < FieldParameters.maximumParameters else { return nil }
                range.parameters.append(FieldParameters.Parameter(name: name, value: value))
            }
            scanner.skipOptionalWhitespace()
        }
        return range
    }

    /// `qvalue` (RFC 9110 12.4.2) in thousandths: `0`, `0.5`, `1.000`; at most three decimals and never above 1.
    static func quality(_ text: String) -> Int? {
        var scanner = FieldScanner(text)
        guard let whole = scanner.next(), whole == UInt8(ascii: "0") || whole == UInt8(ascii: "1") else { return nil }
        var quality = whole == UInt8(ascii: "1") ? 1000 : 0
        if scanner.isAtEnd { return quality }
        guard scanner.take(UInt8(ascii: ".")) else { return nil }
        for unit in [100, 10, 1] {
            guard let digit = scanner.next() else { break }
            guard digit.isDigit else { return nil }
            quality += Int(digit - UInt8(ascii: "0")) * unit
        }
        return scanner.isAtEnd && quality <= 1000 ? quality : nil
    }
}
