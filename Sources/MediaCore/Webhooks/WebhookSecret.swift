/// A secret that a webhook's messages are signed with, as both sides have it: `whsec_` and base64 (Standard Webhooks, "Signature
/// scheme").
///
/// It is kept as it is, because it signs. No text of it shows it but ``text``.
package struct WebhookSecret: Hashable, Sendable {
    /// With the prefix; for the receiver and the database, and for nobody else.
    package let text: String

    /// How every secret begins, so that a leaked one is found in logs and repositories.
    package static let prefix = "whsec_"
    /// The new one and the one before: a receiver that knows either verifies.
    package static let maximumPerWebhook = 2

    /// Takes a secret that was made here; nil for what does not begin as one.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), text.utf8.count > Self.prefix.utf8.count else { return nil }
        self.text = text
    }
}

extension WebhookSecret: CustomStringConvertible, CustomDebugStringConvertible {
    /// Without the secret.
    package var description: String { "\(Self.prefix)***" }
    /// Without the secret.
    package var debugDescription: String { self.description }
}
