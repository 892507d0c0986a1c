extension HeadScanner {
    /// Compares letters whatever their case; `text` is in lowercase and holds letters and dashes only.
    ///
    /// No byte but a letter's other case becomes one of these by the bit that is set, except controls, and those are in no
    /// name and no value. Inlined, so that the text is known and the loop is a few instructions.
    @inline(__always)
    func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<range.count where self[range.lowerBound + index] | 0x20 != text.utf8Start[index] {
            return false
        }
        return true
    }

    /// Whether the text begins with `prefix`, which is as in ``equals(_:_:)``.
    func hasPrefix(_ range: Range<Int>, _ prefix: StaticString) -> Bool {
        let length = prefix.utf8CodeUnitCount
        return range.count >= length && equals(range.lowerBound..<(range.lowerBound + length), prefix)
    }

    /// The bytes as text; what is not UTF-8 becomes U+FFFD, as everywhere else fields become text.
    func text(of range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(start: bytes + range.lowerBound, count: range.count), as: UTF8.self)
    }

    /// Whether the value is what ``Authority`` reads: a name or an address, and perhaps a port.
    func isHost(_ range: Range<Int>) -> Bool {
        var end = range.lowerBound
        while end < range.upperBound, self[end].isHostCharacter { end += 1 }
        // Addresses in brackets are rare and are looked at slowly, and so is what is wrong.
        guard (1...253).contains(end - range.lowerBound), isPort(end..<range.upperBound) else {
            return Authority(text(of: range)) != nil
        }
        return true
    }

    /// Nothing, or a colon and a number from 1 to 65535 in at most five digits.
    private func isPort(_ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return true }
        guard (2...6).contains(range.count), self[range.lowerBound] == UInt8(ascii: ":") else { return false }
        var port = 0
        for index in range.dropFirst() {
            guard self[index].isDigit else { return false }
            port = port * 10 + Int(self[index] - UInt8(ascii: "0"))
        }
        return (1...65_535).contains(port)
    }
}

extension UInt8 {
    /// What names of hosts are made of here.
    fileprivate var isHostCharacter: Bool {
        isDigit || isLetter || self == .dash || self == UInt8(ascii: ".") || self == UInt8(ascii: "_")
    }
}
