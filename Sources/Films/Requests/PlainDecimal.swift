/// Reads numbers as people and JSON write them: digits, at most one point between them, at most a minus in front. Swift's own readers
/// also take `0x5`, `1e3`, `inf`, `nan` and `+5`.
enum PlainDecimal {
    /// - Returns: nil for anything but digits behind at most a minus, and for what an `Int` cannot hold.
    static func integer(_ text: some StringProtocol) -> Int? {
        guard Self.isPlain(text, allowsPoint: false) else { return nil }
        return Int(text)
    }

    /// - Returns: nil for anything but a plain decimal.
    static func number(_ text: some StringProtocol) -> Double? {
        guard Self.isPlain(text, allowsPoint: true) else { return nil }
        return Double(text)
    }

    private static func isPlain(_ text: some StringProtocol, allowsPoint: Bool) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count <= (allowsPoint ? 2 : 1)
            && parts.allSatisfy { part in
                !part.isEmpty && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            }
    }
}
