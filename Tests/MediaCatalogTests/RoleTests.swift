import Foundation
import MediaCatalog
import MediaCore
import MediaTesting
import Postgres
import Testing

/// deploy/sql/roles.sql on a server of its own: roles belong to the whole server.
@Suite("Roles with least rights", .serialized)
struct RoleTests {
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("deploy/sql/roles.sql")

    /// The statements without psql's own.
    private static func statements() throws -> String {
        try String(contentsOf: Self.script, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("\\") && $0 != "BEGIN;" && $0 != "COMMIT;" }.joined(separator: "\n")
    }

    /// Runs one statement as a role; true when it is allowed.
    private static func may(_ role: String, _ statement: String, _ client: PostgresClient) async -> Bool {
        struct Undone: Error {}
        do {
            try await client.withTransaction { connection in
                try await connection.execute(script: "SET LOCAL ROLE \(role)")
                try await connection.execute(script: statement)
                throw Undone()
            }
            return true
        } catch is Undone {
            return true
        } catch {
            return false
        }
    }

    @Test("Each may do what it needs, and nothing else; the script may be repeated")
    func rights() async throws {
        let cluster = try await ThrowawayCluster(settings: [:], isDurable: false)
        try await cluster.start()
        try await withDatabase(of: try await cluster.createDatabase()) { client in
            try await Migrator(client: client, logger: quietLogger).migrate()
            for _ in 0..<2 { try await client.execute(script: try Self.statements()) }
            let catalog = PostgresCatalog(client: client)
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            try await client.execute(
                script: """
                    INSERT INTO media.signing_keys VALUES ('sixteen bytes or more');
                    CREATE SCHEMA app; GRANT CREATE, USAGE ON SCHEMA app TO mediad_linker, mediad_reader;
                    """
            )
            let reading = [
                "SELECT * FROM media.files", "SELECT * FROM media.api_files", "SELECT * FROM media.links",
                "SELECT media.url('\(file.id)')", "SELECT * FROM media.references_to('\(file.id)')",
            ]
            let linking = [
                "SELECT media.link('\(file.id)', 'movie', '1', 'poster', true)",
                "SELECT media.unlink('\(file.id)', 'movie', '1', 'poster')", "SELECT media.unlink('movie', '1')",
                "SELECT media.delete('\(file.id)')", "SELECT media.signed_url('\(file.id)')",
                "CREATE TABLE app.m (f uuid REFERENCES media.files (id))",
            ]
            let working = [
                "INSERT INTO media.kept VALUES ('\(file.id)')", "UPDATE media.files SET owner = 'x'",
                "SELECT media.take_out('\(file.id)', '\(file.path)', '1 day', true, 'deleted')",
                "SELECT * FROM media.keys", "UPDATE media.trash_settings SET retention = '1 day'",
                "SELECT number FROM media.migrations",
            ]
            let forbidden = [
                "DELETE FROM media.files", "TRUNCATE media.files CASCADE", "ALTER TABLE media.files ADD x int",
                "CREATE TABLE media.x ()", "SELECT secret FROM media.signing_keys", "DROP TABLE media.trash",
                "DELETE FROM media.migrations", "ALTER TABLE media.files DISABLE TRIGGER ALL",
            ]
            for (role, allowed) in [
                ("mediad_reader", reading), ("mediad_linker", reading + linking),
                ("mediad_daemon", reading + linking.dropLast() + working),
            ] {
                for statement in reading + linking.dropLast() + working + forbidden {
                    let may = await Self.may(role, statement, client)
                    #expect(may == allowed.contains(statement), "\(role): \(statement)")
                }
            }
            #expect(await Self.may("mediad_linker", linking.last ?? "", client))
            #expect(await !Self.may("mediad_reader", linking.last ?? "", client))
            let past = "SELECT set_config('media.deleting', 'yes', true); DELETE FROM media.files"
            #expect(await !Self.may("mediad_linker", past, client), "the setting gives no right")
        }
        try await cluster.remove()
    }
}
