/// What may stand in `Host` and in the authority of a target (RFC 3986 section 3.2.2 and 3.2.3): a name or an address, and
/// perhaps a port; no user.
package enum HostField {
    /// Whether the value is one. Empty is: a target without an authority has none (RFC 9110 section 7.2).
    package static func isValid(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let inner = String(decoding: bytes[1..<end], as: UTF8.self)
            guard inner.utf8.contains(UInt8(ascii: ":")), IPAddress(inner) != nil else { return false }
            return self.isPort(bytes[(end + 1)...])
        }
        let end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
        return self.isName(bytes[..<end]) && self.isPort(bytes[end...])
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
