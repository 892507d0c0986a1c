package import MediaCore
import Synchronization

/// Webhooks in memory, with the rules of those in PostgreSQL: ``WebhookCatalogConformance`` runs on both.
package final class InMemoryWebhookCatalog: WebhookCatalog {
    private struct Entry {
        var webhook: Webhook
        var holder: String?
        var leaseEnd: Timestamp?

        mutating func release() { (self.holder, self.leaseEnd) = (nil, nil) }

        mutating func enter(_ state: Webhook.State, at now: Timestamp) {
            if self.webhook.state != state { self.webhook.stateSince = now }
            self.webhook.state = state
        }
    }

    private let entries = Mutex<[WebhookID: Entry]>([:])
    private let clock: WallClock

    /// - Parameter clock: the time of pauses and leases.
    package init(clock: @escaping WallClock) { self.clock = clock }

    package func insert(_ webhook: Webhook, atMost maximum: Int) async throws(MediaError) -> Bool {
        self.entries.withLock { entries in
            guard entries.count < maximum else { return false }
            entries[webhook.id] = Entry(webhook: webhook)
            return true
        }
    }

    package func webhooks() async throws(MediaError) -> [Webhook] {
        self.entries.withLock { $0.values.map(\.webhook) }
            .sorted { ($0.createdAt, $0.id.text) < ($1.createdAt, $1.id.text) }
    }

    package func removeWebhook(_ id: WebhookID) async throws(MediaError) -> Bool {
        self.entries.withLock { $0.removeValue(forKey: id) != nil }
    }

    package func reviseWebhook(_ id: WebhookID, _ revision: WebhookRevision) async throws(MediaError) -> Bool {
        self.change(id) { entry, now in
            let isAnew = entry.webhook.nextTry != nil && revision.url.map { $0 != entry.webhook.url } ?? false
            entry.webhook.url = revision.url ?? entry.webhook.url
            entry.webhook.name = revision.name ?? entry.webhook.name
            entry.webhook.events = revision.events ?? entry.webhook.events
            entry.webhook.collections = revision.collections ?? entry.webhook.collections
            entry.release()
            guard isAnew else { return }
            entry.enter(.active, at: now)
            (entry.webhook.failures, entry.webhook.lastError, entry.webhook.nextTry) = (0, nil, now)
        }
    }

    package func addSecret(
        _ secret: WebhookSecret,
        to id: WebhookID,
        keeping kept: Int
    ) async throws(MediaError) -> Bool {
        self.change(id) { entry, _ in entry.webhook.secrets = Array(([secret] + entry.webhook.secrets).prefix(kept)) }
    }

    package func resumeWebhook(_ id: WebhookID, at cursor: FeedCursor?) async throws(MediaError) -> Bool {
        self.change(id) { entry, now in
            if let cursor { entry.webhook.cursor = cursor }
            entry.enter(.active, at: now)
            (entry.webhook.failures, entry.webhook.lastError, entry.webhook.nextTry) = (0, nil, now)
            entry.release()
        }
    }

    package func disableWebhook(_ id: WebhookID, reason: String) async throws(MediaError) -> Bool {
        self.change(id) { entry, now in
            entry.enter(.disabled, at: now)
            (entry.webhook.lastError, entry.webhook.nextTry) = (reason, nil)
            entry.release()
        }
    }

    package func claimWebhooks(
        for holder: String,
        lease: Duration,
        head: FeedCursor,
        except served: Set<WebhookID>,
        limit: Int
    ) async throws(MediaError) -> [Webhook] {
        let now = self.clock()
        return self.entries.withLock { entries in
            let due = entries.values.filter { entry in
                (entry.webhook.nextTry.map { $0 <= now } ?? false) && (entry.leaseEnd.map { $0 <= now } ?? true)
                    && entry.webhook.cursor != head && !served.contains(entry.webhook.id)
            }
            let longest = due.map(\.webhook).sorted {
                ($0.nextTry ?? now, $0.id.text) < ($1.nextTry ?? now, $1.id.text)
            }
            return longest.prefix(limit).map { webhook in
                entries[webhook.id]?.holder = holder
                entries[webhook.id]?.leaseEnd = now.advanced(by: lease)
                return webhook
            }
        }
    }

    package func renewClaims(of holder: String, lease: Duration) async throws(MediaError) {
        let now = self.clock()
        self.entries.withLock { entries in
            for (id, entry) in entries where entry.holder == holder {
                entries[id]?.leaseEnd = now.advanced(by: lease)
            }
        }
    }

    package func advanceWebhook(
        _ id: WebhookID,
        to cursor: FeedCursor,
        isDelivered: Bool,
        by holder: String
    ) async throws(MediaError) -> Bool {
        self.change(id, by: holder) { entry, now in
            entry.webhook.cursor = cursor
            guard isDelivered else { return }
            entry.enter(.active, at: now)
            (entry.webhook.failures, entry.webhook.lastError, entry.webhook.nextTry) = (0, nil, now)
            entry.webhook.deliveredAt = now
        }
    }

    package func setBackWebhook(
        _ id: WebhookID,
        _ setback: WebhookSetback,
        by holder: String
    ) async throws(MediaError) -> Bool {
        self.change(id, by: holder) { entry, now in
            entry.enter(setback.state, at: now)
            (entry.webhook.failures, entry.webhook.lastError) = (setback.failures, setback.error)
            entry.webhook.nextTry = setback.pause.map { now.advanced(by: $0) }
            entry.release()
        }
    }

    package func releaseWebhook(_ id: WebhookID, by holder: String) async throws(MediaError) {
        _ = self.change(id, by: holder) { entry, _ in entry.release() }
    }

    /// - Parameter holder: nil: whoever has a claim.
    private func change(
        _ id: WebhookID,
        by holder: String? = nil,
        _ body: (inout Entry, Timestamp) -> Void
    ) -> Bool {
        let now = self.clock()
        return self.entries.withLock { entries in
            guard var entry = entries[id], holder == nil || entry.holder == holder else { return false }
            body(&entry, now)
            entries[id] = entry
            return true
        }
    }
}

extension Timestamp {
    /// As much later as the duration says.
    fileprivate func advanced(by duration: Duration) -> Timestamp {
        Timestamp(microseconds: self.microseconds + Int64(duration.inSeconds * 1_000_000))
    }
}
