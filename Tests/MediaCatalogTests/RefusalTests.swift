import MediaCore
import MediaTesting
import Postgres
import ServiceSupport
import Testing

@testable import MediaCatalog

@Suite("What a database refuses, and what is refused of it")
struct RefusalTests {
    /// Lends a client whose role has no rights but the given ones on a database of its own.
    static func withRole(
        _ grants: [String],
        _ body: (PostgresClient, PostgresClient, String) async throws -> Void
    ) async throws {
        let target = try await ThrowawayPostgres.shared().createDatabase()
        try await withDatabase(of: target) { owner in
            // Unique: roles are the server's.
            let role = "least_\(String(UInt64.random(in: .min ... .max), radix: 36))"
            try await owner.withConnection { connection in
                try await connection.execute(script: "CREATE ROLE \(role)")
                for grant in grants {
                    try await connection.execute(script: grant.replacing("ROLE", with: role))
                }
            }
            try await withDatabase(of: "\(target) options='-c role=\(role)'") { try await body($0, owner, role) }
        }
    }

    @Test("E2: a schema that exists is not made again: its owner needs no right to make schemas")
    func ownSchema() async throws {
        try await Self.withRole(["CREATE SCHEMA media AUTHORIZATION ROLE"]) { client, _, _ async throws in
            let migrator = Migrator(client: client, logger: quietLogger)
            #expect(try await migrator.migrate() == Migrator.all.map(\.number))
            #expect(try await migrator.migrate() == [])
            try await PostgresCatalog(client: client).ping()
        }
    }

    @Test("E2: a schema that somebody else owns will do, if things may be made in it")
    func foreignSchema() async throws {
        try await Self.withRole(["CREATE SCHEMA media", "GRANT CREATE, USAGE ON SCHEMA media TO ROLE"]) {
            client,
            _,
            _ async throws in
            #expect(try await Migrator(client: client, logger: quietLogger).migrate() == Migrator.all.map(\.number))
        }
    }

    @Test("E2: an up-to-date schema needs no right to make anything")
    func revoked() async throws {
        try await Self.withRole([]) { client, owner, role in
            try await Migrator(client: owner, logger: quietLogger).migrate()
            try await owner.withConnection {
                try await $0.execute(
                    script: """
                        GRANT USAGE ON SCHEMA media TO \(role);
                        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA media TO \(role);
                        """
                )
            }
            #expect(try await Migrator(client: client, logger: quietLogger).migrate() == [])
            let catalog = PostgresCatalog(client: client)
            try await catalog.ping()
            try await catalog.adopt(SampleRecords.file("1", seed: 1))
        }
    }

    @Test("E2: a refusal has the server's own words and SQLSTATE")
    func words() async throws {
        try await Self.withRole([]) { client, _, _ async throws in
            let error = await failure { () async throws(MediaError) in
                try await Migrator(client: client, logger: quietLogger).migrate()
            }
            let cause = try #require(error?.cause as? PostgresError)
            #expect(cause.sqlState == "42501")
            #expect(cause.message.contains("permission denied for database"))
        }
    }

    @Test(
        "E2: states that pass are catalog_unavailable, never an internal error",
        arguments: [
            "55P03", "57014", "40001", "40P01", "25006", "53000", "53100", "53200", "53300", "54000", "57P01", "57P03",
            "08006",
        ]
    )
    func passing(_ state: String) async throws {
        try await withCatalog { catalog, client in
            try await client.withConnection {
                try await $0.execute(
                    script: """
                        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                        $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '\(state)'; END $$;
                        CREATE TRIGGER refuse BEFORE INSERT ON media.files EXECUTE FUNCTION refuse();
                        """
                )
            }
            #expect(
                await code { () async throws(MediaError) in try await catalog.adopt(SampleRecords.file("1", seed: 1)) }
                    == .catalogUnavailable
            )
        }
    }

    @Test("E3: a database that takes no changes is not ready, and is again when it does")
    func readOnly() async throws {
        let target = try await ThrowawayPostgres.shared().createDatabase()
        try await withDatabase(of: target) { client in
            try await Migrator(client: client, logger: quietLogger).migrate()
            try await withDatabase(of: "\(target) options='-c default_transaction_read_only=on'") { reader in
                #expect(
                    await code { () async throws(MediaError) in try await PostgresCatalog(client: reader).ping() }
                        == .catalogUnavailable
                )
            }
            try await PostgresCatalog(client: client).ping()
        }
    }

    @Test(
        "E4: an encoding that lacks characters, or does not know them, is refused, by name",
        arguments: ["LATIN1", "EUC_JP", "SQL_ASCII"]
    )
    func encoding(_ encoding: String) async throws {
        let cluster = try await ThrowawayPostgres.shared()
        let name = "encoded_\(encoding.lowercased())"
        try await cluster.execute("CREATE DATABASE \(name) ENCODING '\(encoding)' LOCALE 'C' TEMPLATE template0")
        try await withDatabase(of: cluster.connectionString(database: name)) { client in
            let error = await failure { () async throws(MediaError) in
                try await Migrator(client: client, logger: quietLogger).migrate()
            }
            #expect(error?.code == .invalidConfiguration)
            #expect(error?.message.contains(encoding) == true)
        }
    }

    @Test("E1: a referenced file is file_referenced, whatever the foreign key says")
    func referenced() async throws {
        try await withDatabase { try await ReferencedFiles.check($0) }
    }

    @Test("F3: of two roots that claim a database, one gets it; an operator's word moves it")
    func identity() async throws {
        try await withDatabase { client in
            let catalog = PostgresCatalog(client: client)
            #expect(try await catalog.treeIdentity() == nil)
            try await Migrator(client: client, logger: quietLogger).migrate()
            #expect(try await catalog.treeIdentity() == nil)
            let (one, other) = (TreeIdentity.drawn(), TreeIdentity.drawn())
            #expect(try await catalog.claim(one) == one)
            #expect(try await catalog.claim(other) == one)
            try await catalog.assign(other)
            #expect(try await catalog.treeIdentity() == other)
        }
    }
}
