import Logging
import MediaCatalog
import MediaCore
import MediaTesting
import Postgres

let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Lends a client of a database of its own, and closes it.
func withDatabase<Result: Sendable>(
    of connectionString: String? = nil,
    // Races stand in line for a connection for as long as a busy machine takes; only outages are about this time.
    acquireTimeout: Duration = .seconds(60),
    statementTimeout: Duration = .seconds(30),
    _ body: (PostgresClient) async throws -> Result
) async throws -> Result {
    let target: String
    if let connectionString {
        target = connectionString
    } else {
        target = try await ThrowawayPostgres.shared().createDatabase()
    }
    let configuration = PostgresConfiguration(
        connectionString: target,
        acquireTimeout: acquireTimeout,
        statementTimeout: statementTimeout
    )
    let client = PostgresClient(configuration: configuration, logger: quietLogger)
    do {
        let result = try await body(client)
        await client.close()
        return result
    } catch {
        await client.close()
        throw error
    }
}

/// Lends an empty catalog and the client below it.
func withCatalog<Result: Sendable>(
    _ body: (PostgresCatalog, PostgresClient) async throws -> Result
) async throws -> Result {
    try await withDatabase { client in
        try await Migrator(client: client, logger: quietLogger).migrate()
        return try await body(PostgresCatalog(client: client), client)
    }
}

/// Lends the empty catalogs of two daemons on one database, and a client of the first.
func withTwoCatalogs<Result: Sendable>(
    _ body: ([PostgresCatalog], PostgresClient) async throws -> Result
) async throws -> Result {
    let target = try await ThrowawayPostgres.shared().createDatabase()
    return try await withDatabase(of: target) { first in
        try await Migrator(client: first, logger: quietLogger).migrate()
        return try await withDatabase(of: target) { second in
            try await body([PostgresCatalog(client: first), PostgresCatalog(client: second)], first)
        }
    }
}

/// The `MediaError` that the body throws; nil when it throws none.
func failure(_ body: () async throws(MediaError) -> Void) async -> MediaError? {
    do {
        try await body()
        return nil
    } catch {
        return error
    }
}

/// The code of the `MediaError` that the body throws; nil when it throws none.
func code(_ body: () async throws(MediaError) -> Void) async -> MediaError.Code? { await failure(body)?.code }

extension PostgresClient {
    /// The first column of all rows, as text.
    func texts(_ query: PostgresQuery) async throws -> [String] {
        try await self.query(query).rows.map { try $0.decode(at: 0, as: String.self) }
    }
}

extension PostgresClient {
    /// Runs statements one after the other, outside of a transaction unless they begin one.
    func execute(script: String) async throws {
        try await self.withConnection { try await $0.execute(script: script) }
    }
}
