package import Logging
package import Postgres
package import ServiceSupport

/// The schema `films`, in the same database as mediad's schema `media`.
package struct FilmsDatabase: Sendable {
    package let client: PostgresClient
    /// Sent after each transaction that was committed.
    package let committed = CommitSignal()

    package init(client: PostgresClient) { self.client = client }

    /// All steps, in the order of their numbers.
    package static let migrations: [Migration] = [
        .creations, .accounts, .movies, .playlists, .comments, .history, .sync, .front, .people, .itemNames,
        .historyFloors,
    ]

    /// Brings the schema up to date. mediad's must be there before: films refer to its files.
    package func migrate(logger: Logger) async throws {
        let migrator = SchemaMigrator(
            schema: "films",
            owner: "filmd",
            // An arbitrary number that only filmd uses.
            lock: 6_031_995_174_402_881_233,
            migrations: Self.migrations,
            client: self.client,
            logger: logger
        )
        try await migrator.migrate()
    }

    /// Runs statements, and says of their failure what a caller can do about it.
    ///
    /// - Parameter body: changes nothing but the database: it is done again where the server undid it in favour of another transaction.
    package func run<Result: Sendable>(
        _ body: @Sendable (PostgresClient) async throws -> Result
    ) async throws(FilmsError) -> Result {
        var repetition = 0
        while true {
            do {
                return try await body(self.client)
            } catch let error as FilmsError {
                throw error
            } catch let error as PostgresError {
                guard error.isWorthRepeating, repetition < Self.repetitions, !Task.isCancelled else {
                    throw DatabaseFailure.meaning(of: error)
                }
                // Those who were in conflict do not meet again; a cancelled pause is found by the next round.
                try? await Task.sleep(for: .milliseconds(Int.random(in: 2...10) << repetition))
                repetition += 1
            } catch {
                throw FilmsError(.internalError, .internalError, cause: error)
            }
        }
    }

    /// The same in one transaction.
    package func transaction<Result: Sendable>(
        _ body: @Sendable (PostgresConnection) async throws -> Result
    ) async throws(FilmsError) -> Result {
        let result = try await self.run { client in try await client.withTransaction { try await body($0) } }
        self.committed.send()
        return result
    }

    /// A key that all processes of the service share.
    package func secret(_ name: String) async throws(FilmsError) -> [UInt8] {
        try await self.run { client in
            let rows = try await client.query("SELECT secret FROM films.secrets WHERE name = \(name)").rows
            guard let row = rows.first else { throw FilmsError.defect("The secret \(name) is missing.") }
            return try row.decode("secret", as: [UInt8].self)
        }
    }

    private static let repetitions = 4
}
