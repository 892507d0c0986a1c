import Crypto
import Foundation

/// Who may ask for any picture: those to whom somebody with the key gave a signed URL.
///
/// The signature is the last parameter of the query, `signature=` and the HMAC-SHA256 (RFC 2104) of everything before it, `&` or `?`
/// excluded, in 64 hexadecimal digits. What is signed is the target of the request byte for byte, from its first slash: nothing is
/// decoded, so no two readers can disagree about it.
package struct URLSignature: Sendable {
    private let keys: [SymmetricKey]

    /// - Parameter keys: one that signs now, and those whose URLs are still good. Empty: nothing is signed.
    package init(keys: [String]) { self.keys = keys.map { SymmetricKey(data: Data($0.utf8)) } }

    /// Whether there are signed URLs at all.
    var isUsed: Bool { !self.keys.isEmpty }

    /// What a target says of itself.
    enum Verdict: Hashable {
        case unsigned
        case valid
        case invalid
    }

    /// - Parameter target: of the request, in origin form.
    func verdict(on target: String) -> Verdict {
        let bytes = Array(target.utf8)
        guard let query = bytes.firstIndex(of: UInt8(ascii: "?")) else { return .unsigned }
        guard let separator = bytes.lastIndex(where: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "?") }),
            bytes[(separator + 1)...].starts(with: Self.name)
        else {
            // One that is not the last signs nothing, and is not taken for none.
            return Self.hasName(bytes[query...]) ? .invalid : .unsigned
        }
        guard let code = Self.code(bytes[(separator + 1 + Self.name.count)...]) else { return .invalid }
        let signed = bytes[..<separator]
        let isValid = self.keys.contains {
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: $0)
        }
        return isValid ? .valid : .invalid
    }

    /// A target that takes the place of another one with the same query: signed, with the key that signs now, when the other one is.
    ///
    /// - Parameters:
    ///   - old: of the request, in origin form.
    ///   - new: with the query of `old`, its signature included.
    func carriedOver(from old: String, to new: String) -> String {
        guard self.verdict(on: old) == .valid, let key = self.keys.first,
            let separator = new.utf8.lastIndex(where: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "?") })
        else { return new }
        let signed = new[..<separator]
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: key)
        let digits = code.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
        return "\(signed)\(new[separator])signature=\(digits)"
    }

    private static let name = Array("signature=".utf8)

    private static func hasName(_ query: ArraySlice<UInt8>) -> Bool {
        query.indices.contains { index in
            (query[index] == UInt8(ascii: "&") || query[index] == UInt8(ascii: "?"))
                && query[(index + 1)...].starts(with: self.name)
        }
    }

    private static func code(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        guard digits.count == 2 * SHA256.byteCount else { return nil }
        var code: [UInt8] = []
        var high: UInt8?
        for digit in digits {
            guard let value = Character(UnicodeScalar(digit)).hexDigitValue.map(UInt8.init) else { return nil }
            if let first = high {
                code.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return code
    }
}
