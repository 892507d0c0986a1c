import FoundationEssentials

/// Finds a name that stands twice in one object of a JSON text (RFC 8259 section 4: what such an object means, nobody says).
enum RepeatedName {
    /// - Parameter bytes: JSON in UTF-8 that was decoded before, so that its grammar is right and its depth bounded.
    static func first(in bytes: [UInt8]) -> String? {
        // Of each object that is open its names; nil for an array.
        var open: [Set<String>?] = []
        var isNameNext = false
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "{"):
                open.append([])
                isNameNext = true
            case UInt8(ascii: "["):
                open.append(nil)
                isNameNext = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = open.popLast()
                isNameNext = false
            case UInt8(ascii: ","): isNameNext = open.last.flatMap(\.self) != nil
            case UInt8(ascii: "\""):
                let end = bytes.endOfJSONText(at: index)
                if isNameNext {
                    let name = Self.text(bytes[index...end])
                    if open[open.count - 1]?.insert(name).inserted == false { return name }
                    isNameNext = false
                }
                index = end
            default: break
            }
            index += 1
        }
        return nil
    }

    /// With its quotes; escapes are read, so that two spellings of a name are one.
    private static func text(_ quoted: ArraySlice<UInt8>) -> String {
        (try? JSONDecoder().decode(String.self, from: Data(quoted)))
            ?? String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
    }
}
