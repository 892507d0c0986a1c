package import Primitives

/// The records of webhooks, and who delivers to which of them.
///
/// Several daemons deliver from one database. A daemon claims an endpoint for a while before it sends to it, so that one at a time
/// does; every later write names the holder and does nothing for one that has lost its claim. All times are the database's: daemons whose
/// clocks differ agree.
///
/// Second implementation: `InMemoryWebhookCatalog` in MediaTesting; one conformance suite (`WebhookCatalogConformance`) runs on both. Every
/// method throws ``MediaError`` `catalog_unavailable` when the database cannot be reached.
package protocol WebhookCatalog: Sendable {
    /// Keeps a new webhook.
    /// - Returns: false when there are `maximum` already.
    func insert(_ webhook: Webhook, atMost maximum: Int) async throws(MediaError) -> Bool

    /// All webhooks, the oldest first.
    func webhooks() async throws(MediaError) -> [Webhook]

    /// Forgets a webhook. Returns false where there is none.
    func removeWebhook(_ id: WebhookID) async throws(MediaError) -> Bool

    /// Changes what a webhook is, and takes any claim on it away: what is sent from now on is as it says.
    /// - Returns: whether there is such a webhook.
    func reviseWebhook(_ id: WebhookID, _ revision: WebhookRevision) async throws(MediaError) -> Bool

    /// Puts a secret in front of the others, and drops what is more than `kept`.
    /// - Returns: false where there is no such webhook.
    func addSecret(_ secret: WebhookSecret, to id: WebhookID, keeping kept: Int) async throws(MediaError) -> Bool

    /// Makes a webhook active, without failures, due at once, and free of whoever claims it.
    /// - Parameter cursor: where it goes on; nil: where it is.
    /// - Returns: false where there is no such webhook.
    func resumeWebhook(_ id: WebhookID, at cursor: FeedCursor?) async throws(MediaError) -> Bool

    /// Disables a webhook until somebody enables it; nobody has a claim on it any more.
    /// - Returns: false where there is no such webhook.
    func disableWebhook(_ id: WebhookID, reason: String) async throws(MediaError) -> Bool

    // MARK: Delivering

    /// Claims webhooks that are due, not at the head, and claimed by nobody else; those that have waited longest first.
    ///
    /// - Parameters:
    ///   - holder: who claims; another text for every process.
    ///   - lease: how long the claim lasts unless it is renewed.
    ///   - served: those that the holder serves already.
    func claimWebhooks(
        for holder: String,
        lease: Duration,
        head: FeedCursor,
        except served: Set<WebhookID>,
        limit: Int
    ) async throws(MediaError) -> [Webhook]

    /// Renews all claims that a holder still has.
    func renewClaims(of holder: String, lease: Duration) async throws(MediaError)

    /// Moves the cursor on.
    ///
    /// - Parameter isDelivered: whether the endpoint took something, which makes it active and ends its failures; or there was nothing for
    ///   it, which says nothing about it.
    /// - Returns: false when the claim was lost: nothing is changed.
    func advanceWebhook(
        _ id: WebhookID,
        to cursor: FeedCursor,
        isDelivered: Bool,
        by holder: String
    ) async throws(MediaError) -> Bool

    /// Notes a failure, and gives the claim back.
    /// - Returns: false when the claim was lost: nothing is changed.
    func setBackWebhook(_ id: WebhookID, _ setback: WebhookSetback, by holder: String) async throws(MediaError) -> Bool

    /// Gives a claim back. A lost one is nobody's concern.
    func releaseWebhook(_ id: WebhookID, by holder: String) async throws(MediaError)
}
