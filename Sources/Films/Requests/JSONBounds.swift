/// What is looked at in a JSON text before it is decoded: its bounds, because a decoder's cost grows with each value and with the depth
/// that it lies in; and commas, of which the decoder takes one too many.
enum JSONBounds {
    /// Arrays and objects within each other.
    static let maximumDepth = 16
    /// Members and elements, about: commas and brackets outside of texts.
    static let maximumValues = 20_000

    /// Why a text is not decoded.
    enum Flaw: Hashable, Sendable {
        /// Too deep, or too many values.
        case tooLarge
        /// A comma with no value behind it, which RFC 8259 (sections 4 and 5) does not have.
        case trailingComma
    }

    /// What is wrong with a text. Otherwise it need not be JSON; one pass, without recursion.
    static func flaw(in bytes: [UInt8]) -> Flaw? {
        var (depth, values, index) = (0, 0, 0)
        var isBehindComma = false
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""): index = bytes.endOfJSONText(at: index)
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                values += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                guard !isBehindComma else { return .trailingComma }
                depth -= 1
            case UInt8(ascii: ","): values += 1
            default: break
            }
            guard depth <= Self.maximumDepth, values <= Self.maximumValues else { return .tooLarge }
            if !Self.isSpace(byte) { isBehindComma = byte == UInt8(ascii: ",") }
            index += 1
        }
        return nil
    }

    /// RFC 8259 section 2.
    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n")
            || byte == UInt8(ascii: "\r")
    }
}
