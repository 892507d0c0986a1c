import MediaCatalog
import MediaCore
import MediaTesting
import Postgres
import Testing

@Suite("Migrations")
struct MigratorTests {
    @Test("A fresh database gets all of them, the next run none")
    func twice() async throws {
        try await withDatabase { client in
            let migrator = Migrator(client: client, logger: quietLogger)
            let first = try await migrator.migrate()
            #expect(!first.isEmpty && first == Array(1...first.count))
            #expect(try await migrator.migrate() == [])
            #expect(
                try await client.texts("SELECT number::text FROM media.migrations ORDER BY number")
                    == first.map(String.init)
            )
        }
    }

    @Test("Of several processes at once, one migrates and none fails")
    func atOnce() async throws {
        try await withDatabase { client in
            let migrator = Migrator(client: client, logger: quietLogger)
            let runs = try await withThrowingTaskGroup(of: [Int].self) { group in
                for _ in 0..<6 { group.addTask { try await migrator.migrate() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(runs.filter { !$0.isEmpty }.count == 1)
        }
    }

    @Test("A database of a newer mediad is refused, and stays as it is")
    func newer() async throws {
        try await withDatabase { client in
            let migrator = Migrator(client: client, logger: quietLogger)
            try await migrator.migrate()
            _ = try await client.query("INSERT INTO media.migrations (number, title) VALUES (9999, 'from the future')")
            #expect(await code { () async throws(MediaError) in try await migrator.migrate() } == .invalidConfiguration)
            #expect(try await client.texts("SELECT max(number)::text FROM media.migrations") == ["9999"])
        }
    }

    @Test("Every table, column and function of the schema says what it is")
    func comments() async throws {
        try await withCatalog { _, client in
            let silentColumns = try await client.texts(
                """
                SELECT c.relname || '.' || a.attname FROM pg_class c \
                JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'media' \
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
                WHERE c.relkind IN ('r', 'v') AND coalesce(col_description(c.oid, a.attnum), '') = ''
                """
            )
            #expect(silentColumns == [])
            let silentTables = try await client.texts(
                """
                SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'media' \
                WHERE c.relkind IN ('r', 'v') AND coalesce(obj_description(c.oid, 'pg_class'), '') = ''
                """
            )
            #expect(silentTables == [])
            let silentFunctions = try await client.texts(
                """
                SELECT p.proname::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'media' \
                WHERE coalesce(obj_description(p.oid, 'pg_proc'), '') = ''
                """
            )
            #expect(silentFunctions == [])
            #expect(
                try await client.texts(
                    "SELECT count(*)::text FROM information_schema.columns WHERE table_schema = 'media'"
                ) != ["0"]
            )
        }
    }
}
