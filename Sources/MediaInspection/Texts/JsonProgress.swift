/// Whether bytes that come in pieces are one JSON value (RFC 8259 sections 2 to 7) and nothing else: an object or an array.
///
/// A number, a word or a string alone is JSON as well, and every text of one word would be. That the bytes are UTF-8 is proven by
/// whoever asks. Remembers one bit for each level, and not the values.
struct JsonProgress {
    private enum Step {
        /// A value must come; where `true`, the array may end instead.
        case value(mayClose: Bool)
        /// A name must come; where `true`, the object may end instead.
        case name(mayClose: Bool)
        case colon
        case afterValue
        case string(isName: Bool)
        case escape(isName: Bool)
        case hexadecimal(left: Int, isName: Bool)
        case word(StaticString, at: Int)
        case number(Digits)
        case end
    }

    /// Where in a number (section 6).
    private enum Digits {
        case sign, zero, whole, point, fraction, exponent, exponentSign, exponentDigits
    }

    private var step = Step.value(mayClose: false)
    /// The containers that are open; true for an object.
    private var open: [Bool] = []
    private var isBroken = false

    /// More levels than anyone writes; what is deeper is not looked at, and is a text.
    private static let maximumDepth = 10_000

    /// The value is there, and only white space came behind it.
    var isWhole: Bool {
        if case .end = self.step { return !self.isBroken }
        return false
    }

    /// False once it is none. Ask no more then.
    mutating func take(_ byte: UInt8) -> Bool {
        if !self.isBroken, !self.advance(byte) { self.isBroken = true }
        return !self.isBroken
    }

    private mutating func advance(_ byte: UInt8) -> Bool {
        switch self.step {
        case .string(let isName):
            switch byte {
            case UInt8(ascii: "\""): self.step = isName ? .colon : .afterValue
            case UInt8(ascii: "\\"): self.step = .escape(isName: isName)
            case 0..<0x20: return false
            default: break
            }
        case .escape(let isName):
            guard byte != UInt8(ascii: "u") else {
                self.step = .hexadecimal(left: 4, isName: isName)
                return true
            }
            self.step = .string(isName: isName)
            return Self.isOne(of: "\"\\/bfnrt", byte)
        case .hexadecimal(let left, let isName):
            self.step = left > 1 ? .hexadecimal(left: left - 1, isName: isName) : .string(isName: isName)
            return Character(Unicode.Scalar(byte)).isHexDigit && byte < 0x80
        case .word(let word, let place):
            guard word.withUTF8Buffer({ $0[place] }) == byte else { return false }
            self.step = place + 1 == word.utf8CodeUnitCount ? .afterValue : .word(word, at: place + 1)
        case .number(let digits):
            return self.number(digits, byte)
        case .value, .name, .colon, .afterValue, .end:
            return Self.isSpace(byte) || self.structure(byte)
        }
        return true
    }

    /// What may stand between values.
    private mutating func structure(_ byte: UInt8) -> Bool {
        switch (self.step, byte) {
        case (.value(mayClose: true), UInt8(ascii: "]")), (.name(mayClose: true), UInt8(ascii: "}")):
            return self.close(isObject: byte == UInt8(ascii: "}"))
        case (.value, _): return self.beginValue(byte)
        case (.name, UInt8(ascii: "\"")): self.step = .string(isName: true)
        case (.colon, UInt8(ascii: ":")): self.step = .value(mayClose: false)
        case (.afterValue, UInt8(ascii: ",")):
            self.step = self.open.last == true ? .name(mayClose: false) : .value(mayClose: false)
        case (.afterValue, UInt8(ascii: "]")): return self.close(isObject: false)
        case (.afterValue, UInt8(ascii: "}")): return self.close(isObject: true)
        default: return false
        }
        return true
    }

    private mutating func beginValue(_ byte: UInt8) -> Bool {
        if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
            guard self.open.count < Self.maximumDepth else { return false }
            let isObject = byte == UInt8(ascii: "{")
            self.open.append(isObject)
            self.step = isObject ? .name(mayClose: true) : .value(mayClose: true)
            return true
        }
        guard !self.open.isEmpty else { return false }
        switch byte {
        case UInt8(ascii: "\""): self.step = .string(isName: false)
        case UInt8(ascii: "-"): self.step = .number(.sign)
        case UInt8(ascii: "0"): self.step = .number(.zero)
        case UInt8(ascii: "1")...UInt8(ascii: "9"): self.step = .number(.whole)
        case UInt8(ascii: "t"): self.step = .word("true", at: 1)
        case UInt8(ascii: "f"): self.step = .word("false", at: 1)
        case UInt8(ascii: "n"): self.step = .word("null", at: 1)
        default: return false
        }
        return true
    }

    private mutating func number(_ digits: Digits, _ byte: UInt8) -> Bool {
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        switch digits {
        case .sign where isDigit: self.step = .number(byte == UInt8(ascii: "0") ? .zero : .whole)
        case .whole where isDigit, .fraction where isDigit, .exponentDigits where isDigit: break
        case .point where isDigit: self.step = .number(.fraction)
        case .exponent where isDigit, .exponentSign where isDigit: self.step = .number(.exponentDigits)
        case .exponent where Self.isOne(of: "+-", byte): self.step = .number(.exponentSign)
        case .zero where byte == UInt8(ascii: "."), .whole where byte == UInt8(ascii: "."):
            self.step = .number(.point)
        case .zero where byte | 0x20 == UInt8(ascii: "e"), .whole where byte | 0x20 == UInt8(ascii: "e"),
            .fraction where byte | 0x20 == UInt8(ascii: "e"):
            self.step = .number(.exponent)
        case .zero, .whole, .fraction, .exponentDigits:
            // The number ended before this byte.
            self.step = .afterValue
            return Self.isSpace(byte) || self.structure(byte)
        default: return false
        }
        return true
    }

    private mutating func close(isObject: Bool) -> Bool {
        guard self.open.popLast() == isObject else { return false }
        self.step = self.open.isEmpty ? .end : .afterValue
        return true
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private static func isOne(of bytes: StaticString, _ byte: UInt8) -> Bool {
        bytes.withUTF8Buffer { $0.contains(byte) }
    }
}
