package import Logging
package import MediaCore
package import Postgres
import ServiceSupport

/// Brings the schema `media` up to date.
package struct Migrator: Sendable {
    /// All migrations of the schema, in order.
    static let all: [Migration] = [.files, .uploads, .records, .facts, .charset]

    private let migrator: SchemaMigrator

    /// A migrator that applies all migrations.
    package init(client: PostgresClient, logger: Logger) {
        self.init(client: client, logger: logger, migrations: Self.all)
    }

    /// - Parameter migrations: all that this mediad is to know, as an older one knew fewer.
    init(client: PostgresClient, logger: Logger, migrations: [Migration]) {
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

    /// Applies what is missing, as ``SchemaMigrator`` does.
    /// - Returns: the numbers applied.
    /// - Throws: ``MediaError`` `catalog_unavailable`; `invalid_configuration` when the database is of a newer mediad.
    @discardableResult
    package func migrate() async throws(MediaError) -> [Int] {
        try await CatalogFailure.translate {
            do {
                return try await self.migrator.migrate()
            } catch let error as NewerSchemaError {
                throw MediaError(.invalidConfiguration, error.message, cause: error)
            }
        }
    }
}
