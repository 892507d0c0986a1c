import MediaCore
import MediaTesting
import Postgres
import ServiceSupport
import Testing

@testable import MediaCatalog

@Suite("A transaction that is larger than anything else")
struct LargeTransactionTests {
    /// Commits one transaction of so many changes of one upload each, of a collection of their own.
    private static func write(_ count: Int, _ collection: String, _ client: PostgresClient) async throws {
        _ = try await client.query(
            """
            INSERT INTO media.outbox (kind, collection) \
            SELECT 'upload.failed', \(collection)::text FROM generate_series(1, \(count))
            """
        )
        _ = try await PostgresFeed(client: client).stamp()
    }

    /// Reads all, page by page. Checks that no page is longer than `bound`, and that nothing is missing or comes twice.
    private static func read(
        _ feed: PostgresFeed,
        _ filter: FeedFilter = .all,
        limit: Int,
        end: FeedPage.End,
        bound: Int
    ) async throws -> (positions: [Int64], ends: [Int64]) {
        var (positions, ends, cursor): ([Int64], [Int64], FeedCursor?) = ([], [], nil)
        while true {
            let page = try await feed.page(after: cursor, filter: filter, limit: limit, end: end)
            #expect(page.events.count <= bound)
            #expect(page.cursor.position > ends.last ?? -1, "each page gets further")
            positions += page.events.map(\.cursor.position)
            ends.append(page.cursor.position)
            cursor = page.cursor
            if !page.hasMore { return (positions, ends) }
        }
    }

    @Test("Pages of whole transactions cut only one that is larger than a page may be, and lose nothing of it")
    func pages() async throws {
        try await withCatalog { _, client in
            let feed = PostgresFeed(client: client)
            let window = FeedPage.largestTransaction
            var total = 0
            for (count, collection) in [(3, "a"), (window, "b"), (2, "a"), (2 * window + 500, "c"), (4, "a")] {
                try await Self.write(count, collection, client)
                total += count
            }
            let whole = try await Self.read(feed, limit: 100, end: .transaction, bound: 2 * window)
            #expect(whole.positions == Array(1...Int64(total)))
            let first = Int64(window) + 5
            let ends: Set<Int64> = [3, first - 2, first, Int64(total) - 4, Int64(total)]
            let cuts = whole.ends.filter { !ends.contains($0) }
            #expect(cuts.allSatisfy { ($0 > first && $0 < Int64(total) - 4) }, "only the large one is cut: \(cuts)")
            #expect(!cuts.isEmpty)
            #expect(whole.ends.contains(first), "the one before it ends a page")
            for filter in [FeedFilter(collections: ["a"]), FeedFilter(collections: ["c"])] {
                let some = try await Self.read(feed, filter, limit: 100, end: .transaction, bound: 2 * window)
                #expect(some.positions.count == (filter.collections == ["a"] ? 9 : 2 * window + 500))
                #expect(some.positions == some.positions.sorted())
            }
        }
    }

    @Test("Who hands changes on one by one gets pages of its limit, whatever the transactions, and goes on from each")
    func changes() async throws {
        try await withCatalog { _, client in
            let feed = PostgresFeed(client: client)
            for (count, collection) in [(700, "a"), (1, "b"), (450, "a")] {
                try await Self.write(count, collection, client)
            }
            let all = try await Self.read(feed, limit: 64, end: .change, bound: 64)
            #expect(all.positions == Array(1...1151))
            let some = try await Self.read(feed, FeedFilter(collections: ["b"]), limit: 64, end: .change, bound: 64)
            #expect(some.positions == [701])
            #expect(some.ends.last == 1151, "past what was left out")
            // In the middle of the transaction, in either way.
            let middle = FeedCursor(epoch: try await feed.bounds().head.epoch, position: 350)
            let rest = try await feed.page(after: middle, filter: .all, limit: 10)
            #expect(rest.events.map(\.cursor.position) == Array(351...700))
        }
    }

    @Test("Stamping that takes longer than statements may is done all the same, and so is pruning")
    func slow() async throws {
        let target = try await ThrowawayPostgres.shared().createDatabase()
        _ = try await withDatabase(of: target) { try await Migrator(client: $0, logger: quietLogger).migrate() }
        try await withDatabase(of: target, statementTimeout: .seconds(1)) { client in
            let feed = PostgresFeed(client: client)
            try await client.execute(
                script: """
                    CREATE FUNCTION media.slow() RETURNS trigger LANGUAGE plpgsql AS
                        $$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$;
                    CREATE TRIGGER slow AFTER INSERT OR DELETE ON media.changes FOR EACH STATEMENT EXECUTE FUNCTION media.slow();
                    """
            )
            _ = try await client.query("INSERT INTO media.outbox (kind) VALUES ('upload.failed'), ('upload.failed')")
            // What a request waits for is not worth that time.
            let failure = await #expect(throws: PostgresError.self) {
                _ = try await feed.tables.stamp(mayTakeLong: false)
            }
            #expect(failure?.isPassing == true)
            let stamp = try await feed.stamp()
            let head = try await feed.bounds().head
            #expect(stamp == .stamped(head, hasMore: false))
            #expect(head.position == 2)
            #expect(try await feed.stamp() == .nothing(head))
            #expect(try await feed.prune(olderThan: .zero, keeping: 0) == 2)
            #expect(try await feed.bounds().floor == head)
        }
    }

    @Test("A file that goes to another collection is in the pages of both")
    func moved() async throws {
        try await withCatalog { catalog, client in
            let feed = PostgresFeed(client: client)
            try await catalog.adopt(SampleRecords.file("1", seed: 1))
            let start = try await feed.bounds().head
            _ = try await client.query(
                "UPDATE media.files SET collection = 'avatars', path = 'avatars/1.jpg' WHERE path = 'posters/1.jpg'"
            )
            _ = try await feed.stamp()
            for (filter, count) in [
                (FeedFilter(collections: ["posters"]), 2), (FeedFilter(collections: ["avatars"]), 1),
                (FeedFilter(path: "posters/"), 2), (FeedFilter(path: "avatars/1.jpg"), 1),
                (FeedFilter(collections: ["videos"]), 0), (FeedFilter(collections: ["1.jpg"]), 0),
            ] {
                let page = try await feed.page(after: start, filter: filter, limit: 10)
                #expect(page.events.count == count, "\(filter)")
                #expect(
                    try await feed.page(after: start, filter: .all, limit: 10).events.count(where: filter.matches)
                        == count
                )
            }
        }
    }
}
