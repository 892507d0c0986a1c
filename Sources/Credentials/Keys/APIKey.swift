package import Access
import Crypto
import Foundation
package import MediaCore

/// A key of an API service: what it sends, and what is kept of it.
///
///     mk_7q2xvbd3k4ha_0x3vVvJ0y3Yxw2mZ1dT7p5s8u9a4b6c1e2f3g4h5i6j
///
/// `mk_`, the identifier, and 32 random bytes in base64url (RFC 4648 section 5). Only the SHA-256 of the secret is kept: with 256 random
/// bits there is nothing to guess, so nothing has to be slow.
package struct APIKey: Hashable, Sendable {
    /// By which it is listed and revoked.
    package let id: KeyID
    /// Of the secret's text.
    package let digest: MediaCore.Digest

    /// How every key begins, so that a leaked one is found in logs and repositories.
    package static let prefix = "mk_"
    /// Of the whole text.
    package static let lengthBytes = 3 + 12 + 1 + 43

    private init(id: KeyID, digest: MediaCore.Digest) {
        self.id = id
        self.digest = digest
    }

    /// Reads what a client sent. Nil for what cannot be a key.
    package init?(_ text: String) {
        guard text.utf8.count == Self.lengthBytes, text.hasPrefix(Self.prefix) else { return nil }
        let parts = text.utf8.dropFirst(Self.prefix.utf8.count)
        guard let id = KeyID(String(Substring(parts.prefix(12)))), parts.dropFirst(12).first == UInt8(ascii: "_") else {
            return nil
        }
        let secret = parts.dropFirst(13)
        guard secret.allSatisfy({ Self.isBase64URL($0) }), let digest = Self.digest(of: Array(secret)) else {
            return nil
        }
        self.init(id: id, digest: digest)
    }

    /// Makes a new key.
    /// - Returns: what the service is to send, which is shown once, and what is kept of it.
    package static func make() -> (text: String, key: APIKey)? {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
        var generator = SystemRandomNumberGenerator()
        let id = String((0..<12).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
        let secret = SymmetricKey(size: .bits256).withUnsafeBytes { Base64URL.encode($0) }
        let text = "\(Self.prefix)\(id)_\(secret)"
        return APIKey(text).map { (text, $0) }
    }

    /// Whether the secret is the one of which this digest was kept. Takes the same time wherever they differ.
    package func hasDigest(_ kept: MediaCore.Digest) -> Bool {
        var difference: UInt8 = 0
        for (mine, other) in zip(self.digest.bytes, kept.bytes) { difference |= mine ^ other }
        return difference == 0
    }

    private static func digest(of secret: [UInt8]) -> MediaCore.Digest? {
        MediaCore.Digest(bytes: Array(SHA256.hash(data: secret)))
    }

    private static func isBase64URL(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
