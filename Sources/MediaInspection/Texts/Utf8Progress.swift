/// Whether bytes that come in pieces are UTF-8 (Unicode 16 section 3.9, table 3-7): no overlong form, no surrogate, nothing cut off.
struct Utf8Progress {
    /// Continuation bytes that are still to come.
    private var missing = 0
    /// What the next one may be: narrower behind some first bytes.
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    /// Inside of a character that began before.
    var isInsideCharacter: Bool { self.missing > 0 }

    /// False for a byte that cannot stand here. Ask no more then.
    mutating func take(_ byte: UInt8) -> Bool {
        if self.missing > 0 {
            guard self.allowed.contains(byte) else { return false }
            self.missing -= 1
            self.allowed = 0x80...0xBF
            return true
        }
        switch byte {
        case 0...0x7F: return true
        case 0xC2...0xDF: self.missing = 1
        case 0xE0: (self.missing, self.allowed) = (2, 0xA0...0xBF)
        case 0xED: (self.missing, self.allowed) = (2, 0x80...0x9F)
        case 0xE1...0xEF: self.missing = 2
        case 0xF0: (self.missing, self.allowed) = (3, 0x90...0xBF)
        case 0xF4: (self.missing, self.allowed) = (3, 0x80...0x8F)
        case 0xF1...0xF3: self.missing = 3
        default: return false
        }
        return true
    }
}
