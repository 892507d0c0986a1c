import MediaCore
import MediaTesting
import Postgres
import Testing

@testable import MediaCatalog

@Suite("The order of the feed")
struct FeedStampingTests {
    private static func file(_ number: Int) -> MediaFile { SampleRecords.file("\(number)", seed: UInt8(number)) }

    private static func paths(_ client: PostgresClient) async throws -> [String] {
        _ = try await PostgresFeed(client: client).stamp()
        return try await client.texts("SELECT path FROM media.changes ORDER BY position")
    }

    @Test("What commits late comes late: behind what readers have seen, with nothing lost, and nobody waits for it")
    func late() async throws {
        try await withCatalog { catalog, client in
            try await client.withTransaction { connection in
                try await PostgresCatalog.write(Self.file(1), on: connection)
                try await catalog.adopt(Self.file(2))
                #expect(try await Self.paths(client) == ["posters/2.jpg"])
                try await catalog.adopt(Self.file(3))
                #expect(try await Self.paths(client) == ["posters/2.jpg", "posters/3.jpg"])
            }
            #expect(try await Self.paths(client) == ["posters/2.jpg", "posters/3.jpg", "posters/1.jpg"])
        }
    }

    @Test("A transaction that was rolled back takes no position")
    func rolledBack() async throws {
        try await withCatalog { catalog, client in
            for number in 1...3 {
                try? await client.withTransaction { connection in
                    try await PostgresCatalog.write(Self.file(9), on: connection)
                    throw CancellationError()
                }
                try await catalog.adopt(Self.file(number))
            }
            #expect(try await Self.paths(client).count == 3)
            #expect(try await PostgresFeed(client: client).bounds().head.position == 3)
        }
    }

    @Test("A transaction is whole in one page, whatever the limit, and its changes lie side by side")
    func whole() async throws {
        try await withCatalog { catalog, client in
            let feed = PostgresFeed(client: client)
            try await client.withTransaction { connection in
                for number in 1...2 { try await PostgresCatalog.write(Self.file(number), on: connection) }
                try await catalog.adopt(Self.file(3))
                for number in 4...5 { try await PostgresCatalog.write(Self.file(number), on: connection) }
            }
            _ = try await feed.stamp()
            let first = try await feed.page(after: nil, filter: .all, limit: 1)
            #expect(first.events.map(\.path?.text) == ["posters/3.jpg"])
            let second = try await feed.page(after: first.cursor, filter: .all, limit: 1)
            #expect(second.events.map(\.path?.text) == [1, 2, 4, 5].map { "posters/\($0).jpg" })
            #expect(!second.hasMore)
            let filtered = try await feed.page(after: first.cursor, filter: FeedFilter(path: "posters/2.jpg"), limit: 1)
            #expect(filtered.events.count == 1)
            #expect(filtered.cursor == second.cursor, "not inside the transaction")
        }
    }

    @Test("A batch never cuts a transaction, and all of a backlog is stamped in the end")
    func batches() async throws {
        try await withCatalog { _, client in
            for count in [7, 1, 1, 30, 2] {
                _ = try await client.query(
                    "INSERT INTO media.outbox (kind) SELECT 'upload.failed' FROM generate_series(1, \(count))"
                )
            }
            var heads: [Int64] = []
            while true {
                let rows = try await client.query("SELECT state, remaining FROM media.stamp(3)").rows
                heads.append(try await PostgresFeed(client: client).bounds().head.position)
                if try rows.first?.decode("remaining", as: Int64.self) == 0 { break }
            }
            #expect(heads == [7, 39, 41])
            #expect(
                try await client.texts("SELECT string_agg(DISTINCT last_of_transaction::text, ' ') FROM media.changes")
                    == ["39 41 7 8 9"]
            )
        }
    }

    @Test("Snapshots that do not move on are refused, and so is a transaction that has written")
    func refused() async throws {
        try await withCatalog { catalog, client in
            for isolation in [PostgresClient.Isolation.repeatableRead, .serializable] {
                await #expect(throws: PostgresError.self) {
                    try await client.withTransaction(isolation: isolation) {
                        try await $0.query("SELECT media.stamp()")
                    }
                }
            }
            await #expect(throws: PostgresError.self) {
                try await client.withTransaction { connection in
                    try await PostgresCatalog.write(Self.file(1), on: connection)
                    _ = try await connection.query("SELECT media.stamp()")
                }
            }
            // The other way round it is found by the next stamper.
            try await catalog.adopt(Self.file(2))
            try await client.withTransaction { connection in
                _ = try await connection.query("SELECT media.stamp()")
                try await catalog.adopt(Self.file(3))
                try await PostgresCatalog.write(Self.file(4), on: connection)
                #expect(try await PostgresFeed(client: client).stamp() == .busy)
            }
            #expect(try await Self.paths(client).sorted() == [2, 3, 4].map { "posters/\($0).jpg" })
        }
    }

    @Test("Changes of a default isolation that is stricter are stamped all the same")
    func strictDefault() async throws {
        try await withCatalog { catalog, client in
            try await client.withConnection {
                try await $0.execute(script: "SET default_transaction_isolation = 'repeatable read'")
                try await catalog.adopt(Self.file(1))
            }
            #expect(try await Self.paths(client) == ["posters/1.jpg"])
        }
    }

    @Test("A role with no rights but to the links writes the feed through the triggers")
    func leastRights() async throws {
        try await withCatalog { catalog, client in
            try await catalog.adopt(Self.file(1))
            // Unique: roles are the server's.
            let role = "linker_\(String(UInt64.random(in: .min ... .max), radix: 36))"
            try await client.withConnection {
                try await $0.execute(
                    script: """
                        CREATE ROLE \(role); GRANT USAGE ON SCHEMA media TO \(role);
                        GRANT INSERT, SELECT ON media.links TO \(role); GRANT SELECT ON media.files TO \(role);
                        BEGIN; SET LOCAL ROLE \(role);
                        INSERT INTO media.links SELECT 'movie', '1', 'poster', id, true FROM media.files; COMMIT;
                        """
                )
            }
            #expect(try await Self.paths(client) == ["posters/1.jpg", "posters/1.jpg"])
            try await client.withConnection { try await $0.execute(script: "DROP OWNED BY \(role); DROP ROLE \(role)") }
        }
    }

    @Test("The head's movement is notified, once for all changes that were stamped together")
    func notified() async throws {
        try await withCatalog { catalog, client in
            var heard = PostgresNotifications(client: client, logger: quietLogger).notifications().makeAsyncIterator()
            #expect(await heard.next() == .connected)
            let feed = PostgresFeed(client: client)
            for number in 1...3 { try await catalog.adopt(Self.file(number)) }
            _ = try await feed.stamp()
            _ = try await feed.stamp()
            try await catalog.adopt(Self.file(4))
            _ = try await feed.stamp()
            let epoch = try await feed.bounds().head.epoch
            for position: Int64 in [3, 4] {
                #expect(await heard.next() == .feedMoved(FeedCursor(epoch: epoch, position: position)))
            }
        }
    }
}
