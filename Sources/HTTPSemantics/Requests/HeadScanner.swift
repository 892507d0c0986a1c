/// A cursor over the raw head of a request (RFC 9112 2.2-5.1), strict, and without an allocation.
///
/// A rule that does not match returns nil or false; callers give up then. Bytes are read within the bounds only, which
/// release builds do not check by themselves.
struct HeadScanner {
    let bytes: UnsafeRawPointer
    private let count: Int
    private(set) var position = 0
    /// Whether a rule did not match only because there are no more bytes.
    private(set) var isExhausted = false

    /// Looks at no more than `maximumLength` bytes; nil if there are none.
    init?(_ buffer: UnsafeRawBufferPointer, maximumLength: Int) {
        guard let bytes = buffer.baseAddress else { return nil }
        self.bytes = bytes
        count = min(buffer.count, maximumLength)
    }

    /// One byte of the buffer.
    subscript(offset: Int) -> UInt8 {
        assert(offset >= 0 && offset < count)
        return bytes.load(fromByteOffset: offset, as: UInt8.self)
    }

    /// `method SP request-target SP HTTP/1.1 CRLF` of a GET or HEAD, with a path as the target.
    mutating func requestLine() -> (isHead: Bool, target: Range<Int>)? {
        guard hasByte() else { return nil }
        let isHead = self[position] == UInt8(ascii: "H")
        guard takes(isHead ? "HEAD " : "GET "), hasByte(), self[position] == .slash else { return nil }
        let start = position
        while position < count, self[position].isVisible, self[position] != UInt8(ascii: "#") { position += 1 }
        let target = start..<position
        guard takes(" HTTP/1.1"), takeLineEnd() else { return nil }
        return (isHead, target)
    }

    /// CRLF.
    mutating func takeLineEnd() -> Bool {
        guard hasByte(), self[position] == .carriageReturn, hasByte(after: 1), self[position + 1] == .lineFeed else {
            return false
        }
        position += 2
        return true
    }

    /// `field-name ":"`; the colon is consumed too.
    mutating func fieldName() -> Range<Int>? {
        let start = position
        while position < count {
            let byte = self[position]
            position += 1
            // Letters and dashes first: they are what names are made of.
            if byte.isLetter || byte == .dash { continue }
            if byte == UInt8(ascii: ":") { return position - 1 > start ? start..<(position - 1) : nil }
            guard byte.isTokenCharacter else { return nil }
        }
        isExhausted = true
        return nil
    }

    /// `OWS field-value OWS CRLF`, without the whitespace; may be empty.
    mutating func fieldValue() -> Range<Int>? {
        while position < count, self[position].isOptionalWhitespace { position += 1 }
        let start = position
        skipFieldContent()
        var end = position
        guard takeLineEnd() else { return nil }
        while end > start, self[end - 1].isOptionalWhitespace { end -= 1 }
        return start..<end
    }

    /// Advances to the first byte that may not stand in a field value: a control other than HTAB.
    private mutating func skipFieldContent() {
        while true {
            // Eight bytes at once, as long as none is a control: fields like User-Agent are most of a browser's head.
            while position + 8 <= count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                let controls = word.firstControl
                position += controls
                if controls < 8 { break }
            }
            while position < count, !self[position].isControl {
                position += 1
            }
            guard position < count, self[position] == .tab else { return }
            position += 1
        }
    }

    /// Whether there is a byte so far behind the position.
    private mutating func hasByte(after distance: Int = 0) -> Bool {
        if position + distance < count { return true }
        isExhausted = true
        return false
    }

    private mutating func takes(_ text: StaticString) -> Bool {
        let end = position + text.utf8CodeUnitCount
        guard end <= count else {
            isExhausted = matches(position..<count, text)
            return false
        }
        guard matches(position..<end, text) else { return false }
        position = end
        return true
    }

    /// Compares bytes with as many of `text`.
    private func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
        for index in 0..<range.count where self[range.lowerBound + index] != text.utf8Start[index] { return false }
        return true
    }
}

extension UInt8 {
    /// `VCHAR` of RFC 5234 B.1.
    fileprivate var isVisible: Bool { self > .space && self < .delete }
}

extension UInt64 {
    /// The index of the first of eight bytes, the lowest first, that is a control (C0 or DEL); 8 if none is.
    ///
    /// The borrow of a subtraction may mark bytes above one that is rightly marked, never below.
    fileprivate var firstControl: Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let below = (self &- ones &* 0x20) & ~self
        let deletes = self ^ (ones &* 0x7F)
        let marked = (below | ((deletes &- ones) & ~deletes)) & highs
        return marked.trailingZeroBitCount / 8
    }
}
