import Logging
import MediaTesting
import Postgres
import ServiceSupport
import Testing

@Suite("Migrations of any schema")
struct SchemaMigratorTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func withDatabase(_ body: (PostgresClient) async throws -> Void) async throws {
        let target = try await ThrowawayPostgres.shared().createDatabase()
        let configuration = PostgresConfiguration(connectionString: target, acquireTimeout: .seconds(60))
        let client = PostgresClient(configuration: configuration, logger: Self.logger)
        do {
            try await body(client)
            await client.close()
        } catch {
            await client.close()
            throw error
        }
    }

    private func migrator(_ schema: String, _ lock: Int64, _ client: PostgresClient, count: Int = 2) -> SchemaMigrator {
        let name = PostgresQuery("\(identifier: schema)").sql
        let all = [
            Migration(number: 1, title: "things", script: "CREATE TABLE \(name).things (id bigint PRIMARY KEY)"),
            Migration(number: 2, title: "names", script: "ALTER TABLE \(name).things ADD COLUMN name text"),
        ]
        return SchemaMigrator(
            schema: schema,
            owner: "\(schema)d",
            lock: lock,
            migrations: Array(all.prefix(count)),
            client: client,
            logger: Self.logger
        )
    }

    private func texts(_ client: PostgresClient, _ query: PostgresQuery) async throws -> [String] {
        try await client.query(query).rows.map { try $0.decode(at: 0, as: String.self) }
    }

    @Test("Two schemas in one database are migrated side by side, each by its own numbers")
    func twoSchemas() async throws {
        try await withDatabase { client async throws in
            let (one, other) = (migrator("one", 1, client), migrator("other's", 2, client, count: 1))
            async let first = one.migrate()
            async let second = other.migrate()
            let applied = try await [first, second]
            #expect(applied == [[1, 2], [1]])
            #expect(try await one.migrate() == [])
            #expect(try await migrator("other's", 2, client).migrate() == [2])
            for schema in ["one", "other's"] {
                #expect(
                    try await texts(client, "SELECT title FROM \(identifier: schema).migrations ORDER BY number")
                        == ["things", "names"]
                )
                _ = try await client.query("INSERT INTO \(identifier: schema).things (id, name) VALUES (1, 'a')")
            }
            #expect(
                try await texts(client, "SELECT obj_description('\"other''s\".migrations'::regclass, 'pg_class')")
                    == ["other'sd's own: the migrations of the schema other's that were applied."]
            )
        }
    }

    @Test("Of several processes at once, one migrates and none fails")
    func atOnce() async throws {
        try await withDatabase { client async throws in
            let migrator = migrator("one", 1, client)
            let runs = try await withThrowingTaskGroup(of: [Int].self) { group in
                for _ in 0..<6 { group.addTask { try await migrator.migrate() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(runs.filter { !$0.isEmpty } == [[1, 2]])
        }
    }

    @Test("A schema of a newer program is refused, and the other schema is not concerned")
    func newer() async throws {
        try await withDatabase { client async throws in
            try await migrator("one", 1, client).migrate()
            await #expect {
                try await migrator("one", 1, client, count: 1).migrate()
            } throws: {
                ($0 as? NewerSchemaError)?.message
                    == "The database is at migration 2, made by a newer oned; this one knows 1. Install the newer oned."
            }
            #expect(try await migrator("other", 2, client, count: 1).migrate() == [1])
        }
    }

    @Test("A migration that fails leaves nothing of those before it")
    func failure() async throws {
        try await withDatabase { client async throws in
            let broken = SchemaMigrator(
                schema: "one",
                owner: "oned",
                lock: 1,
                migrations: [
                    Migration(number: 1, title: "things", script: "CREATE TABLE one.things (id bigint)"),
                    Migration(number: 2, title: "broken", script: "CREATE TABLE one.things (id bigint)"),
                ],
                client: client,
                logger: Self.logger
            )
            await #expect(throws: PostgresError.self) { try await broken.migrate() }
            #expect(
                try await texts(client, "SELECT nspname::text FROM pg_namespace WHERE nspname = 'one'") == []
            )
        }
    }
}
