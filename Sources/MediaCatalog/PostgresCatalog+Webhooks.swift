package import MediaCore
import Postgres

extension PostgresCatalog: WebhookCatalog {
    package func insert(_ webhook: Webhook, atMost maximum: Int) async throws(MediaError) -> Bool {
        let secrets = webhook.secrets.map(\.text)
        return try await self.changesOne(
            """
            INSERT INTO media.webhooks (id, name, url, events, collections, secrets, state, state_since, epoch, position, \
            failures, last_error, next_try, delivered_at, created_at) \
            SELECT \(webhook.id.text), \(webhook.name), \(webhook.url.text), \(webhook.events), \(webhook.collections), \
            \(secrets), \(webhook.state.rawValue), \(webhook.stateSince), \(webhook.cursor.epoch), \
            \(webhook.cursor.position), \(webhook.failures)::integer, \(nullable: webhook.lastError), \
            \(nullable: webhook.nextTry), \(nullable: webhook.deliveredAt), \(webhook.createdAt) \
            WHERE (SELECT count(*) FROM media.webhooks) < \(maximum)
            """
        )
    }

    package func webhooks() async throws(MediaError) -> [Webhook] {
        try await self.webhooks(
            "SELECT \(fragment: Webhook.columns) FROM media.webhooks AS w ORDER BY w.created_at, w.id"
        )
    }

    package func removeWebhook(_ id: WebhookID) async throws(MediaError) -> Bool {
        try await self.changesOne("DELETE FROM media.webhooks WHERE id = \(id.text)")
    }

    package func reviseWebhook(_ id: WebhookID, _ revision: WebhookRevision) async throws(MediaError) -> Bool {
        let url = revision.url?.text
        // One that waits for somebody (no time for a next try) goes on waiting.
        return try await self.changesOne(
            """
            WITH found AS (SELECT id, next_try IS NOT NULL AND url <> coalesce(\(nullable: url)::text, url) AS is_anew \
            FROM media.webhooks WHERE id = \(id.text) FOR UPDATE) \
            UPDATE media.webhooks AS w SET url = coalesce(\(nullable: url)::text, w.url), \
            name = coalesce(\(nullable: revision.name)::text, w.name), \
            events = coalesce(\(nullable: revision.events)::text[], w.events), \
            collections = coalesce(\(nullable: revision.collections)::text[], w.collections), \
            state = CASE WHEN is_anew THEN 'active' ELSE state END, \
            state_since = CASE WHEN is_anew AND state <> 'active' THEN clock_timestamp() ELSE state_since END, \
            failures = CASE WHEN is_anew THEN 0 ELSE failures END, \
            last_error = CASE WHEN is_anew THEN NULL ELSE last_error END, \
            next_try = CASE WHEN is_anew THEN clock_timestamp() ELSE next_try END, \
            lease_holder = NULL, lease_until = NULL FROM found WHERE w.id = found.id
            """
        )
    }

    package func addSecret(
        _ secret: WebhookSecret,
        to id: WebhookID,
        keeping kept: Int
    ) async throws(MediaError) -> Bool {
        try await self.changesOne(
            """
            UPDATE media.webhooks SET secrets = (array_prepend(\(secret.text)::text, secrets))[1:\(kept)::integer] \
            WHERE id = \(id.text)
            """
        )
    }

    package func resumeWebhook(_ id: WebhookID, at cursor: FeedCursor?) async throws(MediaError) -> Bool {
        try await self.changesOne(
            """
            UPDATE media.webhooks SET epoch = coalesce(\(nullable: cursor?.epoch)::text, epoch), \
            position = coalesce(\(nullable: cursor?.position)::bigint, position), \
            state_since = CASE WHEN state = 'active' THEN state_since ELSE clock_timestamp() END, state = 'active', \
            failures = 0, last_error = NULL, next_try = clock_timestamp(), lease_holder = NULL, lease_until = NULL \
            WHERE id = \(id.text)
            """
        )
    }

    package func disableWebhook(_ id: WebhookID, reason: String) async throws(MediaError) -> Bool {
        try await self.changesOne(
            """
            UPDATE media.webhooks SET \
            state_since = CASE WHEN state = 'disabled' THEN state_since ELSE clock_timestamp() END, state = 'disabled', \
            last_error = \(reason), next_try = NULL, lease_holder = NULL, lease_until = NULL WHERE id = \(id.text)
            """
        )
    }

    private func webhooks(_ query: PostgresQuery) async throws(MediaError) -> [Webhook] {
        try await CatalogFailure.translate {
            try await self.client.query(query).rows.compactMap { try Webhook(row: $0) }
        }
    }

    private func changesOne(_ query: PostgresQuery) async throws(MediaError) -> Bool {
        try await CatalogFailure.translate { try await self.client.query(query).affectedRows == 1 }
    }
}

// MARK: Delivering

extension PostgresCatalog {
    package func claimWebhooks(
        for holder: String,
        lease: Duration,
        head: FeedCursor,
        except served: Set<WebhookID>,
        limit: Int
    ) async throws(MediaError) -> [Webhook] {
        // A common table expression, because a subquery with LIMIT may be run again for each row of the outer table.
        try await self.webhooks(
            """
            WITH due AS MATERIALIZED ( \
            SELECT id FROM media.webhooks \
            WHERE next_try <= clock_timestamp() AND (lease_until IS NULL OR lease_until <= clock_timestamp()) \
            AND (epoch <> \(head.epoch) OR position <> \(head.position)) AND id <> ALL (\(served.map(\.text))) \
            ORDER BY next_try, id LIMIT \(limit) FOR UPDATE SKIP LOCKED) \
            UPDATE media.webhooks AS w SET lease_holder = \(holder), lease_until = \(fragment: Self.fromNow(lease)) \
            FROM due WHERE w.id = due.id RETURNING \(fragment: Webhook.columns)
            """
        )
    }

    package func renewClaims(of holder: String, lease: Duration) async throws(MediaError) {
        _ = try await self.changesOne(
            "UPDATE media.webhooks SET lease_until = \(fragment: Self.fromNow(lease)) WHERE lease_holder = \(holder)"
        )
    }

    package func advanceWebhook(
        _ id: WebhookID,
        to cursor: FeedCursor,
        isDelivered: Bool,
        by holder: String
    ) async throws(MediaError) -> Bool {
        let rest: PostgresQuery =
            isDelivered
            ? """
            , state_since = CASE WHEN state = 'active' THEN state_since ELSE clock_timestamp() END, state = 'active', \
            failures = 0, last_error = NULL, next_try = clock_timestamp(), delivered_at = clock_timestamp()
            """ : ""
        return try await self.changesOne(
            """
            UPDATE media.webhooks SET epoch = \(cursor.epoch), position = \(cursor.position)\(fragment: rest) \
            WHERE id = \(id.text) AND lease_holder = \(holder)
            """
        )
    }

    package func setBackWebhook(
        _ id: WebhookID,
        _ setback: WebhookSetback,
        by holder: String
    ) async throws(MediaError) -> Bool {
        let next: PostgresQuery = setback.pause.map { Self.fromNow($0) } ?? "NULL"
        let state = setback.state.rawValue
        return try await self.changesOne(
            """
            UPDATE media.webhooks SET \
            state_since = CASE WHEN state = \(state)::text THEN state_since ELSE clock_timestamp() END, state = \(state), \
            failures = \(setback.failures)::integer, last_error = \(setback.error), next_try = \(fragment: next), \
            lease_holder = NULL, lease_until = NULL WHERE id = \(id.text) AND lease_holder = \(holder)
            """
        )
    }

    package func releaseWebhook(_ id: WebhookID, by holder: String) async throws(MediaError) {
        _ = try await self.changesOne(
            """
            UPDATE media.webhooks SET lease_holder = NULL, lease_until = NULL \
            WHERE id = \(id.text) AND lease_holder = \(holder)
            """
        )
    }

    private static func fromNow(_ duration: Duration) -> PostgresQuery {
        "clock_timestamp() + make_interval(secs => \(duration.inSeconds))"
    }
}
