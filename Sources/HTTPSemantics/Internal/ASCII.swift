/// Character classes of HTTP field values, by byte.
///
/// HTTP is defined on octets: `Character` and `Unicode.Scalar` properties would let in non-ASCII digits and letters.
extension UInt8 {
    static var tab: UInt8 { UInt8(ascii: "\t") }
    static var lineFeed: UInt8 { UInt8(ascii: "\n") }
    static var carriageReturn: UInt8 { UInt8(ascii: "\r") }
    static var space: UInt8 { UInt8(ascii: " ") }
    static var quote: UInt8 { UInt8(ascii: "\"") }
    static var backslash: UInt8 { UInt8(ascii: "\\") }
    static var comma: UInt8 { UInt8(ascii: ",") }
    static var semicolon: UInt8 { UInt8(ascii: ";") }
    static var equals: UInt8 { UInt8(ascii: "=") }
    static var dash: UInt8 { UInt8(ascii: "-") }
    static var slash: UInt8 { UInt8(ascii: "/") }
    static var percent: UInt8 { UInt8(ascii: "%") }
    static var delete: UInt8 { 0x7F }

    /// `DIGIT` of RFC 5234 B.1.
    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

    /// `ALPHA` of RFC 5234 B.1.
    var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }

    /// One byte of `OWS` (RFC 9110 5.6.3).
    var isOptionalWhitespace: Bool { self == .space || self == .tab }

    /// C0 controls and DEL.
    var isControl: Bool { self < 0x20 || self == .delete }

    /// `unreserved` of RFC 3986 2.3.
    var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: isDigit || isLetter
        }
    }

    /// `tchar` of RFC 9110 5.6.2.
    var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: isDigit || isLetter
        }
    }

    /// `bcharsnospace` of RFC 2046 5.1.1.
    var isBoundaryCharacter: Bool {
        switch self {
        case UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "+"), UInt8(ascii: "_"),
            UInt8(ascii: ","), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"),
            UInt8(ascii: "="), UInt8(ascii: "?"):
            true
        default: isDigit || isLetter
        }
    }

    /// The lowercase form of an ASCII letter; every other byte unchanged.
    var asciiLowercased: UInt8 { self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self }

    /// The value of a hexadecimal digit, or nil.
    var hexadecimalValue: UInt8? {
        if isDigit { return self &- UInt8(ascii: "0") }
        let letter = (self | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter &+ 10 : nil
    }

    /// The uppercase hexadecimal digit of the low four bits.
    var hexadecimalDigit: UInt8 {
        let nibble = self & 0x0F
        return nibble < 10 ? UInt8(ascii: "0") &+ nibble : UInt8(ascii: "A") &+ (nibble &- 10)
    }
}

extension Sequence<UInt8> {
    /// The bytes as text, its ASCII letters in lowercase, as HTTP's case-insensitive names ask (RFC 9110 5.6.2).
    var lowercasedText: String {
        String(decoding: map(\.asciiLowercased), as: UTF8.self)
    }

    /// Compares with ASCII letters folded; other bytes must be equal.
    func equalsIgnoringCase(_ other: some Sequence<UInt8>) -> Bool {
        elementsEqual(other) { $0.asciiLowercased == $1.asciiLowercased }
    }
}

extension String {
    /// The text of bytes that are known to be UTF-8 because they are a part of a `String` cut at ASCII bytes.
    init(_ bytes: ArraySlice<UInt8>) {
        self.init(decoding: bytes, as: UTF8.self)
    }
}
