/// A media type with parameters, as in Content-Type (RFC 9110 8.3.1).
package struct MediaTypeValue: Hashable, Sendable {
    /// The type, lowercase: `image` of `image/jpeg`.
    package let type: String

    /// The subtype, lowercase: `jpeg` of `image/jpeg`.
    package let subtype: String

    /// The parameters in order, names in lowercase, values as written with quotes and escapes resolved.
    package let parameters: FieldParameters

    /// `type/subtype` without parameters.
    package var essence: String { "\(type)/\(subtype)" }

    /// Parses a whole field value; nil if it is malformed or names a parameter twice.
    ///
    /// Unquoted parameter values may hold RFC 2046's boundary characters besides those of a token: mail-minded clients
    /// send `boundary=----=_Part_1` bare.
    package init?(parsing text: some StringProtocol) {
        var scanner = FieldScanner(text)
        scanner.skipOptionalWhitespace()
        guard let type = scanner.token(), scanner.take(.slash), let subtype = scanner.token(),
            let parameters = FieldParameters(&scanner)
        else { return nil }
        self.type = type.lowercasedText
        self.subtype = subtype.lowercasedText
        self.parameters = parameters
    }

    /// The value of a parameter, nil if absent. `name` in lowercase.
    package subscript(parameter name: String) -> String? { parameters[name] }

    /// The `boundary` parameter of a multipart type; nil if absent or not a legal boundary.
    ///
    /// RFC 2046 5.1.1: 1 to 70 characters of `bchars`, the last not a space.
    package var boundary: String? {
        guard let boundary = self[parameter: "boundary"], Self.isBoundary(boundary) else { return nil }
        return boundary
    }

    /// Whether `text` may delimit the parts of a multipart body (RFC 2046 5.1.1).
    package static func isBoundary(_ text: some StringProtocol) -> Bool {
        (1...70).contains(text.utf8.count) && text.last != " "
            && text.utf8.allSatisfy { $0.isBoundaryCharacter || $0 == .space }
    }
}
