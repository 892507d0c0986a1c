import MediaCore
import MediaTesting
import Postgres
import Testing

@testable import MediaCatalog

@Suite("The epoch of the feed", .timeLimit(.minutes(5)))
struct FeedEpochTests {
    /// Records a file, and gives the cursor behind it.
    private static func cursor(_ client: PostgresClient, adopting number: Int) async throws -> FeedCursor {
        try await PostgresCatalog(client: client).adopt(SampleRecords.file("\(number)", seed: UInt8(number)))
        let feed = PostgresFeed(client: client)
        _ = try await feed.stamp()
        return try await feed.bounds().head
    }

    /// Expects that a cursor is of no use any more, and that what comes is found from the head that the refusal names.
    private static func expectExpired(_ cursor: FeedCursor, _ client: PostgresClient, adopting number: Int) async throws
    {
        let feed = PostgresFeed(client: client)
        let refusal = await failure { () async throws(MediaError) in
            _ = try await feed.page(after: cursor, filter: .all, limit: 1)
        }
        #expect(refusal?.code == .cursorExpired)
        let head = try #require(refusal?.details["head"]?.texts.first.flatMap { FeedCursor($0) })
        #expect(head.epoch != cursor.epoch)
        _ = try await Self.cursor(client, adopting: number)
        let page = try await feed.page(after: head, filter: .all, limit: 10)
        #expect(page.events.map(\.path?.text) == ["posters/\(number).jpg"])
        #expect(try await feed.verify().findings == [])
    }

    @Test(
        "A dump that is restored begins another one, in another database and in the same one, before anybody is given a page"
    )
    func restored() async throws {
        let cluster = try await ThrowawayPostgres.shared()
        let source = try await cluster.createDatabase()
        let folder = try TemporaryRoot()
        defer { withExtendedLifetime(folder) {} }
        let dump = "\(folder.path)/dump"
        let before = try await withDatabase(of: source) { client in
            try await Migrator(client: client, logger: quietLogger).migrate()
            let cursor = try await Self.cursor(client, adopting: 1)
            // Committed and not stamped: it is in the dump, and gets its position after it.
            try await PostgresCatalog(client: client).adopt(SampleRecords.file("2", seed: 2))
            return cursor
        }
        try await cluster.run("pg_dump", ["-Fc", "-f", dump], database: source)
        let target = try await cluster.createDatabase()
        try await cluster.run("pg_restore", [dump], database: target)
        try await withDatabase(of: target) { client in
            let feed = PostgresFeed(client: client)
            let all = try await feed.page(after: nil, filter: .all, limit: 10)
            #expect(all.events.map(\.path?.text) == ["posters/1.jpg", "posters/2.jpg"])
            try await Self.expectExpired(before, client, adopting: 3)
        }
        try await cluster.run("pg_restore", ["--clean", dump], database: source)
        try await withDatabase(of: source) { try await Self.expectExpired(before, $0, adopting: 3) }
        // The rows alone.
        try await withDatabase(of: source) { client in
            let cursor = try await PostgresFeed(client: client).bounds().head
            try await client.withConnection {
                try await $0.execute(
                    script:
                        "CREATE TEMPORARY TABLE kept AS TABLE media.feed; DELETE FROM media.feed; INSERT INTO media.feed TABLE kept"
                )
            }
            try await Self.expectExpired(cursor, client, adopting: 4)
        }
    }

    @Test("A database that is made anew has its own")
    func anew() async throws {
        try await withCatalog { _, client in
            let cursor = try await Self.cursor(client, adopting: 1)
            try await client.withConnection { try await $0.execute(script: "DROP SCHEMA media CASCADE") }
            try await Migrator(client: client, logger: quietLogger).migrate()
            try await Self.expectExpired(cursor, client, adopting: 2)
        }
    }

    @Test("A server that is promoted begins another one")
    func promoted() async throws {
        let cluster = try await ThrowawayPostgres.make(settings: ["restore_command": "false"])
        let target = try await cluster.createDatabase()
        let before = try await withDatabase(of: target) { client in
            try await Migrator(client: client, logger: quietLogger).migrate()
            return try await Self.cursor(client, adopting: 1)
        }
        await cluster.stop()
        try await cluster.start()
        let restarted = try await withDatabase(of: target) { try await PostgresFeed(client: $0).bounds().head }
        #expect(restarted == before, "a restart is none")
        await cluster.stop()
        try await cluster.promoteAtNextStart()
        try await cluster.start()
        // The server takes sessions that only read before it is promoted.
        #expect(try await eventually { try await cluster.execute("SELECT pg_is_in_recovery()").hasPrefix("f") })
        try await withDatabase(of: target) { try await Self.expectExpired(before, $0, adopting: 2) }
        try await cluster.remove()
    }

    @Test("A database that is behind what a daemon has seen begins another one; one that is not does not")
    func setBack() async throws {
        try await withCatalog { _, client in
            let feed = PostgresFeed(client: client)
            let cursor = try await Self.cursor(client, adopting: 1)
            try await feed.renewEpoch(ifBefore: cursor)
            #expect(try await feed.bounds().head == cursor)
            _ = try await client.query("DELETE FROM media.changes")
            _ = try await client.query("UPDATE media.feed SET head = 0")
            try await feed.renewEpoch(ifBefore: cursor)
            #expect(try await feed.bounds().head.epoch != cursor.epoch)
        }
    }

    @Test("Comparing the feed with the records finds what was changed past the triggers, and what is missing")
    func verified() async throws {
        try await withCatalog { catalog, client in
            let feed = PostgresFeed(client: client)
            for number in 1...5 { _ = try await Self.cursor(client, adopting: number) }
            let last = try #require(try await catalog.file(path: MediaPath(trusted: "posters/5.jpg")))
            try await catalog.forget(last)
            let report = try await feed.verify()
            #expect(report.findings == [] && report.changes == 5 && report.pending == 1 && report.subjects == 5)
            func findings(after script: String) async throws -> [String] {
                try await client.withConnection { try await $0.execute(script: script) }
                return try await feed.verify().findings
            }
            func quiet(_ statement: String) -> String {
                "SET session_replication_role = replica; \(statement); RESET session_replication_role"
            }
            #expect(
                try await findings(after: quiet("UPDATE media.files SET path = 'posters/x.jpg' WHERE name = '1'")).count
                    == 1
            )
            #expect(try await findings(after: quiet("DELETE FROM media.files WHERE name = '2'")).count == 2)
            #expect(
                try await findings(after: "UPDATE media.changes SET last_of_transaction = 9 WHERE position = 3").count
                    == 3
            )
            #expect(try await findings(after: "DELETE FROM media.changes WHERE position = 4").count == 4)
        }
    }
}
