import MediaCatalog
import MediaCore
import MediaTesting
import Postgres
import Testing

/// What PostgreSQL alone can show: foreign keys of others, SQL by hand, and transactions side by side.
@Suite("Deleting in PostgreSQL")
struct DeletionTests {
    private static let removal = Removal(retention: .seconds(3600))

    @Test("A refusal names every table, column and count that refers, of any schema, and the links")
    func references() async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            try await client.execute(
                script: """
                    CREATE SCHEMA app;
                    CREATE TABLE app.movies (id int PRIMARY KEY, poster_file_id uuid REFERENCES media.files (id),
                        still uuid REFERENCES media.files (id) ON DELETE RESTRICT);
                    INSERT INTO app.movies VALUES (1, '\(file.id)', NULL), (2, '\(file.id)', '\(file.id)');
                    CREATE TABLE app.unused (file uuid REFERENCES media.files (id));
                    CREATE TABLE app.cascading (file uuid REFERENCES media.files (id) ON DELETE CASCADE);
                    INSERT INTO app.cascading VALUES ('\(file.id)');
                    ALTER TABLE media.files ADD CONSTRAINT files_id_path_key UNIQUE (id, path);
                    CREATE TABLE app."Odd Part" (a uuid, "b c" text, k int,
                        FOREIGN KEY (a, "b c") REFERENCES media.files (id, path)) PARTITION BY LIST (k);
                    CREATE TABLE app.part_1 PARTITION OF app."Odd Part" FOR VALUES IN (1);
                    INSERT INTO app."Odd Part" VALUES ('\(file.id)', '\(file.path)', 1);
                    """
            )
            let link = FileLink(entity: "user", entityID: "7", role: "avatar")
            _ = try await catalog.link(link, to: file.id, isSingle: nil)
            let refused = await failure { () async throws(MediaError) in
                try await catalog.remove(SampleRecords.removal(of: file), as: Self.removal)
            }
            let refusal = try #require(refused)
            #expect(refusal.code == .fileReferenced)
            #expect(
                refusal.details[MediaError.DetailName.references]?.texts == [
                    "column: a, b c, count: 1, table: app.\"Odd Part\"",
                    "column: poster_file_id, count: 2, table: app.movies", "column: still, count: 1, table: app.movies",
                ]
            )
            #expect(
                refusal.details[MediaError.DetailName.links]?.texts == ["entity: user, entityId: 7, role: avatar"]
            )
            #expect(refusal.message.contains("app.movies.poster_file_id (2 rows)"), "\(refusal.message)")
            // Force is for links, never for keys.
            let forced = Removal(retention: .seconds(3600), removesLinks: true)
            let isRefused = await code { () async throws(MediaError) in
                try await catalog.remove(SampleRecords.removal(of: file), as: forced)
            }
            #expect(isRefused == .fileReferenced)
            #expect(try await catalog.links(matching: LinkFilter(), after: nil, limit: 9).count == 1)
            #expect(try await client.texts("SELECT count(*)::text FROM app.cascading") == ["1"])
        }
    }

    @Test("A table that mediad may not read is named without a count")
    func unreadable() async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            let role = "stranger_\(UInt32.random(in: 0 ... .max))"  // Unique: roles are of the whole server.
            try await client.execute(
                script: """
                    CREATE ROLE \(role); GRANT USAGE ON SCHEMA media TO \(role); GRANT SELECT ON media.files TO \(role);
                    CREATE SCHEMA hidden; CREATE TABLE hidden.rows (file uuid REFERENCES media.files (id));
                    INSERT INTO hidden.rows VALUES ('\(file.id)');
                    """
            )
            let found = try await client.withTransaction { connection in
                _ = try await connection.query("SELECT set_config('role', \(role), true)")
                return try await connection.query(
                    "SELECT table_name || ' ' || (uses IS NULL)::text FROM media.references_to(\(file.id))"
                )
                .rows.map { try $0.decode(at: 0, as: String.self) }
            }
            #expect(found == ["hidden.rows true"])
            // Whoever is refused hears that it could not be counted, and doctor says what helps.
            let target = try await client.texts("SELECT current_database()::text").first ?? ""
            let cluster = try await ThrowawayPostgres.shared()
            try await client.execute(
                script: "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA media TO \(role)"
            )
            try await withDatabase(of: cluster.connectionString(database: target) + " options='-c role=\(role)'") {
                stranger in
                let catalog = PostgresCatalog(client: stranger)
                let refusal = await failure { () async throws(MediaError) in
                    try await catalog.remove(SampleRecords.removal(of: file), as: Self.removal)
                }
                #expect(
                    refusal?.message.contains("hidden.rows.file (not counted)") == true,
                    "\(refusal?.message ?? "")"
                )
                #expect(refusal?.message.contains("mediad doctor") == true)
                let warnings = try await catalog.foreignKeys().flatMap(\.warnings)
                let grant = try #require(warnings.first { $0.kind == .uncounted })
                try await client.execute(script: grant.sql)
                #expect(try await catalog.foreignKeys().flatMap(\.warnings).map(\.kind) == [.unindexed])
                let counted = await failure { () async throws(MediaError) in
                    try await catalog.remove(SampleRecords.removal(of: file), as: Self.removal)
                }
                #expect(counted?.message.contains("hidden.rows.file (1 row)") == true, "\(counted?.message ?? "")")
            }
            try await client.execute(script: "DROP OWNED BY \(role); DROP ROLE \(role)")
        }
    }

    @Test(
        "DELETE and TRUNCATE by hand are refused with a sentence that says what to do",
        arguments: [
            "DELETE FROM media.files", "DELETE FROM media.files WHERE id = gen_random_uuid()",
            "TRUNCATE media.files CASCADE",
        ]
    )
    func byHand(statement: String) async throws {
        try await withCatalog { catalog, client in
            try await catalog.adopt(SampleRecords.file("1", seed: 1))
            let error = await #expect(throws: PostgresError.self) { try await client.execute(script: statement) }
            #expect(error?.message.contains("SELECT media.delete(id)") == true, "\(error?.message ?? "")")
            // Nor does our own function open the door for what follows in its transaction.
            let other = SampleRecords.file("2", seed: 2)
            try await catalog.adopt(other)
            await #expect(throws: PostgresError.self) {
                try await client.execute(script: "BEGIN; SELECT media.delete('\(other.id)'); \(statement); COMMIT")
            }
            #expect(try await catalog.file(id: other.id) != nil)
        }
    }

    @Test(
        "media.delete() moves a file to the trash, keeps its name until the bytes are moved, and is refused as any delete"
    )
    func bySQL() async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("1 é", seed: 1)
            try await catalog.adopt(file)
            try await catalog.setTrashRetention(.seconds(7200))
            let link = FileLink(entity: "user", entityID: "7", role: "avatar")
            _ = try await catalog.link(link, to: file.id, isSingle: nil)
            await #expect(throws: PostgresError.self) {
                _ = try await client.texts("SELECT media.delete(\(file.id))::text")
            }
            #expect(try await client.texts("SELECT media.delete(\(file.id), true)::text") == ["true"])
            #expect(try await client.texts("SELECT media.delete(\(file.id))::text") == ["false"])
            let entry = try #require(try await catalog.trashEntry(file.id))
            #expect(entry.links == [link])
            #expect(entry.expiresAt.microseconds - entry.deletedAt.microseconds >= 7_199_000_000)
            let intent = try #require(try await catalog.openIntents().first)
            #expect(intent.owner == CommitIntent.sqlOwner && intent.kind == .remove && intent.phase == .recorded)
            #expect(intent.file.id == file.id && intent.file.path == file.path)
            #expect(intent.file.version.identity == file.version.identity, "to the microsecond")
            let upload = await code { () async throws(MediaError) in
                try await catalog.begin(SampleRecords.publication(of: SampleRecords.file("1 é", seed: 2)))
            }
            #expect(upload == .nameBusy)
        }
    }

    @Test("Two that link in a single role at once leave one; a link and a delete at once leave no link to nothing")
    func races() async throws {
        try await withTwoCatalogs { catalogs, _ in
            let files = (1...8).map { SampleRecords.file("\($0)", seed: UInt8($0)) }
            for file in files { try await catalogs[0].adopt(file) }
            let poster = FileLink(entity: "movie", entityID: "42", role: "poster")
            for _ in 0..<5 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (number, file) in files.enumerated() {
                        group.addTask { _ = try await catalogs[number % 2].link(poster, to: file.id, isSingle: true) }
                    }
                    try await group.waitForAll()
                }
                #expect(try await catalogs[0].links(matching: LinkFilter(), after: nil, limit: 9).count == 1)
            }
            _ = try await catalogs[0].unlink(entity: "movie", entityID: "42", role: nil)
            for file in files {
                async let linked = code { () async throws(MediaError) in
                    _ = try await catalogs[0].link(poster, to: file.id, isSingle: nil)
                }
                async let removed = code { () async throws(MediaError) in
                    try await catalogs[1].remove(SampleRecords.removal(of: file), as: Self.removal)
                }
                let outcome = await (linked, removed)
                let isLinked = outcome.0 == nil && outcome.1 == .fileReferenced
                let isRemoved = outcome.0 == .notFound && outcome.1 == nil
                #expect(isLinked || isRemoved, "\(outcome)")
            }
        }
    }

    @Test("Doctor finds CASCADE, SET NULL and references without an index, and the SQL that it gives helps")
    func doctor() async throws {
        try await withCatalog { catalog, client in
            try await client.execute(
                script: """
                    CREATE SCHEMA app;
                    CREATE TABLE app.good (file uuid REFERENCES media.files (id)); CREATE INDEX ON app.good (file);
                    CREATE TABLE app.partial (file uuid REFERENCES media.files (id));
                    CREATE INDEX ON app.partial (file) WHERE file IS NOT NULL;
                    CREATE TABLE app.second (n int, file uuid REFERENCES media.files (id)); CREATE INDEX ON app.second (n, file);
                    CREATE TABLE app.filtered (n int, file uuid REFERENCES media.files (id));
                    CREATE INDEX ON app.filtered (file) WHERE n > 1;
                    CREATE TABLE app.gone (file uuid PRIMARY KEY REFERENCES media.files (id) ON DELETE CASCADE);
                    CREATE TABLE app."Lost" ("F" uuid REFERENCES media.files (id) ON DELETE SET NULL) PARTITION BY HASH ("F");
                    CREATE TABLE app.lost_1 PARTITION OF app."Lost" FOR VALUES WITH (MODULUS 1, REMAINDER 0);
                    """
            )
            func found() async throws -> [String] {
                try await catalog.foreignKeys().flatMap { key in
                    key.warnings.map { "\($0.kind.rawValue) \(key.table) \(key.columns.joined(separator: ","))" }
                }
            }
            #expect(
                try await found() == [
                    "set-null app.\"Lost\" F", "unindexed app.\"Lost\" F", "unindexed app.filtered file",
                    "cascade app.gone file", "unindexed app.second file",
                ]
            )
            for key in try await catalog.foreignKeys() {
                for warning in key.warnings { try await client.execute(script: warning.sql) }
            }
            #expect(try await found() == [])
        }
    }
}
