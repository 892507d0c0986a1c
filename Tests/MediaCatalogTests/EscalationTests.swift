import MediaCatalog
import MediaCore
import MediaTesting
import Postgres
import Testing

/// A role that may link and have foreign keys tries to become more than that.
@Suite("A role of an application that means harm")
struct EscalationTests {
    /// Lends a database with a file, and a role with the linker's rights and a schema of its own.
    private static func withStranger(
        _ body: (PostgresCatalog, PostgresClient, MediaFile, String) async throws -> Void
    ) async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            let role = "stranger_\(UInt32.random(in: 0 ... .max))"  // Unique: roles are of the whole server.
            try await client.execute(
                script: """
                    CREATE ROLE \(role); GRANT USAGE ON SCHEMA media TO \(role); GRANT SELECT, REFERENCES ON media.files TO \(role);
                    GRANT EXECUTE ON FUNCTION media.delete(uuid, boolean) TO \(role); CREATE SCHEMA app AUTHORIZATION \(role);
                    GRANT USAGE ON SCHEMA app TO PUBLIC;
                    """
            )
            try await body(catalog, client, file, role)
            try await client.execute(script: "DROP OWNED BY \(role) CASCADE; DROP ROLE \(role)")
        }
    }

    private static func run(_ script: String, as role: String, _ client: PostgresClient) async throws {
        try await client.withTransaction { connection in
            try await connection.execute(script: "SET LOCAL ROLE \(role)")
            try await connection.execute(script: script)
        }
    }

    @Test(
        "Nothing of its own runs with the rights of the schema's owner when a deletion cascades",
        arguments: ["ON DELETE CASCADE", "ON DELETE SET NULL"]
    )
    func cascade(action: String) async throws {
        try await Self.withStranger { catalog, client, file, role in
            try await Self.run(
                """
                CREATE TABLE app.trap (file uuid REFERENCES media.files (id) \(action));
                CREATE TABLE app.caught (who text); GRANT ALL ON app.trap, app.caught TO PUBLIC;
                CREATE FUNCTION app.spring() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN INSERT INTO app.caught VALUES (current_user); RETURN NULL; END $$;
                CREATE TRIGGER spring AFTER DELETE OR UPDATE ON app.trap FOR EACH ROW EXECUTE FUNCTION app.spring();
                INSERT INTO app.trap VALUES ('\(file.id)');
                """,
                as: role,
                client
            )
            try? await Self.run("SELECT media.delete('\(file.id)')", as: role, client)
            let refusal = await failure { () async throws(MediaError) in
                try await catalog.remove(SampleRecords.removal(of: file), as: Removal(retention: .seconds(60)))
            }
            let caught = try await client.texts("SELECT who FROM app.caught")
            #expect(caught.allSatisfy { $0 == role }, "\(caught)")
            guard caught.isEmpty else { return }
            // Before PostgreSQL 18: refused, and named.
            #expect(refusal?.code == .fileReferenced)
            #expect(refusal?.message.contains("app.trap.file (1 row)") == true, "\(refusal?.message ?? "")")
            try await Self.run("DELETE FROM app.trap; TRUNCATE app.caught", as: role, client)
            try await catalog.remove(SampleRecords.removal(of: file), as: Removal(retention: .seconds(60)))
            #expect(try await catalog.trashEntry(file.id) != nil, "an empty table is in nobody's way")
        }
    }

    @Test("A table whose index calls a function of its owner is named and not read")
    func predicate() async throws {
        try await Self.withStranger { _, client, file, role in
            try await Self.run(
                """
                CREATE TABLE app.trap (file uuid REFERENCES media.files (id)); GRANT ALL ON app.trap TO PUBLIC;
                CREATE FUNCTION app.spring(int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT $1 > 0';
                INSERT INTO app.trap VALUES ('\(file.id)');
                """,
                as: role,
                client
            )
            func found() async throws -> [String] {
                try await client.withTransaction { connection in
                    // Not the superuser, whom every role's code is a risk to.
                    try await connection.query(
                        "SELECT table_name || ' ' || coalesce(uses::text, '?') FROM media.references_to(\(file.id))"
                    )
                    .rows.map { try $0.decode(at: 0, as: String.self) }
                }
            }
            #expect(try await found() == ["app.trap 1"])
            try await Self.run("CREATE INDEX ON app.trap (file) WHERE app.spring(1)", as: role, client)
            #expect(try await found() == ["app.trap ?"])
        }
    }

    @Test("The functions of mediad's triggers cannot be bound to tables of others, to forge events or what was linked")
    func triggers() async throws {
        try await Self.withStranger { _, client, _, role in
            for function in ["note_file", "note_link", "note_upload", "keep_linked", "forget_kept"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await Self.run(
                        """
                        CREATE TEMPORARY TABLE forged (id uuid, file_id uuid);
                        CREATE TRIGGER forge AFTER INSERT ON forged FOR EACH ROW EXECUTE FUNCTION media.\(function)()
                        """,
                        as: role,
                        client
                    )
                }
                #expect(error?.sqlState == "42501", "\(function): \(error?.message ?? "")")
            }
        }
    }
}
