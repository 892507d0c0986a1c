/// The bounds of a JSON text, looked at before it is decoded: a decoder's cost grows with each value and with the depth that it lies in.
enum JSONBounds {
    /// Arrays and objects within each other.
    static let maximumDepth = 16
    /// Members and elements, about: commas and brackets outside of texts.
    static let maximumValues = 20_000

    /// Whether the text keeps to both. It need not be JSON; one pass, without recursion.
    static func allow(_ bytes: [UInt8]) -> Bool {
        var (depth, values, index) = (0, 0, 0)
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""): index = bytes.endOfJSONText(at: index)
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                values += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ","): values += 1
            default: break
            }
            guard depth <= Self.maximumDepth, values <= Self.maximumValues else { return false }
            index += 1
        }
        return true
    }
}
