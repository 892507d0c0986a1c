package import MediaCore

/// What every ``WebhookCatalog`` must do.
///
/// One test per implementation runs all of ``checks``; a check that finds something else than it expects throws
/// ``CatalogConformance/Failure``.
package enum WebhookCatalogConformance {
    /// One rule and how it is checked.
    package struct Check: Sendable, CustomStringConvertible {
        /// The rule in a few words: the title of the test case.
        package var description: String
        /// - Parameter catalog: empty, and this check's alone.
        package var run: @Sendable (_ catalog: any WebhookCatalog) async throws -> Void
    }

    /// All rules.
    package static var checks: [Check] { self.keeping + self.claiming + self.delivering }

    private static let start = FeedCursor(epoch: "e1", position: 4)
    private static let head = FeedCursor(epoch: "e1", position: 9)
    private static let lease = Duration.seconds(60)

    private static func webhook(_ number: Int, secret: String = "whsec_AAAA") throws -> Webhook {
        guard let id = WebhookID("webhook" + String(repeating: "a", count: 4) + ["b", "c", "d", "e"][number]),
            let secret = WebhookSecret(secret)
        else { throw CatalogConformance.Failure(description: "a sample is none") }
        let time = Timestamp(seconds: 1_700_000_000 + Int64(number), nanoseconds: 0)
        return Webhook(
            id: id,
            name: "hook \(number)",
            url: try WebhookURL("https://example.com/\(number)"),
            events: ["file.*"],
            collections: ["posters"],
            secrets: [secret],
            stateSince: time,
            cursor: self.start,
            nextTry: time,
            createdAt: time
        )
    }

    private static func claim(
        _ catalog: any WebhookCatalog,
        by holder: String,
        limit: Int = 10
    ) async throws -> [WebhookID] {
        try await catalog.claimWebhooks(for: holder, lease: Self.lease, head: Self.head, except: [], limit: limit).map(
            \.id
        )
    }

    private static func only(_ catalog: any WebhookCatalog) async throws -> Webhook {
        let all = try await catalog.webhooks()
        guard let first = all.first, all.count == 1 else {
            throw CatalogConformance.Failure(description: "\(all.count) webhooks instead of one")
        }
        return first
    }

    private static var keeping: [Check] {
        [
            Check(description: "a webhook comes back as it was kept, the oldest first, up to the maximum") { catalog in
                let (first, second) = (try Self.webhook(0), try Self.webhook(1))
                try expect(try await catalog.insert(second, atMost: 2), "the first is taken")
                try expect(try await catalog.insert(first, atMost: 2), "the second is taken")
                try expect(try await !catalog.insert(try Self.webhook(2), atMost: 2), "the third is too many")
                try expectEqual(try await catalog.webhooks(), [first, second])
                try expect(try await catalog.removeWebhook(first.id), "removed")
                try expect(try await !catalog.removeWebhook(first.id), "removed once")
                try expectEqual(try await catalog.webhooks(), [second])
            },
            Check(description: "the newest secret stands first, and only so many are kept") { catalog in
                let webhook = try Self.webhook(0)
                _ = try await catalog.insert(webhook, atMost: 1)
                for text in ["whsec_BBBB", "whsec_CCCC"] {
                    guard let secret = WebhookSecret(text) else { continue }
                    try expect(try await catalog.addSecret(secret, to: webhook.id, keeping: 2), "added")
                }
                try expectEqual(try await Self.only(catalog).secrets.map(\.text), ["whsec_CCCC", "whsec_BBBB"])
                try expect(
                    try await !catalog.addSecret(webhook.secrets[0], to: try Self.webhook(1).id, keeping: 2),
                    "no such"
                )
            },
            Check(description: "a revision changes what it names, and takes a claim away; another URL begins anew") {
                catalog in
                var webhook = try Self.webhook(0)
                (webhook.state, webhook.failures, webhook.lastError) = (.parked, 7, "HTTP 500")
                _ = try await catalog.insert(webhook, atMost: 1)
                _ = try await Self.claim(catalog, by: "a")
                let narrow = WebhookRevision(name: "other", events: [], collections: ["avatars", "posters"])
                try expect(try await catalog.reviseWebhook(webhook.id, narrow), "revised")
                try expect(
                    try await !catalog.advanceWebhook(webhook.id, to: Self.head, isDelivered: true, by: "a"),
                    "a lost its claim"
                )
                var found = try await Self.only(catalog)
                try expectEqual(found.name, "other")
                try expectEqual(found.events, [])
                try expectEqual(found.collections, ["avatars", "posters"])
                try expectEqual(found.url, webhook.url)
                try expectEqual(found.state, .parked)
                try expectEqual(found.failures, 7)
                let url = try WebhookURL("https://example.com/new")
                try expect(try await catalog.reviseWebhook(webhook.id, WebhookRevision(url: url)), "moved")
                found = try await Self.only(catalog)
                try expectEqual(found.url, url)
                try expectEqual(found.name, "other")
                try expectEqual(found.state, .active)
                try expectEqual(found.failures, 0)
                try expectEqual(found.lastError, nil)
                try expectEqual(found.cursor, webhook.cursor)
                _ = try await catalog.disableWebhook(webhook.id, reason: "by hand")
                _ = try await catalog.reviseWebhook(webhook.id, WebhookRevision(url: webhook.url))
                found = try await Self.only(catalog)
                try expectEqual(found.state, .disabled)
                try expectEqual(found.nextTry, nil)
                try expect(try await !catalog.reviseWebhook(try Self.webhook(1).id, narrow), "no such")
            },
            Check(description: "a disabled one is not claimed until it is enabled, at the cursor that is given") {
                catalog in
                let webhook = try Self.webhook(0)
                _ = try await catalog.insert(webhook, atMost: 1)
                try expect(try await catalog.disableWebhook(webhook.id, reason: "by hand"), "disabled")
                let disabled = try await Self.only(catalog)
                try expectEqual(disabled.state, .disabled)
                try expectEqual(disabled.lastError, "by hand")
                try expectEqual(disabled.nextTry, nil)
                try expectEqual(try await Self.claim(catalog, by: "a"), [])
                let cursor = FeedCursor(epoch: "e2", position: 1)
                try expect(try await catalog.resumeWebhook(webhook.id, at: cursor), "enabled")
                let resumed = try await Self.only(catalog)
                try expectEqual(resumed.state, .active)
                try expectEqual(resumed.cursor, cursor)
                try expectEqual(resumed.lastError, nil)
                try expectEqual(try await Self.claim(catalog, by: "a"), [webhook.id])
                try expect(try await catalog.resumeWebhook(webhook.id, at: nil), "enabled again")
                try expectEqual(try await Self.only(catalog).cursor, cursor)
                try expect(try await !catalog.resumeWebhook(try Self.webhook(1).id, at: nil), "no such")
            },
        ]
    }

    private static var claiming: [Check] {
        [
            Check(description: "one holder at a time, those that waited longest first, none that is at the head") {
                catalog in
                var there = try Self.webhook(2)
                there.cursor = Self.head
                let (first, second) = (try Self.webhook(0), try Self.webhook(1))
                for webhook in [there, second, first] { _ = try await catalog.insert(webhook, atMost: 5) }
                try expectEqual(try await Self.claim(catalog, by: "a", limit: 1), [first.id])
                try expectEqual(try await Self.claim(catalog, by: "b"), [second.id])
                try expectEqual(try await Self.claim(catalog, by: "c"), [])
                try await catalog.releaseWebhook(first.id, by: "b")
                try expectEqual(try await Self.claim(catalog, by: "c"), [])
                try await catalog.releaseWebhook(first.id, by: "a")
                try expectEqual(try await Self.claim(catalog, by: "c"), [first.id])
            },
            Check(description: "a claim that is not renewed ends, and its holder can write nothing then") { catalog in
                let webhook = try Self.webhook(0)
                _ = try await catalog.insert(webhook, atMost: 1)
                let gone = try await catalog.claimWebhooks(
                    for: "a",
                    lease: .zero,
                    head: Self.head,
                    except: [],
                    limit: 1
                )
                try expectEqual(gone.map(\.id), [webhook.id])
                try expectEqual(try await Self.claim(catalog, by: "b"), [webhook.id])
                let setback = WebhookSetback(state: .parked, failures: 3, error: "late", pause: nil)
                try expect(
                    try await !catalog.advanceWebhook(webhook.id, to: Self.head, isDelivered: true, by: "a"),
                    "a lost its claim"
                )
                try expect(try await !catalog.setBackWebhook(webhook.id, setback, by: "a"), "a lost its claim")
                try await catalog.renewClaims(of: "a", lease: Self.lease)
                try expectEqual(try await Self.only(catalog).cursor, Self.start)
                try expect(
                    try await catalog.advanceWebhook(webhook.id, to: Self.head, isDelivered: true, by: "b"),
                    "b has it"
                )
            },
            Check(description: "whoever enables or disables takes the claim away") { catalog in
                let webhook = try Self.webhook(0)
                _ = try await catalog.insert(webhook, atMost: 1)
                _ = try await Self.claim(catalog, by: "a")
                _ = try await catalog.resumeWebhook(webhook.id, at: nil)
                try expect(
                    try await !catalog.advanceWebhook(webhook.id, to: Self.head, isDelivered: true, by: "a"),
                    "a lost its claim"
                )
                try expectEqual(try await Self.claim(catalog, by: "b"), [webhook.id])
            },
        ]
    }

    private static var delivering: [Check] {
        [
            Check(description: "a delivery moves the cursor, makes active and ends failures; skipping only moves") {
                catalog in
                var webhook = try Self.webhook(0)
                (webhook.state, webhook.failures, webhook.lastError) = (.parked, 7, "HTTP 500")
                _ = try await catalog.insert(webhook, atMost: 1)
                _ = try await Self.claim(catalog, by: "a")
                let next = FeedCursor(epoch: "e1", position: 6)
                try expect(
                    try await catalog.advanceWebhook(webhook.id, to: next, isDelivered: false, by: "a"),
                    "skipped"
                )
                let skipped = try await Self.only(catalog)
                try expectEqual(skipped.cursor, next)
                try expectEqual(skipped.state, .parked)
                try expectEqual(skipped.failures, 7)
                try expectEqual(skipped.deliveredAt, nil)
                try expect(
                    try await catalog.advanceWebhook(webhook.id, to: Self.head, isDelivered: true, by: "a"),
                    "delivered"
                )
                let delivered = try await Self.only(catalog)
                try expectEqual(delivered.cursor, Self.head)
                try expectEqual(delivered.state, .active)
                try expect(delivered.stateSince > webhook.stateSince, "the state is new")
                try expectEqual(delivered.failures, 0)
                try expectEqual(delivered.lastError, nil)
                try expect(delivered.deliveredAt != nil, "the time of the delivery")
            },
            Check(description: "a setback notes the failure, gives the claim back and waits") { catalog in
                let webhook = try Self.webhook(0)
                _ = try await catalog.insert(webhook, atMost: 1)
                _ = try await Self.claim(catalog, by: "a")
                let setback = WebhookSetback(state: .parked, failures: 3, error: "HTTP 500", pause: .seconds(3600))
                try expect(try await catalog.setBackWebhook(webhook.id, setback, by: "a"), "noted")
                let found = try await Self.only(catalog)
                try expectEqual(found.cursor, Self.start)
                try expectEqual(found.state, .parked)
                try expectEqual(found.failures, 3)
                try expectEqual(found.lastError, "HTTP 500")
                try expect((found.nextTry ?? webhook.createdAt) > webhook.createdAt, "the next try is later")
                try expectEqual(try await Self.claim(catalog, by: "b"), [])
            },
        ]
    }

    private static func expect(
        _ condition: Bool,
        _ what: String,
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(CatalogConformance.Failure) {
        try CatalogConformance.expect(condition, what, file: file, line: line)
    }

    private static func expectEqual<Value: Equatable>(
        _ found: Value,
        _ expected: Value,
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(CatalogConformance.Failure) {
        try CatalogConformance.expectEqual(found, expected, "", file: file, line: line)
    }
}
