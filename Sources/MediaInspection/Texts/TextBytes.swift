/// What the bytes of a text, which come in pieces, turn out to be.
struct TextBytes {
    private var utf8 = Utf8Progress()
    private var isUtf8 = true
    private var json: JsonProgress?
    private var table: TableProgress?
    /// Bytes that JSON and tables do not see: a byte order mark.
    private var skipped: Int
    private(set) var hasOddControls = false

    /// - Parameters:
    ///   - head: the beginning behind a byte order mark.
    ///   - skipping: the length of that mark.
    init(head: ArraySlice<UInt8>, skipping: Int) {
        self.skipped = skipping
        let first = head.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { self.json = JsonProgress() }
        self.table = TableProgress(head: head)
    }

    /// Control characters that texts hold: bell, backspace, white space, the end of the text in DOS, escape (ISO 2022, terminals).
    static func isTyped(_ byte: UInt8) -> Bool { (0x07...0x0D).contains(byte) || byte == 0x1A || byte == 0x1B }

    /// False for what is no text. Ask no more then.
    mutating func take(_ piece: borrowing [UInt8]) -> Bool {
        let bytes = piece.span
        var index = 0
        while index < bytes.count {
            // Most of most texts: eight ASCII letters, and nobody wants to know them one by one.
            if self.json == nil, self.table == nil, !self.utf8.isInsideCharacter, index + 8 <= bytes.count,
                Self.areLetters(bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            {
                index += 8
                continue
            }
            guard self.take(bytes[index]) else { return false }
            index += 1
        }
        return true
    }

    /// Nil for what is no text after all.
    var result: TextScan? {
        let isUtf8 = self.isUtf8 && !self.utf8.isInsideCharacter
        guard isUtf8 || !self.hasOddControls else { return nil }
        return TextScan(
            encoding: isUtf8 ? .utf8 : .legacy,
            hasOddControls: self.hasOddControls,
            isJSON: isUtf8 && self.json?.isWhole == true,
            table: self.table?.essence()
        )
    }

    /// Eight bytes from 0x20 to 0x7F.
    private static func areLetters(_ word: UInt64) -> Bool {
        let high: UInt64 = 0x8080_8080_8080_8080
        // With no high bit set, a byte below 0x20 has neither bit 5 nor bit 6.
        return word & high == 0 && (word | word << 1) & 0x4040_4040_4040_4040 == 0x4040_4040_4040_4040
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        if byte == 0 { return false }
        if byte < 0x20, !Self.isTyped(byte) {
            self.hasOddControls = true
            if !self.isUtf8 { return false }
        }
        if self.isUtf8, !self.utf8.take(byte) {
            self.isUtf8 = false
            self.utf8 = Utf8Progress()
            self.json = nil
            if self.hasOddControls { return false }
        }
        if self.skipped > 0 {
            self.skipped -= 1
        } else {
            if self.json?.take(byte) == false { self.json = nil }
            if self.table?.take(byte) == false { self.table = nil }
        }
        return true
    }
}
