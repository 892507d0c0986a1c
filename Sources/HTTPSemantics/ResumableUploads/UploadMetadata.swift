/// What a tus client says about its file: the value of `Upload-Metadata` (tus 1.0, "Creation").
///
/// Names and values are the client's: untrusted bytes, fit for a header field only as ``text``.
package struct UploadMetadata: Hashable, Sendable {
    /// The value as it was sent, to be echoed: no control character but tabs, no whitespace around it.
    package let text: String

    private let values: [String: [UInt8]]

    /// Parses comma-separated pairs of a key and a base64 value, with whitespace allowed around the commas.
    ///
    /// Keys are ASCII, not empty, hold neither space nor comma nor control character, and occur once; case matters. A value may
    /// be empty, and then the space before it may be missing too.
    /// - Throws: ``UploadFieldError/Kind/malformed`` for anything else.
    package init(parsing text: String) throws(UploadFieldError) {
        var scanner = FieldScanner(text)
        var values: [String: [UInt8]] = [:]
        scanner.skipOptionalWhitespace()
        repeat {
            scanner.skipOptionalWhitespace()
            let key = String(scanner.run { $0 != .comma && $0 != .space && !$0.isControl && $0 < 0x80 })
            guard !key.isEmpty else { throw Self.error("an entry without a key") }
            let separated = scanner.take(.space)
            let encoded = separated ? scanner.run { $0 != .comma && !$0.isOptionalWhitespace } : []
            scanner.skipOptionalWhitespace()
            guard scanner.isAtEnd || scanner.peek == .comma else {
                throw Self.error("an entry that is not one key, one space and one value")
            }
            guard let value = Base64.decode(encoded) else { throw Self.error("a value that is not padded base64") }
            guard values.updateValue(value, forKey: key) == nil else { throw Self.error("a key that occurs twice") }
        } while scanner.take(.comma)
        self.text = Self.trimmed(text)
        self.values = values
    }

    /// The keys in no particular order.
    package var keys: Set<String> { Set(values.keys) }

    /// The decoded bytes of a value, nil when the key is absent.
    package func bytes(_ key: String) -> [UInt8]? { values[key] }

    /// A value as text; nil when the key is absent, or its bytes are not UTF-8 or hold control characters.
    package subscript(key: String) -> String? { (try? string(key)) ?? nil }

    /// A value as text, nil when the key is absent.
    ///
    /// - Throws: ``UploadFieldError/Kind/malformed`` when its bytes are not UTF-8 or hold control characters, as text for
    ///   names and titles never does.
    package func string(_ key: String) throws(UploadFieldError) -> String? {
        guard let bytes = values[key] else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw Self.error("a value that must be UTF-8 text without control characters but is not") }
        return text
    }

    /// Equal when the client sent the same.
    package static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    /// Of what the client sent.
    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }

    private static func trimmed(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard let first = bytes.firstIndex(where: { !$0.isOptionalWhitespace }),
            let last = bytes.lastIndex(where: { !$0.isOptionalWhitespace })
        else { return "" }
        return String(bytes[first...last])
    }

    private static func error(_ what: String) -> UploadFieldError {
        UploadFieldError(
            .malformed,
            "Upload-Metadata has \(what); it is a comma-separated list of unique keys, each with a space and a base64 value"
        )
    }
}
