import HTTPServing

extension Routes {
    /// The webhooks, and where a new one is made.
    static let webhooks = Route(
        "/api/webhooks",
        [.get(.manage), .head(.manage), .post(.manage, .json(maximumBytes: WebhookBody.maximumLength)), .options],
        parameters: []
    )
    /// A webhook.
    static let webhook = Route(
        "/api/webhooks/{id}",
        [
            .get(.manage), .head(.manage), .patch(.manage, .json(maximumBytes: WebhookBody.maximumLength)),
            .delete(.manage), .options,
        ],
        parameters: []
    )
    /// Gives a webhook another secret.
    static let webhookRotation = Self.action("rotate")
    /// Sends again what a webhook has had.
    static let webhookReplay = Self.action("replay")
    /// Sends to a webhook again.
    static let webhookEnabling = Self.action("enable")
    /// Sends nothing to a webhook.
    static let webhookDisabling = Self.action("disable")

    /// All of them, for a server that has none.
    static let allOfWebhooks = [
        webhooks, webhook, webhookRotation, webhookReplay, webhookEnabling, webhookDisabling,
    ]

    private static func action(_ name: String) -> Route {
        Route(
            "/api/webhooks/{id}/\(name)",
            [.post(.manage, .json(maximumBytes: WebhookBody.maximumLength)), .options],
            parameters: []
        )
    }
}
