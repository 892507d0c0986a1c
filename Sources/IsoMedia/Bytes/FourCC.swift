/// Four characters that name a box, a brand, a handler, a codec.
package struct FourCC: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The four bytes as a number, the first byte being the most significant.
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Takes the first four bytes, padded with spaces.
    package init(stringLiteral text: String) {
        let bytes = (Array(text.utf8) + [0x20, 0x20, 0x20, 0x20]).prefix(4)
        self.rawValue = bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The four bytes, as they stand in the file.
    package var bytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self.rawValue >> (24 - 8 * $0)) } }

    /// True for printable ASCII and the copyright sign of QuickTime: what real box types are made of.
    package var isPlausible: Bool { self.bytes.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0xA9 } }

    /// The characters; those that cannot be shown as `?`.
    package var description: String {
        String(decoding: self.bytes.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
