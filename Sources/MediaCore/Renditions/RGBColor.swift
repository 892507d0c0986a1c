/// An opaque colour in sRGB, eight bits a channel.
package struct RGBColor: Hashable, Sendable, Codable {
    package var red: UInt8
    package var green: UInt8
    package var blue: UInt8

    package init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    package static let white = RGBColor(red: 255, green: 255, blue: 255)

    /// Six hexadecimal digits, of any case, with or without `#` before them; nil for anything else.
    package init?(hex text: some StringProtocol) {
        let digits = text.first == "#" ? text.dropFirst() : text[...]
        guard digits.utf8.count == 6, digits.utf8.allSatisfy({ $0.isHexDigit }), let value = UInt32(digits, radix: 16)
        else {
            return nil
        }
        self.init(
            red: UInt8(truncatingIfNeeded: value >> 16),
            green: UInt8(truncatingIfNeeded: value >> 8),
            blue: UInt8(truncatingIfNeeded: value)
        )
    }

    /// Six lower-case hexadecimal digits, e.g. `ff8800`.
    package var hex: String {
        [self.red, self.green, self.blue].reduce(into: "") { text, value in
            text += value < 16 ? "0" : ""
            text += String(value, radix: 16)
        }
    }
}

extension UInt8 {
    /// `UInt32(_:radix:)` also takes a sign.
    fileprivate var isHexDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
            || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(self)
    }
}
