/// What may stand in `Host` and in the authority of a target (RFC 3986 section 3.2.2 and 3.2.3): a name or an address, and
/// perhaps a port; no user.
package enum HostField {
    /// Whether the value is one. Empty is: a target without an authority has none (RFC 9110 section 7.2).
    package static func isValid(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
            return self.isAddress(bytes[1..<end]) && self.isPort(bytes[(end + 1)...])
        }
        let end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
        return self.isName(bytes[..<end]) && self.isPort(bytes[end...])
    }

    /// An IPv6 address, perhaps with its zone (RFC 6874; some clients leave the `%` as it is), or an address of the future.
    private static func isAddress(_ bytes: ArraySlice<UInt8>) -> Bool {
        if let first = bytes.first, first | 0x20 == UInt8(ascii: "v") {
            let parts = bytes.dropFirst().split(
                separator: UInt8(ascii: "."),
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
                && parts[0].allSatisfy { $0.hexadecimalValue != nil }
                && parts[1].allSatisfy { $0 == UInt8(ascii: ":") || $0 != .percent && self.isName([$0]) }
        }
        let address = bytes.prefix { $0 != .percent }
        let zone = bytes[address.endIndex...].dropFirst()
        let text = String(decoding: address, as: UTF8.self)
        guard address.contains(UInt8(ascii: ":")), IPAddress(text) != nil else { return false }
        return address.endIndex == bytes.endIndex || !zone.isEmpty && self.isName(zone)
    }

    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count <= 255 else { return false }
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == .percent {
                guard index + 2 < bytes.endIndex, bytes[index + 1].hexadecimalValue != nil,
                    bytes[index + 2].hexadecimalValue != nil
                else { return false }
                index += 3
                continue
            }
            guard byte.isDigit || byte.isLetter || "-._~!$&'()*+;=".utf8.contains(byte) else { return false }
            index += 1
        }
        return true
    }

    /// Nothing, or a colon and a number up to 65535, which may be left out.
    private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let colon = bytes.first else { return true }
        let digits = bytes.dropFirst()
        guard colon == UInt8(ascii: ":"), digits.count <= 5, digits.allSatisfy(\.isDigit) else { return false }
        return digits.isEmpty || UInt16(String(decoding: digits, as: UTF8.self)) != nil
    }
}
