import Logging
import MediaTesting
import Postgres
import Testing

/// Lends a client of a fresh database on the shared server, and closes it.
func withClient<Result: Sendable>(
    _ adjust: (inout PostgresConfiguration) -> Void = { _ in },
    _ body: (PostgresClient) async throws -> Result
) async throws -> Result {
    let connectionString = try await ThrowawayPostgres.shared().createDatabase()
    return try await withClient(of: connectionString, adjust, body)
}

/// Lends a client of the given database, and closes it.
func withClient<Result: Sendable>(
    of connectionString: String,
    _ adjust: (inout PostgresConfiguration) -> Void = { _ in },
    _ body: (PostgresClient) async throws -> Result
) async throws -> Result {
    var configuration = PostgresConfiguration(connectionString: connectionString)
    adjust(&configuration)
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

let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// The `PostgresError` that the body throws; nil when it throws none.
func postgresError<Result>(_ body: () async throws -> Result) async -> PostgresError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? PostgresError
    }
}

extension PostgresClient {
    /// The first column of the first row.
    func value<T: PostgresDecodable>(_ query: PostgresQuery, as type: T.Type = T.self) async throws -> T? {
        try await self.query(query).rows.first?.decode(at: 0)
    }

    /// Waits until the server has ended `count` more statements of another session: what its probes show as.
    func expectStatements(_ count: Int, ofSession processID: Int) async throws {
        var ends: Set<String> = []
        let isSeen = try await eventually {
            let end = try await value(
                "SELECT state_change::text FROM pg_stat_activity WHERE pid = \(processID)",
                as: String.self
            )
            if let end { ends.insert(end) }
            return ends.count > count
        }
        #expect(isSeen, "\(ends)")
    }

    /// How many sessions of this database run a statement whose text holds `marker`, this one aside.
    func activeStatements(marker: String) async throws -> Int {
        try await value(
            """
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' \
            AND pid <> pg_backend_pid() AND query LIKE \("%" + marker + "%")
            """
        ) ?? -1
    }
}
