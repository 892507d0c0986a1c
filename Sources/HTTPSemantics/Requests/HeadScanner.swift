/// A cursor over the raw head of a request (RFC 9112 2.2-5.1), strict, and without an allocation.
///
/// A rule that does not match returns nil or false; callers give up then. Bytes are read within the bounds only, which
/// release builds do not check by themselves.
struct HeadScanner {
    /// The methods that have to be told apart.
    enum Method {
        case get
        case head
        /// Another one that HTTP parsers know and that has no body without a field that announces it.
        case bodiless
    }

    let bytes: UnsafeRawPointer
    private let count: Int
    private(set) var position = 0

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

    /// `method SP request-target SP HTTP/1.1 CRLF`.
    ///
    /// The target is a path, or of a method other than GET and HEAD also `*`.
    mutating func requestLine() -> (method: Method, target: Range<Int>)? {
        guard let method = method(), takes(.space) else { return nil }
        let start = position
        while position < count, self[position].isVisible, self[position] != UInt8(ascii: "#") { position += 1 }
        let target = start..<position
        guard let first = target.first else { return nil }
        if self[first] != .slash {
            guard method == .bodiless, target.count == 1, self[first] == UInt8(ascii: "*") else { return nil }
        }
        guard takes(" HTTP/1.1"), takeLineEnd() else { return nil }
        return (method, target)
    }

    /// CRLF.
    mutating func takeLineEnd() -> Bool {
        guard position + 1 < count, self[position] == .carriageReturn, self[position + 1] == .lineFeed else {
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

    private mutating func method() -> Method? {
        let start = position
        while position < count, position - start < 8, self[position].isLetter { position += 1 }
        let name = start..<position
        switch name.count {
        case 3 where matches(name, "GET"): return .get
        case 3 where matches(name, "PUT"): return .bodiless
        case 4 where matches(name, "HEAD"): return .head
        case 4 where matches(name, "POST"): return .bodiless
        case 5 where matches(name, "PATCH") || matches(name, "TRACE"): return .bodiless
        case 6 where matches(name, "DELETE"): return .bodiless
        case 7 where matches(name, "OPTIONS"): return .bodiless
        default: return nil
        }
    }

    private mutating func takes(_ byte: UInt8) -> Bool {
        guard position < count, self[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func takes(_ text: StaticString) -> Bool {
        let end = position + text.utf8CodeUnitCount
        guard end <= count, matches(position..<end, text) else { return false }
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
