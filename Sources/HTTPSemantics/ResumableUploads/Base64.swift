/// The standard alphabet of RFC 4648 section 4.
///
/// No whitespace, no line breaks, no URL-safe letters. Bits of the last letter that no byte needs are ignored, whatever
/// they are (RFC 4648 3.5 lets the decoder choose).
///
/// Not Foundation's: this target links none of it, and its decoder does not take what structured fields may leave out.
enum Base64 {
    /// Whether `=` must fill the last group of four.
    enum Padding {
        /// It must: tus.
        case required
        /// It may be missing altogether, but not be incomplete: byte sequences of structured fields (RFC 9651 4.2.7).
        case optional
    }

    /// Decodes; nil if any byte is not of the alphabet, or the length or the padding is wrong.
    static func decode(_ text: some Collection<UInt8>, padding: Padding = .required) -> [UInt8]? {
        var letters = text.count
        let filling = text.reversed().prefix { $0 == .equals }.count
        if filling > 0 || padding == .required {
            guard letters % 4 == 0, filling <= 2 else { return nil }
        }
        letters -= filling
        guard letters % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(letters / 4 * 3 + 2)
        var bits: UInt32 = 0
        var count = 0
        for letter in text.prefix(letters) {
            guard let value = value(of: letter) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }

    /// Encodes with padding.
    static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(letter(of: UInt8(truncatingIfNeeded: bits >> UInt32(count)) & 0x3F))
            }
        }
        if count > 0 { text.append(letter(of: UInt8(truncatingIfNeeded: bits << UInt32(6 - count)) & 0x3F)) }
        while text.count % 4 != 0 { text.append(.equals) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func value(of letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): letter - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): letter - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }

    private static func letter(of value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + (value - 26)
        case 52..<62: UInt8(ascii: "0") + (value - 52)
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }
}
