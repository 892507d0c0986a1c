import Crypto
import Foundation
package import Primitives

/// Addresses that let whoever has them read one file, or one thing made from it, until a certain time.
///
///     /files/documents/1.pdf?expires=1767225600&signature=5d41...
///
/// The signature is the HMAC-SHA256 (RFC 2104), in 64 hexadecimal digits, of `read`, a line feed, and the address as it is sent from its
/// first slash up to `&signature=`. Path, expiry, preset and parameters are all in it, byte for byte: nothing is decoded, so no two readers
/// can disagree about what was signed. It is good for GET and HEAD, and for nothing else.
package struct AddressSigner: Sendable {
    private let keys: [SymmetricKey]

    /// - Parameter secrets: the first one signs; all of them verify, so that addresses outlive a change of keys.
    package init(secrets: [String]) { self.keys = secrets.map { SymmetricKey(data: Data($0.utf8)) } }

    /// Whether anything can be signed.
    package var hasKeys: Bool { !self.keys.isEmpty }

    /// What an address says of itself.
    package enum Verdict: Hashable, Sendable {
        /// It has no expiry: it is not one of these.
        case unsigned
        /// It may be read until then.
        case valid(until: Timestamp)
        /// It was good until then.
        case expired
        /// A byte of it was changed, or it was signed with a key that is not known.
        case forged
    }

    /// Signs an address.
    ///
    /// - Parameters:
    ///   - address: in origin form, as it will be sent; with a query or without one. It must have no `expires` or `signature`.
    ///   - expiry: rounded up to a whole bucket first, see ``expiry(notBefore:bucketSeconds:)``.
    /// - Returns: nil where there is no key, or the address has a signature.
    package func sign(_ address: String, until expiry: Timestamp) -> String? {
        guard let key = self.keys.first, Self.position(of: Self.expiryName, in: address) == nil,
            Self.position(of: Self.signatureName, in: address) == nil, !address.utf8.contains(UInt8(ascii: "#"))
        else { return nil }
        let separator = address.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        let signed = "\(address)\(separator)expires=\(expiry.seconds)"
        let code = HMAC<SHA256>.authenticationCode(for: Self.message(signed), using: key)
        return "\(signed)&signature=\(Self.hex(code))"
    }

    /// What the address of a request says.
    package func verdict(on target: String, at time: Timestamp) -> Verdict {
        guard let expiry = Self.position(of: Self.expiryName, in: target) else { return .unsigned }
        guard let name = Self.position(of: Self.signatureName, in: target), name > expiry,
            let code = Self.code(target.utf8[target.utf8.index(name, offsetBy: Self.signatureName.count)...])
        else { return .forged }
        // The separator stands before the name.
        let signed = String(target.utf8[..<target.utf8.index(before: name)]) ?? ""
        let digits = signed.utf8[signed.utf8.index(expiry, offsetBy: Self.expiryName.count)...]
        let message = Self.message(signed)
        let isGenuine = self.keys.contains {
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: $0)
        }
        guard isGenuine, digits.count <= 12, let seconds = String(digits).flatMap({ Int64($0) }) else { return .forged }
        let end = Timestamp(seconds: seconds, nanoseconds: 0)
        return time <= end ? .valid(until: end) : .expired
    }

    /// The first whole bucket that ends no earlier: addresses that are signed at about the same time are the same, and caches hit.
    package static func expiry(notBefore time: Timestamp, bucketSeconds: Int64) -> Timestamp {
        let bucket = max(1, bucketSeconds)
        let seconds = time.seconds + (time.microseconds % 1_000_000 == 0 ? 0 : 1)
        return Timestamp(seconds: (seconds + bucket - 1) / bucket * bucket, nanoseconds: 0)
    }

    /// What an address of this kind was made from: without expiry and signature. Others are returned as they are.
    package static func base(of target: String) -> String {
        guard let expiry = self.position(of: self.expiryName, in: target) else { return target }
        return String(target.utf8[..<target.utf8.index(before: expiry)]) ?? target
    }

    /// Whether an address says that it is one of these. Nothing is verified.
    package static func isSigned(_ target: String) -> Bool { self.position(of: self.expiryName, in: target) != nil }

    /// Whether there is a signature without an expiry: of something else, or of one of these that lost it.
    package static func isHalf(_ target: String) -> Bool {
        self.position(of: self.signatureName, in: target) != nil
            && self.position(of: self.expiryName, in: target) == nil
    }

    private static let expiryName = Array("expires=".utf8)
    private static let signatureName = Array("signature=".utf8)

    private static func message(_ signed: String) -> Data { Data("read\n\(signed)".utf8) }

    /// Where a parameter of this name begins in the query; the first one counts, and a second one is part of what is signed.
    private static func position(of name: [UInt8], in target: String) -> String.Index? {
        let bytes = target.utf8
        guard let query = bytes.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        var start = bytes.index(after: query)
        while true {
            if bytes[start...].starts(with: name) { return start }
            guard let separator = bytes[start...].firstIndex(of: UInt8(ascii: "&")) else { return nil }
            start = bytes.index(after: separator)
        }
    }

    private static func hex(_ code: some Sequence<UInt8>) -> String {
        code.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
    }

    private static func code(_ digits: Substring.UTF8View) -> [UInt8]? {
        guard digits.count == 2 * SHA256.byteCount else { return nil }
        var code: [UInt8] = []
        var rest = digits
        while let high = rest.popFirst(), let low = rest.popFirst() {
            guard let first = Self.nibble(high), let second = Self.nibble(low) else { return nil }
            code.append(first << 4 | second)
        }
        return code
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
