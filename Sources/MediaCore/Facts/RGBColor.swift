/// An opaque colour in sRGB, 8 bits a channel.
package struct RGBColor: Hashable, Sendable, Codable {
    /// 0 to 255, as the others.
    package var red: UInt8
    /// 0 to 255.
    package var green: UInt8
    /// 0 to 255.
    package var blue: UInt8

    /// A colour in sRGB.
    package init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// `#rrggbb` or `rrggbb`, of hex digits in either case; nil for anything else.
    package init?(hex text: String) {
        let digits = text.utf8.first == UInt8(ascii: "#") ? text.utf8.dropFirst() : text.utf8[...]
        guard digits.count == 6, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        guard let value = UInt32(String(Substring(digits)), radix: 16) else { return nil }
        self.init(
            red: UInt8(truncatingIfNeeded: value >> 16),
            green: UInt8(truncatingIfNeeded: value >> 8),
            blue: UInt8(truncatingIfNeeded: value)
        )
    }

    /// `#rrggbb` in lower case, as CSS takes it.
    package var hex: String {
        let value = UInt32(self.red) << 16 | UInt32(self.green) << 8 | UInt32(self.blue)
        let digits = String(value, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
