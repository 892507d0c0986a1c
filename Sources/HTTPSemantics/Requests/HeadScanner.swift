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

    private let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    /// Looks at no more than `maximumLength` bytes.
    init(_ bytes: UnsafeRawBufferPointer, maximumLength: Int) {
        self.bytes = UnsafeRawBufferPointer(rebasing: bytes.prefix(max(0, maximumLength)))
    }

    /// `method SP request-target SP HTTP/1.1 CRLF`.
    ///
    /// The target is a path, or of a method other than GET and HEAD also `*`.
    mutating func requestLine() -> (method: Method, target: Range<Int>)? {
        guard let method = method(), takes(.space) else { return nil }
        let start = position
        while position < bytes.count, bytes[position].isVisible, bytes[position] != UInt8(ascii: "#") { position += 1 }
        let target = start..<position
        guard let first = target.first else { return nil }
        if bytes[first] != .slash {
            guard method == .bodiless, target.count == 1, bytes[first] == UInt8(ascii: "*") else { return nil }
        }
        guard takes(" HTTP/1.1"), takeLineEnd() else { return nil }
        return (method, target)
    }

    /// CRLF.
    mutating func takeLineEnd() -> Bool {
        guard position + 1 < bytes.count, bytes[position] == .carriageReturn, bytes[position + 1] == .lineFeed else {
            return false
        }
        position += 2
        return true
    }

    /// `field-name ":"`; the colon is consumed too.
    mutating func fieldName() -> Range<Int>? {
        let start = position
        while position < bytes.count, bytes[position].isTokenCharacter { position += 1 }
        let name = start..<position
        return !name.isEmpty && takes(UInt8(ascii: ":")) ? name : nil
    }

    /// `OWS field-value OWS CRLF`, without the whitespace; may be empty.
    mutating func fieldValue() -> Range<Int>? {
        while position < bytes.count, bytes[position].isOptionalWhitespace { position += 1 }
        let start = position
        skipFieldContent()
        var end = position
        guard takeLineEnd() else { return nil }
        while end > start, bytes[end - 1].isOptionalWhitespace { end -= 1 }
        return start..<end
    }

    /// Advances to the first byte that may not stand in a field value: a control other than HTAB.
    private mutating func skipFieldContent() {
        while true {
            // Eight bytes at once, as long as none is a control: fields like User-Agent are most of a browser's head.
            while position + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                let controls = word.firstControl
                position += controls
                if controls < 8 { break }
            }
            while position < bytes.count, !bytes[position].isControl {
                position += 1
            }
            guard position < bytes.count, bytes[position] == .tab else { return }
            position += 1
        }
    }

    private mutating func method() -> Method? {
        let start = position
        while position < bytes.count, position - start < 8, bytes[position].isLetter { position += 1 }
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
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func takes(_ text: StaticString) -> Bool {
        let end = position + text.utf8CodeUnitCount
        guard end <= bytes.count, matches(position..<end, text) else { return false }
        position = end
        return true
    }

    /// Compares bytes with as many of `text`.
    private func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
        for index in 0..<range.count where bytes[range.lowerBound + index] != text.utf8Start[index] { return false }
        return true
    }
}

extension HeadScanner {
    /// Compares letters whatever their case; `text` is in lowercase and holds letters and dashes only.
    func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<range.count where bytes[range.lowerBound + index].asciiLowercased != text.utf8Start[index] {
            return false
        }
        return true
    }

    /// Whether the text begins with `prefix`, which is as in ``equals(_:_:)``.
    func hasPrefix(_ range: Range<Int>, _ prefix: StaticString) -> Bool {
        let length = prefix.utf8CodeUnitCount
        return range.count >= length && equals(range.lowerBound..<(range.lowerBound + length), prefix)
    }

    /// The byte at an offset within what was consumed, a letter in lowercase.
    func lowercased(at offset: Int) -> UInt8 { bytes[offset].asciiLowercased }

    /// The bytes as text; what is not UTF-8 becomes U+FFFD, as everywhere else fields become text.
    func text(of range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    /// Whether the value is what ``Authority`` reads: a name, an address, and perhaps a port.
    func isHost(_ range: Range<Int>) -> Bool {
        var end = range.lowerBound
        while end < range.upperBound, bytes[end].isHostCharacter { end += 1 }
        // The usual case; addresses in brackets, ports and what is wrong are looked at slowly.
        if end == range.upperBound, (1...253).contains(range.count) { return true }
        return Authority(text(of: range)) != nil
    }
}

extension UInt8 {
    /// `VCHAR` of RFC 5234 B.1.
    fileprivate var isVisible: Bool { self > .space && self < .delete }

    /// What names of hosts are made of here.
    fileprivate var isHostCharacter: Bool {
        isDigit || isLetter || self == .dash || self == UInt8(ascii: ".") || self == UInt8(ascii: "_")
    }
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
