/// Pictures that are written in letters: what their headers say must fit, as people write "P1 call the bank" too.
enum BitmapTexts {
    /// Netpbm's plain formats (pbm(5), pgm(5), ppm(5)) and X's bitmaps; nil for any other text.
    static func essence(_ prefix: TextPrefix) -> String? {
        if let plain = self.netpbm(prefix.bytes) { return plain }
        if self.isXBitmap(prefix) { return "image/x-xbitmap" }
        return prefix.starts(with: "/* XPM */") ? "image/x-xpixmap" : nil
    }

    /// `P1` to `P3`, width, height, of all but bitmaps the largest value, then numbers only. Comments reach to the end of a line.
    private static func netpbm(_ bytes: [UInt8]) -> String? {
        guard bytes.count > 2, bytes[0] == UInt8(ascii: "P"), self.isSpace(bytes[2]) || bytes[2] == UInt8(ascii: "#")
        else { return nil }
        let essences: [UInt8: String] = [
            UInt8(ascii: "1"): "image/x-portable-bitmap", UInt8(ascii: "2"): "image/x-portable-graymap",
            UInt8(ascii: "3"): "image/x-portable-pixmap",
        ]
        guard let essence = essences[bytes[1]] else { return nil }
        var digits = 0
        var numbers = 0
        var isComment = false
        for byte in bytes.dropFirst(2) {
            if isComment {
                isComment = byte != 0x0A && byte != 0x0D
            } else if self.isSpace(byte) || byte == UInt8(ascii: "#") {
                if digits > 0 { numbers += 1 }
                digits = 0
                isComment = byte == UInt8(ascii: "#")
            } else {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                digits += 1
            }
        }
        if digits > 0 { numbers += 1 }
        return numbers >= (bytes[1] == UInt8(ascii: "1") ? 3 : 4) ? essence : nil
    }

    /// `#define name_width 8`, `#define name_height 8`, then `name_bits[]`.
    private static func isXBitmap(_ prefix: TextPrefix) -> Bool {
        // Comments may come first.
        let text = String(decoding: prefix.bytes.prefix(2048), as: UTF8.self)
        guard text.hasPrefix("#define ") || text.hasPrefix("/*") else { return false }
        return text.contains("_width ") && text.contains("_height ") && text.contains("_bits[")
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
