/// A cursor over the bytes of one field value, with the lexical rules of RFC 9110 5.6.
///
/// A rule that does not match returns nil (or false) and may have advanced: callers give up on the first nil.
struct FieldScanner {
    /// A copy: it costs one allocation, and makes every step an array access instead of a walk along a `String`.
    private let bytes: [UInt8]
    private var position = 0

    init(_ value: some StringProtocol) {
        bytes = Array(value.utf8)
    }

    var isAtEnd: Bool { position == bytes.count }

    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Skips `OWS` (RFC 9110 5.6.3).
    mutating func skipOptionalWhitespace() {
        while let byte = peek, byte.isOptionalWhitespace { position += 1 }
    }

    /// Consumes `byte` if it is next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    /// Consumes and returns the next byte.
    mutating func next() -> UInt8? {
        guard let byte = peek else { return nil }
        position += 1
        return byte
    }

    /// Consumes the longest run of bytes for which `predicate` holds; may be empty.
    mutating func run(while predicate: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = position
        while position < bytes.count, predicate(bytes[position]) { position += 1 }
        return bytes[start..<position]
    }

    /// `token` (RFC 9110 5.6.2), never empty.
    mutating func token() -> ArraySlice<UInt8>? {
        let run = run(while: \.isTokenCharacter)
        return run.isEmpty ? nil : run
    }

    /// The content of a `quoted-string` (RFC 9110 5.6.4), escapes resolved; nil if unterminated or holding a control.
    ///
    /// - Parameter escapes: which bytes a backslash may quote; before any other byte it stands for itself.
    mutating func quotedString(escapes: (UInt8) -> Bool = { _ in true }) -> String? {
        guard take(.quote) else { return nil }
        var content: [UInt8] = []
        while let byte = next() {
            switch byte {
            case .quote:
                return String(decoding: content, as: UTF8.self)
            case .backslash:
                guard let quoted = peek else { return nil }
                if escapes(quoted) {
                    guard !quoted.isControl || quoted == .tab else { return nil }
                    content.append(quoted)
                    position += 1
                } else {
                    content.append(byte)
                }
            default:
                guard !byte.isControl || byte == .tab else { return nil }
                content.append(byte)
            }
        }
        return nil
    }

    /// `1*DIGIT`, saturating at `Int64.max`; nil if no digit is next.
    ///
    /// ASCII digits only and no sign: `Int64(_:)` would accept `+1`.
    mutating func saturatingDecimal() -> Int64? {
        guard let first = peek, first.isDigit else { return nil }
        var value: Int64 = 0
        while let byte = peek, byte.isDigit {
            position += 1
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(Int64(byte &- UInt8(ascii: "0")))
            value = overflowed || carried ? .max : sum
        }
        return value
    }
}
