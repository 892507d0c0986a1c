/// Four characters that name a box, a brand, a handler, a codec.
package struct FourCC: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Takes the first four bytes, padded with spaces.
    package init(stringLiteral text: String) {
        let bytes = (Array(text.utf8) + [0x20, 0x20, 0x20, 0x20]).prefix(4)
        self.rawValue = bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The characters; those that cannot be shown as `?`.
    package var description: String {
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: self.rawValue >> (24 - 8 * $0)) }
        return String(decoding: bytes.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
