import Credentials
package import MediaCore

/// Makes, lists, changes and deletes webhooks. ``WebhookDispatcher`` delivers to them.
package struct WebhookService: Sendable {
    private let catalog: any WebhookCatalog
    private let feed: any ChangeFeed
    private let sender: any WebhookSender
    private let collections: [String]
    private let maximum: Int
    private let clock: WallClock

    /// - Parameters:
    ///   - collections: those there are.
    ///   - maximum: webhooks at most (`webhooks.maximum`).
    package init(
        catalog: any WebhookCatalog,
        feed: any ChangeFeed,
        sender: any WebhookSender,
        collections: [String],
        maximum: Int,
        clock: @escaping WallClock
    ) {
        self.catalog = catalog
        self.feed = feed
        self.sender = sender
        self.collections = collections
        self.maximum = maximum
        self.clock = clock
    }

    /// A webhook, and how far it is behind.
    package struct Status: Hashable, Sendable {
        package var webhook: Webhook
        /// Changes behind the newest; nil when its cursor is of another epoch.
        package var lag: Int64?
    }

    /// Makes a webhook.
    ///
    /// - Returns: its secret too, which is shown this once.
    /// - Throws: `endpoint_not_allowed`; `invalid_request`, `unknown_collection`; `cursor_expired`.
    package func create(_ draft: WebhookDraft) async throws(MediaError) -> (status: Status, secret: WebhookSecret) {
        let url = try WebhookURL(draft.url)
        try self.check(name: draft.name, events: draft.events, collections: draft.collections)
        try await self.sender.check(url)
        let bounds = try await self.feed.bounds()
        let cursor = try await self.cursor(draft.start ?? .now, bounds)
        guard let secret = WebhookSigner.makeSecret() else {
            throw MediaError(.internalError, "No secret could be made.")
        }
        let now = self.clock()
        let webhook = Webhook(
            id: .make(),
            name: draft.name,
            url: url,
            events: draft.events,
            collections: draft.collections,
            secrets: [secret],
            stateSince: now,
            cursor: cursor,
            // Due whatever the difference between this clock and the database's.
            nextTry: Timestamp(microseconds: 0),
            createdAt: now
        )
        guard try await self.catalog.insert(webhook, atMost: self.maximum) else {
            throw MediaError(.invalidRequest, "There are \(self.maximum) webhooks already (webhooks.maximum).")
        }
        return (Status(webhook: webhook, lag: webhook.lag(behind: bounds.head)), secret)
    }

    /// All webhooks, the oldest first.
    package func list() async throws(MediaError) -> [Status] {
        let webhooks = try await self.catalog.webhooks()
        guard !webhooks.isEmpty else { return [] }
        let head = try await self.feed.bounds().head
        return webhooks.map { Status(webhook: $0, lag: $0.lag(behind: head)) }
    }

    /// The webhook with an id.
    /// - Throws: `not_found`.
    package func status(of id: WebhookID) async throws(MediaError) -> Status {
        guard let found = try await self.list().first(where: { $0.webhook.id == id }) else { throw Self.unknown }
        return found
    }

    /// Changes a webhook, from the next message on; its cursor stays. All is judged before anything is changed.
    /// - Throws: `not_found`; as ``create(_:)`` does.
    package func change(_ id: WebhookID, _ change: WebhookChange) async throws(MediaError) -> Status {
        try self.check(name: change.name ?? "", events: change.events ?? [], collections: change.collections ?? [])
        var url: WebhookURL?
        if let text = change.url {
            let wanted = try WebhookURL(text)
            try await self.sender.check(wanted)
            url = wanted
        }
        let revision = WebhookRevision(
            url: url,
            name: change.name,
            events: change.events,
            collections: change.collections
        )
        guard try await self.catalog.reviseWebhook(id, revision) else { throw Self.unknown }
        switch change.isActive {
        case true?: try await self.enable(id)
        case false?: try await self.disable(id)
        case nil: break
        }
        return try await self.status(of: id)
    }

    /// Forgets a webhook. A message that is under way still arrives.
    /// - Throws: `not_found`.
    package func delete(_ id: WebhookID) async throws(MediaError) {
        guard try await self.catalog.removeWebhook(id) else { throw Self.unknown }
    }

    /// Gives a webhook a new secret. Messages are signed with the one before too, so that a receiver that knows either verifies.
    ///
    /// - Parameter dropsOld: sign with the new one alone: the old one has leaked.
    /// - Throws: `not_found`.
    package func rotate(_ id: WebhookID, dropsOld: Bool) async throws(MediaError) -> WebhookSecret {
        guard let secret = WebhookSigner.makeSecret() else {
            throw MediaError(.internalError, "No secret could be made.")
        }
        let kept = dropsOld ? 1 : WebhookSecret.maximumPerWebhook
        guard try await self.catalog.addSecret(secret, to: id, keeping: kept) else { throw Self.unknown }
        return secret
    }

    /// Sends again what comes behind a place in the feed, whatever state the webhook was in.
    /// - Throws: `not_found`; `cursor_expired`, with `floor` and `head`.
    package func replay(_ id: WebhookID, from start: WebhookStart) async throws(MediaError) {
        let cursor = try await self.cursor(start, try await self.feed.bounds())
        guard try await self.catalog.resumeWebhook(id, at: cursor) else { throw Self.unknown }
    }

    /// Sends to a webhook again, from where it stopped.
    /// - Throws: `not_found`.
    package func enable(_ id: WebhookID) async throws(MediaError) {
        guard try await self.catalog.resumeWebhook(id, at: nil) else { throw Self.unknown }
    }

    /// Sends nothing to a webhook, not even a probe, until somebody enables it.
    /// - Throws: `not_found`.
    package func disable(_ id: WebhookID) async throws(MediaError) {
        guard try await self.catalog.disableWebhook(id, reason: "Somebody disabled it.") else { throw Self.unknown }
    }

    private static var unknown: MediaError { MediaError(.notFound, "There is no webhook with this id.") }
}

extension WebhookService {
    private func check(name: String, events: [String], collections: [String]) throws(MediaError) {
        guard name.count <= Webhook.maximumNameLength, name == name.bounded(to: .max) else {
            throw MediaError(
                .invalidRequest,
                "The name of a webhook has at most \(Webhook.maximumNameLength) characters, none of them invisible."
            )
        }
        for (filter, texts) in [("events", events), ("collections", collections)]
        where texts.count > Webhook.maximumFilters {
            throw MediaError(.invalidRequest, "\(filter) has more than \(Webhook.maximumFilters) entries.")
        }
        let kinds = FeedEvent.Kind.allCases
        if let unknown = events.first(where: { event in !kinds.contains { Webhook.covers(event, $0) } }) {
            throw MediaError(
                .invalidRequest,
                "There is no event \"\(unknown.bounded(to: 64))\". There are \(kinds.map(\.rawValue).joined(separator: ", ")).",
                details: ["allowed": .texts(kinds.map(\.rawValue))]
            )
        }
        if let unknown = collections.first(where: { !self.collections.contains($0) }) {
            throw MediaError(.unknownCollection, "There is no collection \"\(unknown.bounded(to: 64))\".")
        }
    }

    /// - Throws: `cursor_expired`, as the feed does.
    private func cursor(_ start: WebhookStart, _ bounds: FeedBounds) async throws(MediaError) -> FeedCursor {
        switch start {
        case .floor: return bounds.floor
        case .now: return bounds.head
        case .cursor(let cursor):
            // The feed itself judges it.
            _ = try await self.feed.page(after: cursor, filter: .all, limit: 1)
            return cursor
        }
    }
}
