import Foundation

/// Base64 with the alphabet for URLs and without padding (RFC 4648 section 5; RFC 7515 section 2).
enum Base64URL {
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Nil for what has other characters, padding included, and for any but the one spelling of its bytes: bits of the last character
    /// that no byte has must be zero (RFC 4648 section 3.5), or one token would have several texts.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        guard
            !text.utf8.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "=") }
            )
        else { return nil }
        var base64 = String(text).replacing("-", with: "+").replacing("_", with: "/")
        base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let bytes = Data(base64Encoded: base64).map({ Array($0) }), Self.encode(bytes) == text else { return nil }
        return bytes
    }
}
