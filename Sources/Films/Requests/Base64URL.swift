import FoundationEssentials

/// Base64 with the alphabet for URLs and without padding (RFC 4648 section 5).
enum Base64URL {
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").filter { $0 != "=" }
    }

    /// Nil for what has other characters, padding included, and for any but the one spelling of its bytes: bits of the last character
    /// that no byte has must be zero (RFC 4648 section 3.5), or one token would have several texts.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        guard !text.utf8.contains(where: { [UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "=")].contains($0) })
        else { return nil }
        var standard = String(text).replacing("-", with: "+").replacing("_", with: "/")
        standard += String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        guard let bytes = Data(base64Encoded: standard).map({ Array($0) }), Self.encode(bytes) == text else {
            return nil
        }
        return bytes
    }
}
