import MediaCore
import MediaEngine

/// A webhook as clients see it, without its secrets.
struct WebhookRecord: Encodable {
    let status: WebhookService.Status
    /// Only in the response to whoever made it.
    var secret: WebhookSecret?

    private enum Key: String, CodingKey {
        case id, name, url, events, collections, state, stateSince, cursor, lag, failures, lastError, nextTry,
            deliveredAt
        case createdAt, secret
    }

    func encode(to encoder: any Encoder) throws {
        let webhook = self.status.webhook
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(webhook.id.text, forKey: .id)
        try container.encode(webhook.name, forKey: .name)
        try container.encode(webhook.url.text, forKey: .url)
        try container.encode(webhook.events, forKey: .events)
        try container.encode(webhook.collections, forKey: .collections)
        try container.encode(webhook.state.rawValue, forKey: .state)
        try container.encode(webhook.stateSince.description, forKey: .stateSince)
        try container.encode(webhook.cursor.text, forKey: .cursor)
        try container.encode(self.status.lag, forKey: .lag)
        try container.encode(webhook.failures, forKey: .failures)
        try container.encode(webhook.lastError, forKey: .lastError)
        // A time for the next try says something only of one that failed.
        try container.encode(webhook.failures > 0 ? webhook.nextTry?.description : nil, forKey: .nextTry)
        try container.encode(webhook.deliveredAt?.description, forKey: .deliveredAt)
        try container.encode(webhook.createdAt.description, forKey: .createdAt)
        try container.encodeIfPresent(self.secret?.text, forKey: .secret)
    }
}

/// All of them.
struct WebhookList: Encodable {
    var webhooks: [WebhookRecord]
}

/// A new secret.
struct WebhookSecretRecord: Encodable {
    var secret: String
}
