import Logging
import MediaCore

/// Carries changes to one endpoint, in order, for as long as this process has the claim on it.
///
/// The cursor moves only after the endpoint took the message. A process that ends in between leaves it where it was, so the next one
/// sends that message again, with the same identifier: nothing is lost, and something may come twice.
struct WebhookDelivery: Sendable {
    let catalog: any WebhookCatalog
    let feed: any ChangeFeed
    let sender: any WebhookSender
    let envelope: WebhookEnvelope
    let policy: WebhookPolicy
    let clock: WallClock
    let holder: String
    let counts: WebhookCounts
    let logger: Logger

    /// Changes that are read at a time.
    static let pageLength = 100
    /// Changes that are sent before another endpoint may have the turn.
    static let turnLength = 100

    /// Sends what is behind the cursor until there is no more, the turn is over, something failed, or the claim was lost.
    ///
    /// - Parameter isStopping: asked before each message.
    /// - Returns: false where the database failed, so that going on at once makes no sense.
    func run(_ claimed: Webhook, isStopping: @Sendable () -> Bool) async -> Bool {
        do throws(MediaError) {
            try await self.send(claimed, isStopping: isStopping)
            return true
        } catch {
            if error.code == .cursorExpired {
                let isNoted = try? await self.catalog.setBackWebhook(
                    claimed.id,
                    WebhookPolicy.expired(claimed),
                    by: self.holder
                )
                if isNoted == true { self.note(claimed, "The cursor of a webhook has expired; it is parked") }
                return isNoted != nil
            }
            self.logger.warning(
                "A webhook could not be served",
                metadata: ["webhook": "\(claimed.id)", "error": "\(error)"]
            )
            try? await self.catalog.releaseWebhook(claimed.id, by: self.holder)
            return false
        }
    }

    private func send(_ claimed: Webhook, isStopping: @Sendable () -> Bool) async throws(MediaError) {
        var webhook = claimed
        let filter = FeedFilter(collections: webhook.collections)
        var sent = 0
        while true {
            let page = try await self.feed.page(
                after: webhook.cursor,
                filter: filter,
                limit: Self.pageLength,
                end: .change
            )
            for event in page.events where webhook.wants(event.kind) {
                guard !isStopping(), !Task.isCancelled, sent < Self.turnLength else {
                    return try await self.catalog.releaseWebhook(webhook.id, by: self.holder)
                }
                guard try await self.deliver(event, to: webhook) else { return }
                sent += 1
                webhook.cursor = event.cursor
                (webhook.state, webhook.failures) = (.active, 0)
            }
            // Past what it did not ask for.
            if page.cursor != webhook.cursor {
                guard
                    try await self.catalog.advanceWebhook(
                        webhook.id,
                        to: page.cursor,
                        isDelivered: false,
                        by: self.holder
                    )
                else { return }
                webhook.cursor = page.cursor
            }
            guard page.hasMore else { return try await self.catalog.releaseWebhook(webhook.id, by: self.holder) }
        }
    }

    /// - Returns: whether to go on.
    private func deliver(_ event: FeedEvent, to webhook: Webhook) async throws(MediaError) -> Bool {
        let message = self.envelope.message(about: event, to: webhook, at: self.clock())
        let outcome = await self.sender.send(message)
        if outcome == .failed(.interrupted) {
            // Says nothing about the endpoint.
            try await self.catalog.releaseWebhook(webhook.id, by: self.holder)
            return false
        }
        guard
            let setback = self.policy.setback(
                after: outcome,
                of: webhook,
                at: self.clock(),
                jitter: .random(in: 0...1)
            )
        else {
            self.counts.delivered()
            if webhook.state != .active { self.note(webhook, "A webhook takes messages again", .notice) }
            return try await self.catalog.advanceWebhook(
                webhook.id,
                to: event.cursor,
                isDelivered: true,
                by: self.holder
            )
        }
        self.counts.failed()
        let isNoted = try await self.catalog.setBackWebhook(webhook.id, setback, by: self.holder)
        if isNoted, setback.state != webhook.state {
            self.note(webhook, "A webhook is \(setback.state.rawValue)", reason: setback.error)
        }
        return false
    }

    private func note(
        _ webhook: Webhook,
        _ message: Logger.Message,
        _ level: Logger.Level = .warning,
        reason: String? = nil
    ) {
        self.logger.log(
            level: level,
            message,
            metadata: [
                "webhook": "\(webhook.id)", "endpoint": "\(webhook.url.origin)", "reason": "\(reason ?? "none")",
            ]
        )
    }
}
