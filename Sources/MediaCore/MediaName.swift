import Foundation

/// A file's name inside its collection, without the extension: `1`, `user123`, `trailers/movie1`.
///
///     try MediaName(validating: "trailers/movie1.mp4").text  // "trailers/movie1"
///     try MediaName(validating: "../movie1")                 // throws invalid_name
///
/// It may have folders. It is what a client chooses; together with the collection it is unique. Unicode is welcome and is
/// kept in normalisation form C, so that a name typed on a phone and one read from a Mac's disk are the same name.
package struct MediaName: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Segments joined with `/`.
    package let text: String

    /// Segments of a name: its folders and the name itself.
    package static let maximumLevels = 8
    /// Of one segment, in UTF-8.
    package static let maximumSegmentLengthBytes = 200
    /// What Linux file systems take (NAME_MAX): a segment of a path may be this long, a name's with its extension.
    static let maximumFileNameLengthBytes = 255
    /// Of the whole name, in UTF-8.
    package static let maximumLengthBytes = 512

    /// Checks a name from a client.
    ///
    /// A known extension at the end (`movie1.mp4`) is dropped, because the extension in the tree follows the bytes.
    /// - Throws: ``MediaError`` with `invalid_name`, saying which rule is broken.
    package init(validating input: String) throws(MediaError) {
        let normalized = input.precomposedStringWithCanonicalMapping
        guard normalized.utf8.count <= Self.maximumLengthBytes else {
            throw Self.invalid("is longer than \(Self.maximumLengthBytes) bytes")
        }
        var segments = Self.segments(of: normalized)
        guard segments.count <= Self.maximumLevels else {
            throw Self.invalid("has more than \(Self.maximumLevels) levels of folders")
        }
        if let last = segments.last { segments[segments.count - 1] = Self.droppingKnownExtension(last) }
        for segment in segments { try Self.check(segment: segment) }
        self.text = segments.joined(separator: "/")
    }

    /// The name of a file that a client gave none.
    package init(generatedFrom id: MediaID) { self.text = id.description }

    /// Takes a name back from the catalog, which only ever held checked ones.
    package init(trusted text: String) { self.text = text }

    package var description: String { self.text }

    package init(from decoder: any Decoder) throws {
        self.text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.text)
    }

    /// The rules for one segment of a path in the tree.
    package static func check(
        segment: String,
        maximumLengthBytes: Int = maximumSegmentLengthBytes
    ) throws(MediaError) {
        guard !segment.isEmpty else { throw Self.invalid("has an empty part") }
        guard segment.utf8.count <= maximumLengthBytes else {
            throw Self.invalid("has a part longer than \(maximumLengthBytes) bytes")
        }
        // By bytes, as the kernel looks at it: to Swift a dot, slash or backslash with a combining mark is another character.
        guard segment.utf8.first != UInt8(ascii: ".") else { throw Self.invalid("has a part that begins with a dot") }
        guard !segment.utf8.contains(UInt8(ascii: "/")) else { throw Self.invalid("has a slash inside of a part") }
        guard "/\(segment)".first == "/" else {
            throw Self.invalid("has a part that begins with a mark for the character before it")
        }
        guard segment.first?.isWhitespace == false, segment.last?.isWhitespace == false, !segment.hasSuffix(".") else {
            throw Self.invalid("has a part that begins or ends with white space or ends with a dot")
        }
        guard !segment.utf8.contains(UInt8(ascii: "\\")) else {
            throw Self.invalid("has a backslash; use / between folders")
        }
        guard !Self.looksPercentEncoded(segment) else {
            throw Self.invalid("looks percent-encoded; send it decoded")
        }
        for scalar in segment.unicodeScalars where Self.isForbidden(scalar) {
            throw Self.invalid("has a control or invisible character (U+\(String(scalar.value, radix: 16)))")
        }
    }

    /// What lies between the slashes, which are bytes here: to Swift's `Character` a slash with a combining mark is none.
    package static func segments(of text: String) -> [String] {
        text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { String(Substring($0)) }
    }

    private static func droppingKnownExtension(_ segment: String) -> String {
        guard let dot = segment.lastIndex(of: "."), dot != segment.startIndex,
            MediaType.isKnownExtension(segment[segment.index(after: dot)...])
        else { return segment }
        return String(segment[..<dot])
    }

    private static func looksPercentEncoded(_ segment: String) -> Bool {
        let bytes = Array(segment.utf8)
        return bytes.indices.contains { index in
            bytes[index] == UInt8(ascii: "%") && index + 2 < bytes.count
                && Character(Unicode.Scalar(bytes[index + 1])).isHexDigit
                && Character(Unicode.Scalar(bytes[index + 2])).isHexDigit
        }
    }

    /// Control characters break terminals and logs; format characters (bidirectional overrides, zero-width ones) make two
    /// names look the same; the others have no agreed form.
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func invalid(_ reason: String) -> MediaError {
        MediaError(
            .invalidName,
            """
            The name \(reason). Allowed are up to \(maximumLevels) parts joined with "/", each 1 to \
            \(maximumSegmentLengthBytes) bytes of visible characters, not beginning with a dot.
            """
        )
    }
}
