/// The header of one part of a form (RFC 7578 4).
package struct MultipartPartHead: Hashable, Sendable {
    /// One field of the part.
    package struct Field: Hashable, Sendable {
        /// The name, lowercase.
        package let name: String
        /// The value without surrounding whitespace. UTF-8; bytes that are not are read as ISO-8859-1.
        package let value: String
    }

    /// All fields in order.
    package let fields: [Field]

    /// The name of the form field.
    package let name: String

    /// The file name the client gave, untrusted and whole; nil for an ordinary field. See
    /// ``ContentDisposition/baseName(_:)``.
    package let fileName: String?

    /// The client's word on the media type, untrusted; nil if absent.
    package var contentType: String? { self["content-type"] }

    /// The value of the first field `name` (lowercase), nil if absent.
    package subscript(name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    /// Parses a header block: lines that end in CRLF, without the blank line behind them.
    init(block: ArraySlice<UInt8>, limits: MultipartLimits) throws(MultipartError) {
        var fields: [Field] = []
        var rest = block
        while !rest.isEmpty {
            guard let end = rest.firstIndex(of: .carriageReturn), end + 1 < rest.endIndex, rest[end + 1] == .lineFeed
            else { throw .malformedHeader }
            guard fields.count < limits.maximumHeaders else { throw .tooManyHeaders }
            fields.append(try Self.field(rest[..<end]))
            rest = rest[(end + 2)...]
        }
        self.fields = fields

        let dispositions = fields.filter { $0.name == "content-disposition" }
        guard dispositions.count == 1, let value = dispositions.first?.value,
            let disposition = ContentDisposition(parsing: value, as: .formData),
            disposition.type == "form-data", let name = disposition.name
        else { throw .missingName }
        self.name = name
        fileName = disposition.fileName
        guard fields.count(where: { $0.name == "content-type" }) <= 1 else { throw .malformedHeader }
        if let encoding = self["content-transfer-encoding"]?.utf8.lowercasedText {
            // The identity encodings of RFC 2045 6.2; some clients still name one.
            guard ["binary", "8bit", "7bit"].contains(encoding) else { throw .unsupportedTransferEncoding }
        }
    }

    private static func field(_ line: ArraySlice<UInt8>) throws(MultipartError) -> Field {
        // A folded line begins with a blank, which no token does.
        let name = line.prefix(while: \.isTokenCharacter)
        guard !name.isEmpty, name.endIndex < line.endIndex, line[name.endIndex] == UInt8(ascii: ":") else {
            throw .malformedHeader
        }
        var value = line[(name.endIndex + 1)...]
        guard value.allSatisfy({ !$0.isControl || $0 == .tab }) else { throw .malformedHeader }
        value = value.drop(while: \.isOptionalWhitespace)
        while let last = value.last, last.isOptionalWhitespace { value.removeLast() }
        let text =
            String(validating: value, as: UTF8.self)
            ?? String(String.UnicodeScalarView(value.map { Unicode.Scalar($0) }))
        return Field(name: name.lowercasedText, value: text)
    }
}
