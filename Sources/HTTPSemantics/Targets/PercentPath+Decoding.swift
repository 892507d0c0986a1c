extension PercentPath {
    /// Takes `http://authority` or `https://authority` off an absolute-form target (RFC 9112 3.2.2).
    static func splitAuthority(
        _ target: Substring.UTF8View
    ) throws(PercentPathError) -> (authority: String?, path: Substring.UTF8View) {
        if target.first == .slash { return (nil, target) }
        for scheme in ["http://", "https://"] {
            let start = target.prefix(scheme.utf8.count)
            guard start.elementsEqual(scheme.utf8, by: { $0.asciiLowercased == $1 }) else { continue }
            let rest = target[start.endIndex...]
            let end = rest.firstIndex { $0 == .slash || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
            let authority = rest[..<(end ?? rest.endIndex)]
            // RFC 9110 4.2.1: an http URI with an empty host is invalid. Userinfo is refused as in 4.2.4.
            guard !authority.isEmpty, authority.allSatisfy({ $0 > .space && $0 < .delete && $0 != UInt8(ascii: "@") })
            else { throw .notAPath }
            let path = rest[authority.endIndex...]
            // An absent path is the path "/" (RFC 9110 4.2.3).
            if path.isEmpty { return (String(Substring(authority)), Substring("/").utf8) }
            if path.first == UInt8(ascii: "?") {
                return (String(Substring(authority)), Substring("/" + String(Substring(path))).utf8)
            }
            return (String(Substring(authority)), path)
        }
        throw .notAPath
    }

    /// Decodes one segment once and checks what came out.
    static func decodeSegment(_ raw: Substring.UTF8View) throws(PercentPathError) -> String {
        guard !raw.isEmpty else { throw .emptySegment }
        if raw.contains(.space) { throw .controlCharacter }
        if raw.contains(UInt8(ascii: "#")) { throw .fragment }
        guard let decoded = PercentCoding.decode(raw) else { throw .invalidPercentEncoding }
        var hasNonASCII = false
        for byte in decoded {
            if byte.isControl { throw .controlCharacter }
            if byte == .slash || byte == .backslash { throw .separatorInSegment }
            if byte >= 0x80 { hasNonASCII = true }
        }
        if decoded == [UInt8(ascii: ".")] || decoded == [UInt8(ascii: "."), UInt8(ascii: ".")] { throw .dotSegment }
        guard let segment = String(validating: decoded, as: UTF8.self) else { throw .invalidUTF8 }
        // C1 controls are two bytes in UTF-8 and steer terminals just as C0 does.
        if hasNonASCII, segment.unicodeScalars.contains(where: { (0x80...0x9F).contains($0.value) }) {
            throw .controlCharacter
        }
        return segment
    }
}
