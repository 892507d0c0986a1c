import MediaCore
import MediaTesting
import Postgres
import ServiceSupport
import Testing

@testable import MediaCatalog

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
                try await client.texts("SELECT number::text FROM media.migrations ORDER BY migrations.number")
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

    @Test("Whoever only reads is told what is missing, and changes nothing")
    func readers() async throws {
        try await withDatabase { client in
            let migrator = Migrator(client: client, logger: quietLogger)
            func refusal() async -> String? {
                await failure { () async throws(MediaError) in try await migrator.requireCurrent() }?.message
            }
            #expect(await refusal()?.contains("has no schema of mediad") == true)
            #expect(try await client.texts("SELECT count(*)::text FROM pg_namespace WHERE nspname = 'media'") == ["0"])
            let old = Migrator(client: client, logger: quietLogger, migrations: Array(Migrator.all.dropLast()))
            try await old.migrate()
            #expect(await refusal()?.contains("is at migration \(Migrator.all.count - 1), and") == true)
            #expect(await refusal()?.contains("mediad migrate") == true)
            try await migrator.migrate()
            #expect(await refusal() == nil)
            _ = try await client.query("INSERT INTO media.migrations (number, title) VALUES (9999, 'from the future')")
            #expect(await refusal()?.contains("newer") == true)
        }
    }

    @Test("A database at migration 1 keeps its files and open commits, and gets uploads")
    func upgrade() async throws {
        try await withDatabase { client in
            let old = Migrator(client: client, logger: quietLogger, migrations: [.files])
            #expect(try await old.migrate() == [1])
            let (file, next) = (SampleRecords.file("1", seed: 1), SampleRecords.file("2", seed: 2))
            let catalog = PostgresCatalog(client: client)
            try await Self.insert(file, into: client)
            let intent = SampleRecords.publication(of: next)
            // As the mediad of that time wrote it.
            _ = try await client.query(
                """
                INSERT INTO media.commits (id, kind, phase, owner, staging_name, collection, name, path, record) \
                VALUES (\(intent.id), 'publish', 'pending', \(intent.owner), \(nullable: intent.stagingName), 'posters', '2', \
                'posters/2.jpg', \(try intent.encodedRecord())::jsonb)
                """
            )
            #expect(try await Migrator(client: client, logger: quietLogger).migrate() == Array(2...Migrator.all.count))
            #expect(try await catalog.file(id: file.id) == file)
            #expect(try await catalog.files(factsBelow: 1, after: nil, limit: 10) == [file])
            #expect(try await catalog.openIntents() == [intent])
            // The log of that time could not be followed without losing changes; its readers begin afresh.
            #expect(try await client.texts("SELECT path FROM media.changes") == [])
            try await catalog.finish(intent)
            #expect(try await catalog.file(id: next.id) == next)
            try await catalog.create(SampleRecords.upload(1), within: SampleRecords.ampleQuota)
            #expect(await code { () async throws(MediaError) in try await old.migrate() } == .invalidConfiguration)
        }
    }

    /// As the mediad of migration 1 did it.
    private static func insert(_ file: MediaFile, into client: PostgresClient) async throws {
        _ = try await client.query(
            """
            INSERT INTO media.files (id, collection, name, path, type, size, sha256, width, height, original_filename, \
            modified_at, created_at, updated_at) \
            VALUES (\(file.id), \(file.collection), \(file.name.text), \(file.path.text), \(file.type.essence), \
            \(file.version.size.bytes), \(file.version.digest), \(nullable: file.dimensions?.width), \
            \(nullable: file.dimensions?.height), \(nullable: file.originalFilename), \(file.version.modifiedAt), \
            \(file.createdAt), \(file.updatedAt))
            """
        )
        _ = try await client.query(
            """
            INSERT INTO media.changes (kind, file_id, collection, path, version) \
            VALUES ('created', \(file.id), \(file.collection), \(file.path.text), \(file.version.digest.prefix))
            """
        )
    }

    @Test("The numbers of the migrations are 1, 2, 3 ... in order")
    func numbers() {
        #expect(Migrator.all.map(\.number) == Array(1...Migrator.all.count))
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
