import MediaCatalog
import MediaCore
import MediaTesting
import Postgres
import Synchronization
import Testing

@Suite("The rules of the records of webhooks")
struct WebhookCatalogTests {
    @Test("In PostgreSQL", arguments: WebhookCatalogConformance.checks)
    func postgres(_ check: WebhookCatalogConformance.Check) async throws {
        try await withCatalog { catalog, _ in try await check.run(catalog) }
    }

    @Test("In memory: the double keeps the same rules", arguments: WebhookCatalogConformance.checks)
    func memory(_ check: WebhookCatalogConformance.Check) async throws {
        let time = Mutex(Timestamp(seconds: 1_800_000_000, nanoseconds: 0))
        try await check.run(InMemoryWebhookCatalog(clock: { time.withLock { $0 } }))
    }

    @Test("Of many daemons that claim at the same time each endpoint has one")
    func race() async throws {
        try await withTwoCatalogs { catalogs, client in
            for number in 0..<40 {
                _ = try await client.query(
                    """
                    INSERT INTO media.webhooks (id, name, url, events, collections, secrets, state, state_since, epoch, position, \
                    failures, next_try, created_at) \
                    VALUES ('aaaaaaaaaa' || \(String(UnicodeScalar(UInt8(97 + number / 20))))::text \
                    || \(String(UnicodeScalar(UInt8(97 + number % 20))))::text, '', 'https://example.com/', '{}', '{}', \
                    '{whsec_AAAA}', 'active', now(), 'e', 0, 0, now(), now())
                    """
                )
            }
            let head = FeedCursor(epoch: "e", position: 5)
            let claimed = try await withThrowingTaskGroup(of: [WebhookID].self) { group in
                for number in 0..<16 {
                    group.addTask {
                        try await catalogs[number % 2].claimWebhooks(
                            for: "\(number)",
                            lease: .seconds(60),
                            head: head,
                            except: [],
                            limit: 4
                        ).map(\.id)
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 40)
            #expect(Set(claimed).count == 40)
        }
    }

    @Test("A row that was written by hand and cannot be used does not hide the others")
    func unusable() async throws {
        try await withCatalog { catalog, client in
            for (id, url) in [("aaaaaaaaaaaa", "ftp://example.com/"), ("bbbbbbbbbbbb", "https://example.com/")] {
                _ = try await client.query(
                    """
                    INSERT INTO media.webhooks (id, name, url, events, collections, secrets, state, state_since, epoch, position, \
                    failures, created_at) VALUES (\(id), '', \(url), '{}', '{}', '{whsec_AAAA}', 'active', now(), 'e', 0, 0, now())
                    """
                )
            }
            #expect(try await catalog.webhooks().map(\.id.text) == ["bbbbbbbbbbbb"])
        }
    }
}
