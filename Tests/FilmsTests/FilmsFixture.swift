import Films
import Logging
import MediaCatalog
import MediaTesting
import Postgres
import Primitives
import ServiceSupport

/// A database with the schema `films`, a pool, and what tests put into it.
struct FilmsFixture: Sendable {
    let client: PostgresClient
    let database: FilmsDatabase

    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    /// Unique: an id only has to differ from all others.
    static func id() -> RecordID { RecordID(now: Timestamp.now()) }

    static func run(_ body: @Sendable (FilmsFixture) async throws -> Void) async throws {
        let target = try await ThrowawayPostgres.shared().createDatabase()
        let configuration = PostgresConfiguration(connectionString: target, acquireTimeout: .seconds(60))
        let client = PostgresClient(configuration: configuration, logger: Self.logger)
        do {
            try await Migrator(client: client, logger: Self.logger).migrate()
            let fixture = FilmsFixture(client: client, database: FilmsDatabase(client: client))
            try await fixture.database.migrate(logger: Self.logger)
            try await body(fixture)
            await client.close()
        } catch {
            await client.close()
            throw error
        }
    }

    /// An account with its two lists and a session.
    func account(_ name: String) async throws -> Caller {
        let (id, session) = (Self.id(), Self.id())
        try await self.database.transaction { connection in
            _ = try await connection.query(
                """
                INSERT INTO films.accounts (id, username, username_key, email, email_key, password_hash, role, created_at) \
                VALUES (\(id), \(name), \(name), \(name), \(name), '', 'member', now())
                """
            )
            _ = try await connection.query(
                """
                INSERT INTO films.sessions (id, account_id, family_key, generation, created_at, last_used_at, expires_at) \
                VALUES (\(session), \(id), '', 1, now(), now(), now() + interval '1 day')
                """
            )
            _ = try await connection.query("SELECT films.create_standard_lists(\(id))")
        }
        return Caller(accountID: id, sessionID: session, isAdministrator: false)
    }

    func movie(_ title: String) async throws -> RecordID {
        let id = Self.id()
        try await self.database.transaction { connection in
            _ = try await connection.query(
                """
                INSERT INTO films.movies (id, title, field_versions, field_authors, title_key, search_text) \
                VALUES (\(id), \(title), '{}', '{}', \(title), \(title))
                """
            )
            _ = try await connection.query("SELECT films.note('movie', \(id), 1, NULL, 'created')")
        }
        return id
    }

    func stamp() async throws { _ = try await FeedTables(schema: "films", client: self.client).stamp() }

    /// The feed as `entity.change`.
    func feed() async throws -> [String] {
        try await self.stamp()
        return try await self.client.query(
            "SELECT entity || '.' || change FROM films.changes ORDER BY position"
        ).rows.map { try $0.decode(at: 0) }
    }
}

/// Films and accounts as their tables have them, as far as tests look.
struct PlainRecords: MovieRecords, AccountRecords, ConflictRecords {
    let client: PostgresClient

    func json(of ids: [RecordID]) async throws(FilmsError) -> [RecordID: [UInt8]] {
        do {
            var found: [RecordID: [UInt8]] = [:]
            let ids = ids.map(\.uuid)
            for row in try await self.client.query(
                """
                SELECT id, json_build_object('id', id, 'version', version)::text AS json FROM films.movies \
                WHERE id = ANY(\(ids)) UNION ALL SELECT id, json_build_object('id', id, 'version', version)::text \
                FROM films.accounts WHERE id = ANY(\(ids))
                """
            ).rows {
                found[try row.decode("id")] = Array(try row.decode("json", as: String.self).utf8)
            }
            return found
        } catch {
            throw FilmsError.defect("\(error)")
        }
    }

    func conflicts(_ ids: [RecordID]?, of accountID: RecordID) async throws(FilmsError) -> [RecordID: [UInt8]] { [:] }
}
