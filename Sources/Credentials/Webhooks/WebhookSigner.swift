import Crypto
import Foundation
package import MediaCore

/// The signatures of messages to webhooks: Standard Webhooks 1.0, "Signature scheme", with HMAC-SHA256 (RFC 2104).
///
///     webhook-signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4= v1,Zx...
///
/// Signed are the identifier, the time and the body with full stops between. There is a signature by each secret, so that receivers go on
/// verifying while a secret is being changed.
package enum WebhookSigner {
    private static let secretLengthBytes = 32

    /// Makes a new secret.
    /// - Returns: nil only where no random bytes could be had.
    package static func makeSecret() -> WebhookSecret? {
        let bytes = SymmetricKey(size: .init(bitCount: self.secretLengthBytes * 8)).withUnsafeBytes { Data($0) }
        return WebhookSecret(WebhookSecret.prefix + bytes.base64EncodedString())
    }

    /// The field `webhook-signature`. A secret that is no base64 signs nothing.
    ///
    /// - Parameter timestamp: in seconds, as the field `webhook-timestamp` has it.
    package static func signature(
        of body: [UInt8],
        id: String,
        timestamp: Int64,
        secrets: [WebhookSecret]
    ) -> String {
        let signed = Array("\(id).\(timestamp).".utf8) + body
        return secrets.compactMap { secret in
            guard let key = Data(base64Encoded: String(secret.text.dropFirst(WebhookSecret.prefix.count))) else {
                return nil
            }
            let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: key))
            return "v1," + Data(code).base64EncodedString()
        }.joined(separator: " ")
    }
}
