/// A Content-Disposition value, of a response or request (RFC 6266) or of a part of a form (RFC 7578 4.2).
package struct ContentDisposition: Hashable, Sendable {
    /// How quotes and backslashes within a quoted string are meant.
    package enum Dialect: Hashable, Sendable {
        /// RFC 9110: a backslash quotes any byte, percent signs mean themselves.
        case http
        /// What browsers write in forms (WHATWG HTML, "multipart/form-data encoding algorithm"): `%22`, `%0D` and `%0A`
        /// stand for quote, CR and LF, other percent signs for themselves. A backslash is an escape only before a quote
        /// or a backslash, as curl and older browsers write it, and otherwise itself: `C:\dir\x.jpg`.
        case formData
    }

    /// The type, lowercase: `inline`, `attachment`, `form-data`.
    package let type: String

    /// The parameters as written, extended ones undecoded.
    package let parameters: FieldParameters

    private let dialect: Dialect

    /// Parses a whole field value; nil if it is malformed or names a parameter twice.
    package init?(parsing text: some StringProtocol, as dialect: Dialect) {
        guard let parsed = Self.parse(text, dialect) else { return nil }
        (type, parameters) = parsed
        self.dialect = dialect
    }

    /// The name of the form field, decoded as the dialect says.
    package var name: String? {
        parameters["name"].map(decode)
    }

    /// The file name as the client gave it, untrusted: `filename*` if it can be decoded (RFC 6266 4.3), else `filename`.
    ///
    /// It may hold directories and control characters; see ``baseName(_:)``.
    package var fileName: String? {
        if let extended = parameters["filename*"].flatMap(ExtendedValue.decode) { return extended }
        return parameters["filename"].map(decode)
    }

    private func decode(_ value: String) -> String {
        dialect == .formData ? Self.decodeBrowserEscapes(value) : value
    }

    private static func parse(_ text: some StringProtocol, _ dialect: Dialect) -> (String, FieldParameters)? {
        func scan(_ escapes: (UInt8) -> Bool) -> (String, FieldParameters)? {
            var scanner = FieldScanner(text)
            scanner.skipOptionalWhitespace()
            guard let type = scanner.token(), let parameters = FieldParameters(&scanner, escapes: escapes) else {
                return nil
            }
            return (type.lowercasedText, parameters)
        }
        switch dialect {
        case .http: return scan { _ in true }
        case .formData:
            // A name that ends in a backslash leaves the string open when that is read as an escape: then it was none.
            return scan { $0 == .quote || $0 == .backslash } ?? scan { _ in false }
        }
    }

    /// Resolves the three escapes of the WHATWG encoding and nothing else.
    private static func decodeBrowserEscapes(_ value: String) -> String {
        guard value.utf8.contains(.percent) else { return value }
        var decoded: [UInt8] = []
        var rest = Substring(value).utf8
        while let byte = rest.popFirst() {
            guard byte == .percent else {
                decoded.append(byte)
                continue
            }
            switch rest.prefix(2).map(\.asciiLowercased) {
            case [UInt8(ascii: "2"), UInt8(ascii: "2")]: decoded.append(.quote)
            case [UInt8(ascii: "0"), UInt8(ascii: "d")]: decoded.append(.carriageReturn)
            case [UInt8(ascii: "0"), UInt8(ascii: "a")]: decoded.append(.lineFeed)
            default:
                decoded.append(byte)
                continue
            }
            rest.removeFirst(2)
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}

/// `ext-value` of RFC 8187 3.2.1: `UTF-8''%e2%82%ac`.
enum ExtendedValue {
    /// Decodes UTF-8 and ISO-8859-1; nil for another charset, a missing quote, or bytes that are not what they claim.
    static func decode(_ value: String) -> String? {
        let pieces = value.utf8.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
        guard pieces.count == 3, let charset = pieces.first, let encoded = pieces.last,
            encoded.allSatisfy({ $0.isTokenCharacter && $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: "'") }),
            let bytes = PercentCoding.decode(encoded)
        else { return nil }
        switch charset.lowercasedText {
        case "utf-8": return String(validating: bytes, as: UTF8.self)
        case "iso-8859-1": return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        default: return nil
        }
    }

    /// Encodes as UTF-8, keeping `attr-char` of RFC 8187 3.2.1.
    static func encode(_ text: String) -> String {
        "UTF-8''"
            + PercentCoding.encode(text.utf8) {
                $0.isTokenCharacter && $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: "'") && $0 != .percent
            }
    }
}
