extension PercentPath {
    /// Percent-encodes one segment for a URL path; the inverse of decoding.
    ///
    /// Kept are RFC 3986's `pchar` without `&`, `'` and `+`: the result can stand in an HTML attribute and in a form
    /// value as it is.
    package static func encode(segment: some StringProtocol) -> String {
        PercentCoding.encode(segment.utf8, keeping: isKept)
    }

    /// Percent-encodes a relative path such as `posters/1.jpg`, its slashes kept, under `prefix` (for example
    /// `/files/`, taken as it is).
    package static func encode(path: some StringProtocol, under prefix: String = "") -> String {
        prefix + PercentCoding.encode(path.utf8) { $0 == .slash || isKept($0) }
    }

    private static func isKept(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"),
            UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: "@"):
            true
        default: byte.isUnreserved
        }
    }
}
