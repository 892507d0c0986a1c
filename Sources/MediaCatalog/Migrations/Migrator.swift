package import Logging
package import MediaCore
package import Postgres
import ServiceSupport

/// Brings the schema `media` up to date.
package struct Migrator: Sendable {
    /// All migrations of the schema, in order.
    static let all: [Migration] = [
        .files, .uploads, .records, .facts, .charset, .moves, .identity, .chapters, .access,
        .links, .feed, .webhooks, .grants, .tickets, .deleting, .listing,
    ]

    private let migrator: SchemaMigrator
    private let client: PostgresClient

    /// A migrator that applies all migrations.
    package init(client: PostgresClient, logger: Logger) {
        self.init(client: client, logger: logger, migrations: Self.all)
    }

    /// - Parameter migrations: all that this mediad is to know, as an older one knew fewer.
    init(client: PostgresClient, logger: Logger, migrations: [Migration]) {
        self.client = client
        self.migrator = SchemaMigrator(
            schema: "media",
            owner: "mediad",
            // The number is arbitrary; it must only be the same in every mediad.
            lock: 7_310_586_428_123_459_431,
            migrations: migrations,
            client: client,
            logger: logger
        )
    }

    /// Names are of all scripts: a database whose encoding lacks some would refuse files one by one. SQL_ASCII keeps bytes as
    /// they come, without knowing what letters they are: a search finds no "É" for "é", and other clients may read and write the names in
    /// any encoding. PostgreSQL, section 24.3 "Character Set Support".
    private func checkEncoding() async throws {
        let rows = try await self.client.query("SELECT current_setting('server_encoding'), current_database()::text")
            .rows
        guard let row = rows.first else { return }
        let encoding: String = try row.decode(at: 0)
        guard encoding != "UTF8" else { return }
        let name: String = try row.decode(at: 1)
        throw MediaError(
            .invalidConfiguration,
            """
            The database "\(name)" has the encoding \(encoding), which cannot hold every file name. Make one with UTF8: \
            CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0.
            """
        )
    }

    /// Makes sure that nothing is missing, for whoever only reads. Changes nothing.
    /// - Throws: ``MediaError`` `invalid_configuration` when the database is of another mediad, newer or older; `catalog_unavailable`.
    package func requireCurrent() async throws(MediaError) {
        try await CatalogFailure.translate {
            do {
                let pending = try await self.migrator.pending()
                guard let next = pending.first else { return }
                let state =
                    next == 1
                    ? "has no schema of mediad" : "is at migration \(next - 1), and this mediad needs \(Self.all.count)"
                throw MediaError(
                    .invalidConfiguration,
                    """
                    The database \(state). This command changes nothing: run "mediad migrate" first, after all daemons of an older \
                    version were stopped.
                    """
                )
            } catch let error as NewerSchemaError {
                throw MediaError(.invalidConfiguration, error.message, cause: error)
            }
        }
    }

    /// Applies what is missing, as ``SchemaMigrator`` does.
    /// - Returns: the numbers applied.
    /// - Throws: ``MediaError`` `catalog_unavailable`; `invalid_configuration` when the database is of a newer mediad.
    @discardableResult
    package func migrate() async throws(MediaError) -> [Int] {
        try await CatalogFailure.translate {
            do {
                try await self.checkEncoding()
                return try await self.migrator.migrate()
            } catch let error as NewerSchemaError {
                throw MediaError(.invalidConfiguration, error.message, cause: error)
            }
        }
    }
}
