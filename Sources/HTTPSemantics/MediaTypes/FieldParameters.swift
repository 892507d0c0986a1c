/// The `; name=value` parameters behind a field value (RFC 9110 5.6.6).
package struct FieldParameters: Hashable, Sendable {
    /// One parameter.
    package struct Parameter: Hashable, Sendable {
        /// The name, lowercase.
        package let name: String
        /// The value; quotes and escapes resolved.
        package let value: String
    }

    /// The parameters in the order written; no name occurs twice.
    package let parameters: [Parameter]

    /// The value of the parameter `name` (lowercase), nil if absent.
    package subscript(name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    /// The most parameters of one value.
    static let maximumParameters = 32

    /// Consumes all parameters up to the end of the value; nil if malformed, repeated or too many.
    ///
    /// - Parameters:
    ///   - scanner: stands behind the value that the parameters belong to.
    ///   - escapes: which bytes a backslash quotes within a quoted string; see ``ContentDisposition/Dialect``.
    init?(_ scanner: inout FieldScanner, escapes: (UInt8) -> Bool = { _ in true }) {
        var parameters: [Parameter] = []
        while true {
            scanner.skipOptionalWhitespace()
            if scanner.isAtEnd { break }
            guard scanner.take(.semicolon) else { return nil }
            scanner.skipOptionalWhitespace()
            // RFC 9110 5.6.6 lets the parameter behind a semicolon be missing.
            if scanner.isAtEnd || scanner.peek == .semicolon { continue }
            guard let name = scanner.token()?.lowercasedText, scanner.take(.equals),
                let value = Self.value(&scanner, escapes: escapes),
                parameters.count < Self.maximumParameters, !parameters.contains(where: { $0.name == name })
            else { return nil }
            parameters.append(Parameter(name: name, value: value))
        }
        self.parameters = parameters
    }

    private static func value(_ scanner: inout FieldScanner, escapes: (UInt8) -> Bool) -> String? {
        if scanner.peek == .quote { return scanner.quotedString(escapes: escapes) }
        let value = scanner.run { $0.isTokenCharacter || $0.isBoundaryCharacter || $0 >= 0x80 }
        return value.isEmpty ? nil : String(value)
    }
}
