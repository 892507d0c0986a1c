import Credentials
import MediaCore

/// A change as a message to an endpoint: Standard Webhooks 1.0, "Payload structure" and "Webhook headers".
///
///     {"type": "file.created", "timestamp": "2026-11-30T12:00:00.000000Z", "data": {...}}
struct WebhookEnvelope: Sendable {
    /// The change as the feed's other readers get it.
    let data: @Sendable (FeedEvent) -> [UInt8]

    /// The message about an event.
    ///
    /// - Parameter time: of the try; receivers refuse what is old.
    func message(about event: FeedEvent, to webhook: Webhook, at time: Timestamp) -> WebhookMessage {
        let head = "{\"type\":\"\(event.kind.rawValue)\",\"timestamp\":\"\(event.at)\",\"data\":"
        let body = Array(head.utf8) + self.data(event) + [UInt8(ascii: "}")]
        let id = Self.identifier(of: event.cursor)
        let signature = WebhookSigner.signature(
            of: body,
            id: id,
            timestamp: time.seconds,
            secrets: webhook.secrets
        )
        return WebhookMessage(
            url: webhook.url,
            fields: [
                .init("webhook-id", id), .init("webhook-timestamp", "\(time.seconds)"),
                .init("webhook-signature", signature), .init("Content-Type", "application/json"),
            ],
            body: body
        )
    }

    /// The same whenever and by whomever the change is sent: receivers drop what they know. Without a full stop, which separates what is
    /// signed.
    static func identifier(of cursor: FeedCursor) -> String { "evt_\(cursor.epoch)_\(cursor.position)" }
}
