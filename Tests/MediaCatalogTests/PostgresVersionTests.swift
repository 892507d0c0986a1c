import MediaCore
import MediaTesting
import Postgres
import Testing

@testable import MediaCatalog

/// What `ConformanceTests` prove of the distribution's PostgreSQL, on the other major versions.
@Suite("Other major versions of PostgreSQL", .serialized, .timeLimit(.minutes(5)))
struct PostgresVersionTests {
    @Test("E1: the catalog and the feed keep all their rules", arguments: PostgresVersions.others)
    func rules(_ major: Int) async throws {
        try await Self.with(major) { cluster in
            for check in CatalogConformance.checks {
                try await withDatabase(of: try await cluster.createDatabase()) { client in
                    try await Migrator(client: client, logger: quietLogger).migrate()
                    try await check.run(PostgresCatalog(client: client))
                }
            }
            for check in ChangeFeedConformance.checks {
                try await withDatabase(of: try await cluster.createDatabase()) { client in
                    try await Migrator(client: client, logger: quietLogger).migrate()
                    try await check.run(PostgresCatalog(client: client), PostgresFeed(client: client))
                }
            }
        }
    }

    @Test("E1: a referenced file is file_referenced, whatever the foreign key says", arguments: PostgresVersions.others)
    func referenced(_ major: Int) async throws {
        try await Self.with(major) { cluster in
            try await withDatabase(of: try await cluster.createDatabase()) { client in
                try await ReferencedFiles.check(client)
            }
        }
    }

    @Test("E4: a full notification queue ends no upload, and a takeover is asked for in vain, not in error")
    func fullQueue() async throws {
        // Since 17 the queue's size is a setting; 64 pages are the least.
        try await Self.with(17, settings: ["max_notify_queue_pages": "64"]) { cluster in
            let target = try await cluster.createDatabase()
            try await withDatabase(of: target) { client in
                try await Migrator(client: client, logger: quietLogger).migrate()
                let catalog = PostgresCatalog(client: client)
                try await client.withConnection { wedge in
                    try await wedge.execute(script: "LISTEN anything")
                    try await wedge.execute(script: "BEGIN")
                    try await wedge.execute(script: "SELECT 1")
                    try await Self.fillQueue(client)
                    let first = SampleRecords.file("1", seed: 1)
                    let second = SampleRecords.file("1", seed: 2, id: first.id)
                    try await catalog.adopt(first)
                    try await catalog.adopt(second)
                    try await catalog.forget(second)
                    try await catalog.requestTakeover(of: UploadID(), asked: Timestamp(microseconds: 1))
                    _ = try await PostgresFeed(client: client).stamp()
                    #expect(try await client.texts("SELECT kind FROM media.changes").count == 3)
                    try await wedge.execute(script: "ROLLBACK; UNLISTEN *")
                }
            }
        }
    }

    private static func fillQueue(_ client: PostgresClient) async throws {
        for _ in 0..<1000 {
            do {
                _ = try await client.query("SELECT pg_notify('anything', repeat('x', 7000))")
            } catch let error as PostgresError where error.sqlState == "54000" {
                return
            }
        }
        Issue.record("the queue does not fill up")
    }

    private static func with(
        _ major: Int,
        settings: [String: String] = [:],
        _ body: (ThrowawayCluster) async throws -> Void
    ) async throws {
        let cluster = try await ThrowawayPostgres.make(
            settings: ThrowawayPostgres.fast.merging(settings) { _, new in new },
            programs: try await PostgresVersions.programs(of: major)
        )
        do {
            try await body(cluster)
        } catch {
            try? await cluster.remove()
            throw error
        }
        try await cluster.remove()
    }
}

/// Rows of others that reference files.
enum ReferencedFiles {
    static func check(_ client: PostgresClient) async throws {
        try await Migrator(client: client, logger: quietLogger).migrate()
        let catalog = PostgresCatalog(client: client)
        let file = SampleRecords.file("1", seed: 1)
        try await catalog.adopt(file)
        for (number, action) in ["", "ON DELETE RESTRICT", "ON DELETE NO ACTION DEFERRABLE INITIALLY DEFERRED"]
            .enumerated()
        {
            _ = try await client.withConnection { connection in
                try await connection.execute(
                    script: """
                        CREATE TABLE movies_\(number) (poster uuid REFERENCES media.files (id) \(action));
                        INSERT INTO movies_\(number) SELECT id FROM media.files;
                        """
                )
            }
            let refusal = await failure { () async throws(MediaError) in try await catalog.forget(file) }
            #expect(refusal?.code == .fileReferenced, "\(action): \(refusal.map { "\($0)" } ?? "removed")")
            _ = try await client.withConnection { try await $0.execute(script: "DROP TABLE movies_\(number)") }
        }
        try await catalog.forget(file)
    }
}
