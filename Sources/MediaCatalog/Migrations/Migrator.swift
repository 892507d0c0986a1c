package import Logging
package import MediaCore
package import Postgres

/// Brings the schema `media` up to date.
package struct Migrator: Sendable {
    private let client: PostgresClient
    private let logger: Logger
    private let migrations: [Migration]

    package init(client: PostgresClient, logger: Logger) {
        self.init(client: client, logger: logger, migrations: Migration.all)
    }

    /// - Parameter migrations: all that this mediad is to know, as an older one knew fewer.
    init(client: PostgresClient, logger: Logger, migrations: [Migration]) {
        self.client = client
        self.logger = logger
        self.migrations = migrations
    }

    /// Applies what is missing, in one transaction, under an advisory lock: of several processes starting at once, one
    /// migrates and the others find it done.
    /// - Returns: the numbers applied.
    /// - Throws: ``MediaError`` `catalog_unavailable`; `invalid_configuration` when the database is of a newer mediad.
    @discardableResult
    package func migrate() async throws(MediaError) -> [Int] {
        try await CatalogFailure.translate {
            try await self.client.withTransaction { connection in
                // The number is arbitrary; it must only be the same in every mediad.
                _ = try await connection.query("SELECT pg_advisory_xact_lock(7310586428123459431)")
                try await connection.execute(script: Self.bookkeeping)
                let rows = try await connection.query("SELECT number FROM media.migrations").rows
                let applied = Set(try rows.map { try $0.decode("number", as: Int.self) })
                if let newer = applied.max(), newer > self.migrations.count {
                    throw MediaError(
                        .invalidConfiguration,
                        """
                        The database is at migration \(newer), made by a newer mediad; this one knows \
                        \(self.migrations.count). Install the newer mediad.
                        """
                    )
                }
                var done: [Int] = []
                for migration in self.migrations where !applied.contains(migration.number) {
                    try await connection.execute(script: migration.script)
                    _ = try await connection.query(
                        "INSERT INTO media.migrations (number, title) VALUES (\(migration.number), \(migration.title))"
                    )
                    self.logger.notice("Applied a migration", metadata: ["number": "\(migration.number)"])
                    done.append(migration.number)
                }
                return done
            }
        }
    }

    private static let bookkeeping = """
        CREATE SCHEMA IF NOT EXISTS media;
        CREATE TABLE IF NOT EXISTS media.migrations (
            number bigint PRIMARY KEY,
            title text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        COMMENT ON TABLE media.migrations IS 'mediad''s own: the migrations of the schema media that were applied.';
        COMMENT ON COLUMN media.migrations.number IS 'The number of the migration, from 1.';
        COMMENT ON COLUMN media.migrations.title IS 'What it made.';
        COMMENT ON COLUMN media.migrations.applied_at IS 'When it was applied.';
        """
}
