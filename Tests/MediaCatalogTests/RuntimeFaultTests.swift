import MediaCore
import MediaTesting
import Postgres
import Testing

@testable import MediaCatalog

/// What other people do to a database while the daemon runs.
@Suite("E2: a database that changes under a running daemon")
struct RuntimeFaultTests {
    struct Fault: CustomTestStringConvertible, Sendable {
        let damage: String
        let repair: String
        let sqlState: String
        var testDescription: String { self.damage }
    }

    private static let faults = [
        Fault(
            damage: "ALTER TABLE media.files RENAME TO gone",
            repair: "ALTER TABLE media.gone RENAME TO files",
            sqlState: "42P01"
        ),
        Fault(
            damage: "ALTER TABLE media.outbox RENAME TO gone",
            repair: "ALTER TABLE media.gone RENAME TO outbox",
            sqlState: "42P01"
        ),
        Fault(
            damage: "ALTER TABLE media.moves RENAME TO gone",
            repair: "ALTER TABLE media.gone RENAME TO moves",
            sqlState: "42P01"
        ),
        Fault(
            damage: "ALTER TABLE media.files RENAME COLUMN charset TO gone",
            repair: "ALTER TABLE media.files RENAME COLUMN gone TO charset",
            sqlState: "42703"
        ),
        Fault(
            damage: "ALTER SCHEMA media RENAME TO gone",
            repair: "ALTER SCHEMA gone RENAME TO media",
            sqlState: "42P01"
        ),
    ]

    @Test("a part that is gone is catalog_unavailable, with the server's words; back is back", arguments: faults)
    func missing(_ fault: Fault) async throws {
        try await withCatalog { catalog, client in
            // Prepared before and after: the statements are met on both ways.
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            try await client.withConnection { try await $0.execute(script: fault.damage) }
            let failures = [
                await failure { () async throws(MediaError) in try await catalog.ping() },
                await failure { () async throws(MediaError) in
                    try await catalog.adopt(SampleRecords.file("2", seed: 2))
                },
            ]
            for failure in failures {
                #expect(failure?.code == .catalogUnavailable)
                #expect(failure?.isSchemaProblem == true)
                #expect((failure?.cause as? PostgresError)?.sqlState == fault.sqlState)
                // What clients see holds no name of the schema's parts.
                #expect(failure?.message.contains("gone") == false)
                #expect(failure?.message.contains("media.") == false)
            }
            try await client.withConnection { try await $0.execute(script: fault.repair) }
            try await catalog.ping()
            try await catalog.adopt(SampleRecords.file("2", seed: 2))
            #expect(try await catalog.file(id: file.id) == file)
        }
    }

    @Test("a schema that was dropped is catalog_unavailable for every call")
    func dropped() async throws {
        try await withCatalog { catalog, client in
            try await catalog.adopt(SampleRecords.file("1", seed: 1))
            try await client.withConnection { try await $0.execute(script: "DROP SCHEMA media CASCADE") }
            let upload = SampleRecords.upload(1)
            let intent = SampleRecords.publication(of: SampleRecords.file("2", seed: 2))
            let codes = [
                await code { () async throws(MediaError) in try await catalog.ping() },
                await code { () async throws(MediaError) in
                    _ = try await catalog.file(path: SampleRecords.file("1", seed: 1).path)
                },
                await code { () async throws(MediaError) in try await catalog.begin(intent) },
                await code { () async throws(MediaError) in try await catalog.finish(intent) },
                await code { () async throws(MediaError) in
                    try await catalog.create(upload, within: SampleRecords.ampleQuota)
                },
                await code { () async throws(MediaError) in _ = try await catalog.update(upload, from: [.receiving]) },
            ]
            #expect(codes == Array(repeating: .catalogUnavailable, count: codes.count))
        }
    }

    @Test(
        "a right that is taken away is catalog_unavailable, and known to /readyz",
        arguments: ["SELECT", "INSERT", "UPDATE", "DELETE"]
    )
    func revoked(_ right: String) async throws {
        try await RefusalTests.withRole([]) { client, owner, role in
            try await Migrator(client: owner, logger: quietLogger).migrate()
            let grant = """
                GRANT USAGE ON SCHEMA media TO \(role);
                GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA media TO \(role);
                """
            try await owner.withConnection { try await $0.execute(script: grant) }
            let catalog = PostgresCatalog(client: client)
            try await catalog.ping()
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            try await owner.withConnection {
                try await $0.execute(script: "REVOKE \(right) ON media.files FROM \(role)")
            }
            let notReady = await failure { () async throws(MediaError) in try await catalog.ping() }
            #expect(notReady?.code == .catalogUnavailable)
            #expect((notReady?.cause as? PostgresError)?.sqlState == "42501")
            let refused = await failure { () async throws(MediaError) in
                try await catalog.forget(file)
                try await catalog.adopt(file)
                try await catalog.adopt(file)
            }
            #expect(refused?.code == .catalogUnavailable)
            #expect((refused?.cause as? PostgresError)?.sqlState == "42501")
            try await owner.withConnection { try await $0.execute(script: grant) }
            try await catalog.ping()
        }
    }

    @Test("a column that became wider in the middle costs nothing: the transaction is done again")
    func outdatedPlan() async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            for x in [0.25, 0.5] {
                _ = try await catalog.setFocalPoint(FocalPoint(x: x, y: x), of: file.id, at: file.updatedAt)
            }
            try await client.withConnection {
                try await $0.execute(script: "ALTER TABLE media.files ALTER dominant_color TYPE varchar(40)")
            }
            let point = FocalPoint(x: 0.75, y: 0.75)
            #expect(try await catalog.setFocalPoint(point, of: file.id, at: file.updatedAt).focalPoint == point)
        }
    }

    @Test("a conflict with another transaction is tried again, and written once", arguments: ["40001", "40P01"])
    func conflict(_ state: String) async throws {
        try await withCatalog { catalog, client in
            try await client.withConnection {
                // What a sequence gave out stays given out when the transaction is undone.
                try await $0.execute(
                    script: """
                        CREATE SEQUENCE tries;
                        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                        $$ BEGIN
                            IF nextval('tries') < 3 THEN RAISE EXCEPTION 'not now' USING ERRCODE = '\(state)'; END IF;
                            RETURN NEW;
                        END $$;
                        CREATE TRIGGER refuse BEFORE INSERT ON media.files FOR EACH ROW EXECUTE FUNCTION refuse();
                        """
                )
            }
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            #expect(try await catalog.file(id: file.id) == file)
            #expect(try await client.texts("SELECT last_value::text FROM tries") == ["3"])
            #expect(try await client.texts("SELECT kind FROM media.outbox") == ["file.created"])
        }
    }

    @Test("a database that was dropped is catalog_unavailable, and so it stays")
    func databaseDropped() async throws {
        let cluster = try await ThrowawayPostgres.shared()
        // Unique: databases are the server's.
        let name = "dropped_\(String(UInt64.random(in: .min ... .max), radix: 36))"
        try await cluster.execute("CREATE DATABASE \(name)")
        let target = cluster.connectionString(database: name)
        try await withDatabase(of: target, acquireTimeout: .milliseconds(500)) { client in
            try await Migrator(client: client, logger: quietLogger).migrate()
            let catalog = PostgresCatalog(client: client)
            try await catalog.ping()
            try await cluster.execute("DROP DATABASE \(name) WITH (FORCE)")
            for _ in 0..<3 {
                let error = await failure { () async throws(MediaError) in try await catalog.ping() }
                #expect(error?.code == .catalogUnavailable)
                // It may be made again, as a server may come back.
                #expect(error?.isSchemaProblem == false)
            }
            let last = await failure { () async throws(MediaError) in try await catalog.ping() }
            #expect(last?.description.contains("3D000") == true, "\(String(describing: last))")
        }
    }

    @Test("a server that has no connection left is catalog_unavailable, and says why")
    func connectionLimit() async throws {
        let settings = ["max_connections": "4", "superuser_reserved_connections": "0", "max_wal_senders": "0"]
        let cluster = try await ThrowawayPostgres.make(settings: settings)
        let target = try await cluster.createDatabase()
        try await withDatabase(of: target) { hog in
            try await Migrator(client: hog, logger: quietLogger).migrate()
            try await Self.holding(4, of: hog) {
                try await withDatabase(of: target, acquireTimeout: .milliseconds(500)) { client in
                    let error = await failure { () async throws(MediaError) in
                        try await PostgresCatalog(client: client).ping()
                    }
                    #expect(error?.code == .catalogUnavailable)
                    #expect(error?.description.contains("53300") == true, "\(String(describing: error))")
                }
            }
        }
        try await cluster.remove()
    }

    private static func holding(
        _ count: Int,
        of client: PostgresClient,
        _ body: () async throws -> Void
    ) async throws {
        guard count > 0 else { return try await body() }
        try await client.withConnection { _ in try await Self.holding(count - 1, of: client, body) }
    }
}
