/// The path of a request target (RFC 9112 3.2), split into segments and percent-decoded exactly once.
///
/// A value of this type holds only segments that name something: no empty segment, no `.` or `..`, no slash, no
/// backslash, no control character, and valid UTF-8. What the client wrote with `%2e%2e` or `%2f` is refused, not
/// resolved, so no later step can disagree about where a path leads.
package struct PercentPath: Hashable, Sendable {
    /// The decoded segments, outermost first; empty for the target `/`.
    package let segments: [String]

    /// Whether the path ended in a slash after its last segment; only with `allowingTrailingSlash`.
    package let hasTrailingSlash: Bool

    /// The query as it was written, without its `?`; nil if there was none. See ``QueryItems``.
    package let query: String?

    /// Host and port of an absolute-form target, which outrank the Host field (RFC 9112 3.2.2); else nil.
    package let authority: String?

    /// Parses a request target in origin form (`/a/b?c`) or absolute form (`http://host/a/b?c`).
    ///
    /// Bytes outside ASCII may stand unencoded (curl sends them); they must be valid UTF-8 like the encoded ones.
    ///
    /// - Parameters:
    ///   - target: the request target as received.
    ///   - allowingTrailingSlash: accept one slash after the last segment. A file path has none: `a.jpg/` is no file.
    /// - Throws: ``PercentPathError`` with the first reason met, reading from the left.
    package init(target: some StringProtocol, allowingTrailingSlash: Bool = false) throws(PercentPathError) {
        guard target.utf8.count <= Self.maximumTargetBytes else { throw .tooLong }
        var path = Substring(target).utf8
        (authority, path) = try Self.splitAuthority(path)
        if let mark = path.firstIndex(of: UInt8(ascii: "?")) {
            query = String(Substring(path[path.index(after: mark)...]))
            path = path[..<mark]
        } else {
            query = nil
        }
        guard path.first == .slash else { throw .notAPath }
        path.removeFirst()
        var segments: [String] = []
        var endsInSlash = false
        if !path.isEmpty {
            var pieces = path.split(separator: .slash, omittingEmptySubsequences: false)
            if allowingTrailingSlash, pieces.count > 1, pieces.last?.isEmpty == true {
                pieces.removeLast()
                endsInSlash = true
            }
            segments.reserveCapacity(pieces.count)
            for piece in pieces { segments.append(try Self.decodeSegment(piece)) }
        }
        self.segments = segments
        hasTrailingSlash = endsInSlash
    }

    /// The longest target read at all: RFC 9112 3 asks for at least 8000 octets.
    package static let maximumTargetBytes = 16 * 1024
}

/// Why a request target names no path of ours.
package enum PercentPathError: Error, Hashable, Sendable {
    /// Authority form, asterisk form, an unknown scheme, or no leading slash (RFC 9112 3.2).
    case notAPath
    /// The target is longer than ``PercentPath/maximumTargetBytes``.
    case tooLong
    /// A `%` without two hexadecimal digits (RFC 3986 2.1).
    case invalidPercentEncoding
    /// A control character (C0, DEL or C1), raw or encoded, or a raw space. NUL is one of them.
    case controlCharacter
    /// A `#`, which never travels in a request target (RFC 3986 3.5).
    case fragment
    /// A segment `.` or `..`, raw or encoded.
    case dotSegment
    /// An encoded slash, or a backslash raw or encoded.
    case separatorInSegment
    /// The decoded bytes are not UTF-8; overlong forms and surrogates count as such (RFC 3629 3).
    case invalidUTF8
    /// Two slashes in a row, or a slash at the end.
    case emptySegment
}

extension PercentPathError: CustomStringConvertible {
    /// What is wrong, behind a colon.
    package var description: String {
        switch self {
        case .notAPath: "it does not begin with a slash"
        case .tooLong: "it has more than \(PercentPath.maximumTargetBytes) bytes"
        case .invalidPercentEncoding: "a percent sign has no two hexadecimal digits behind it"
        case .controlCharacter: "it has a space or a control character"
        case .fragment: "it has a number sign (#)"
        case .dotSegment: "a segment is . or .."
        case .separatorInSegment: "a slash or a backslash stands inside of a segment"
        case .invalidUTF8: "it is not UTF-8"
        case .emptySegment: "a segment between two slashes, or behind the last one, is empty"
        }
    }
}
