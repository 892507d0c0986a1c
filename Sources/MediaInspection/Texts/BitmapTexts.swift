/// Pictures that are written in letters, or whose bytes all happen to be letters: what their headers say must fit, as people write
/// "P1 call the bank" too.
enum BitmapTexts {
    /// Netpbm's formats and X's bitmaps; nil for any other text.
    /// - Parameter length: of the whole file.
    static func essence(_ prefix: TextPrefix, length: Int64) -> String? {
        if let picture = NetpbmHeader(prefix.bytes)?.essence(length: length) { return picture }
        if self.isXBitmap(prefix) { return "image/x-xbitmap" }
        return prefix.starts(with: "/* XPM */") ? "image/x-xpixmap" : nil
    }

    /// `#define name_width 8`, `#define name_height 8`, then `name_bits[]`. Comments may come first.
    private static func isXBitmap(_ prefix: TextPrefix) -> Bool {
        guard prefix.starts(with: "#define") || prefix.starts(with: "/*") else { return false }
        let lines = prefix.lines(upTo: 60).map { line in line.split { $0 == 0x20 || $0 == 0x09 } }
        func defines(_ suffix: String) -> Bool {
            lines.contains { words in
                words.count == 3 && words[0].elementsEqual("#define".utf8) && words[1].ends(with: suffix)
                    && words[2].allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            }
        }
        return defines("_width") && defines("_height") && prefix.bytes.firstRange(of: Array("_bits[".utf8)) != nil
    }
}

extension ArraySlice<UInt8> {
    fileprivate func ends(with text: String) -> Bool { self.suffix(text.utf8.count).elementsEqual(text.utf8) }
}
