package import Logging
package import Postgres

/// Brings one schema of a database up to date. Several programs can keep their schemas side by side in one database.
///
/// ```swift
/// let migrator = SchemaMigrator(
///     schema: "app", owner: "appd", lock: 4_215_310_973_222_109_117, migrations: [.people], client: client, logger: logger
/// )
/// try await migrator.migrate()
/// ```
package struct SchemaMigrator: Sendable {
    private let schema: String
    private let owner: String
    private let lock: Int64
    private let migrations: [Migration]
    private let client: PostgresClient
    private let logger: Logger

    /// - Parameters:
    ///   - schema: made when it is missing; holds the table `migrations`.
    ///   - owner: the program's name, for comments and messages.
    ///   - lock: the key of the advisory lock: an arbitrary number, the same in every process that migrates this schema, and
    ///     another one for every other schema.
    ///   - migrations: all that this program knows, numbered from 1 without a gap.
    package init(
        schema: String,
        owner: String,
        lock: Int64,
        migrations: [Migration],
        client: PostgresClient,
        logger: Logger
    ) {
        self.schema = schema
        self.owner = owner
        self.lock = lock
        self.migrations = migrations
        self.client = client
        self.logger = logger
    }

    /// Applies what is missing, in one transaction, under an advisory lock: of several processes starting at once, one
    /// migrates and the others find it done.
    /// - Returns: the numbers applied.
    /// - Throws: ``NewerSchemaError``; `PostgresError`.
    @discardableResult
    package func migrate() async throws -> [Int] {
        try await self.client.withTransaction { connection in
            _ = try await connection.query("SELECT pg_advisory_xact_lock(\(self.lock))")
            try await self.keepBooks(on: connection)
            let applied = try await self.applied(on: connection)
            var done: [Int] = []
            for migration in self.migrations where !applied.contains(migration.number) {
                try await connection.execute(script: migration.script)
                _ = try await connection.query(
                    """
                    INSERT INTO \(identifier: self.schema).migrations (number, title) \
                    VALUES (\(migration.number), \(migration.title))
                    """
                )
                self.logger.notice("Applied a migration", metadata: ["number": .stringConvertible(migration.number)])
                done.append(migration.number)
            }
            return done
        }
    }

    /// The numbers that ``migrate()`` would apply. Changes nothing.
    /// - Throws: ``NewerSchemaError``; `PostgresError`.
    package func pending() async throws -> [Int] {
        try await self.client.withConnection { connection in
            let table = PostgresQuery("\(identifier: self.schema)").sql + ".migrations"
            let rows = try await connection.query("SELECT to_regclass(\(table)) IS NOT NULL").rows
            let isBegun = try rows.first?.decode(at: 0, as: Bool.self) ?? false
            let applied = isBegun ? try await self.applied(on: connection) : []
            return self.migrations.map(\.number).filter { !applied.contains($0) }
        }
    }

    private func applied(on connection: PostgresConnection) async throws -> Set<Int> {
        let rows = try await connection.query("SELECT number FROM \(identifier: self.schema).migrations").rows
        let applied = Set(try rows.map { try $0.decode("number", as: Int.self) })
        if let newer = applied.max(), newer > self.migrations.count {
            throw NewerSchemaError(owner: self.owner, applied: newer, known: self.migrations.count)
        }
        return applied
    }

    /// Makes the schema and its table `migrations` where they are missing.
    ///
    /// `IF NOT EXISTS` would not do: PostgreSQL asks for the right to make a thing before it looks whether the thing is there,
    /// and the program's role may have no right but to its own schema.
    private func keepBooks(on connection: PostgresConnection) async throws {
        let schema = PostgresQuery("\(identifier: self.schema)").sql
        let rows = try await connection.query("SELECT to_regnamespace(\(schema)) IS NOT NULL").rows
        if try rows.first?.decode(at: 0, as: Bool.self) != true {
            try await connection.execute(script: "CREATE SCHEMA \(schema)")
        }
        let tables = try await connection.query("SELECT to_regclass(\(schema + ".migrations")) IS NOT NULL").rows
        if try tables.first?.decode(at: 0, as: Bool.self) != true {
            try await connection.execute(script: self.bookkeeping)
        }
    }

    /// The table `migrations` of the schema.
    private var bookkeeping: String {
        let schema = PostgresQuery("\(identifier: self.schema)").sql
        let comment = "\(self.owner)'s own: the migrations of the schema \(self.schema) that were applied."
        return """
            CREATE TABLE \(schema).migrations (
                number bigint PRIMARY KEY,
                title text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            );
            COMMENT ON TABLE \(schema).migrations IS \(Self.literal(comment));
            COMMENT ON COLUMN \(schema).migrations.number IS 'The number of the migration, from 1.';
            COMMENT ON COLUMN \(schema).migrations.title IS 'What it made.';
            COMMENT ON COLUMN \(schema).migrations.applied_at IS 'When it was applied.';
            """
    }

    /// The text between single quotes: PostgreSQL, section 4.1.2.1 "String Constants".
    private static func literal(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}

/// The database was migrated by a newer program than this one.
package struct NewerSchemaError: Error, Sendable {
    /// What happened, and what to do.
    package let message: String

    init(owner: String, applied: Int, known: Int) {
        self.message = """
            The database is at migration \(applied), made by a newer \(owner); this one knows \(known). \
            Install the newer \(owner).
            """
    }
}
