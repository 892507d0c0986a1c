extension PostgresClient {
    /// What a transaction sees of others: PostgreSQL, section 13.2 "Transaction Isolation".
    package enum Isolation: String, Sendable {
        /// Each statement sees what was committed before it began. The default.
        case readCommitted = "READ COMMITTED"
        /// All statements see what was committed before the first one. A write to a row that was changed since fails with a
        /// conflict (``PostgresError/isTransactionConflict``).
        case repeatableRead = "REPEATABLE READ"
        /// As if transactions ran one after the other; what cannot be ordered fails with a conflict
        /// (``PostgresError/isTransactionConflict``).
        case serializable = "SERIALIZABLE"
    }

    /// Runs the body inside a transaction: committed when it returns, rolled back when it throws or the task is cancelled.
    ///
    /// A `COMMIT` under way is not interrupted by cancellation. When its answer never comes, the error has
    /// `commitOutcomeUnknown`. When the body swallowed the error of a statement, the error is `.transactionRolledBack`; for
    /// statements that may fail use `PostgresConnection.withSavepoint`.
    /// - Parameter patience: how long each of its statements may run, on the server too; nil for as long as the configuration says. For
    ///   work in the background whose size nobody bounds, and never for what a request waits for.
    /// - Throws: `PostgresError`, or what the body throws.
    package func withTransaction<R: Sendable>(
        isolation: Isolation = .readCommitted,
        patience: Duration? = nil,
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        // As in every session, the server gives up a little later than this client, in case this client is gone by then.
        let limit = patience.map { "; SET LOCAL statement_timeout = \(($0 + .seconds(5)).wholeMilliseconds)" }
        let begin = "BEGIN ISOLATION LEVEL \(isolation.rawValue)\(limit ?? "")"
        let session = try await acquireVerified { try await $0.command(begin, verify: true) }
        let connection = PostgresConnection(session, patience: patience)
        let outcome: Result<R, any Error>
        do {
            let result = try await body(connection)
            // From here on nobody can slip a statement in behind the commit.
            connection.release()
            if Task.isCancelled {
                throw PostgresError(.cancelled, "the task was cancelled, so the transaction was rolled back")
            }
            try await session.commit()
            outcome = .success(result)
        } catch {
            outcome = .failure(error)
        }
        connection.release()
        release(session, reusable: await session.tidy())
        return try outcome.get()
    }
}
