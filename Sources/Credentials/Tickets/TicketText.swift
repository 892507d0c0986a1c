import Crypto
package import MediaCore

/// The text of a ticket for the stream of events: `mt_` and 32 random bytes in base64url. Only its SHA-256 is kept.
package enum TicketText {
    /// How every ticket begins.
    package static let prefix = "mt_"
    private static let lengthBytes = 3 + 43

    /// A new ticket, and what is kept of it.
    package static func make() -> (text: String, digest: MediaCore.Digest)? {
        let secret = SymmetricKey(size: .bits256).withUnsafeBytes { Base64URL.encode($0) }
        let text = Self.prefix + secret
        return Self.digest(of: text).map { (text, $0) }
    }

    /// What is kept of a ticket that a client sent; nil for what cannot be one.
    package static func digest(of text: String) -> MediaCore.Digest? {
        guard text.utf8.count == Self.lengthBytes, text.hasPrefix(Self.prefix) else { return nil }
        return MediaCore.Digest(bytes: Array(SHA256.hash(data: Array(text.utf8))))
    }
}
