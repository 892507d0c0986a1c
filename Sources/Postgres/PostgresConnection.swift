import Synchronization

/// A connection lent to a closure, valid until that returns.
///
/// Statements on one connection run one after the other, also when several tasks send them. Settings, temporary tables and
/// advisory locks that belong to the server's session outlive the closure; use their transaction-scoped forms.
package final class PostgresConnection: Sendable {
    private let session: Session
    /// How long a statement of ``query(_:)`` may run; nil for as long as the configuration says.
    private let patience: Duration?
    private let isReleased = Mutex(false)
    private let savepoints = Mutex(0)

    init(_ session: Session, patience: Duration? = nil) {
        self.session = session
        self.patience = patience
    }

    /// Runs one statement, prepared once per connection.
    ///
    /// - Throws: `PostgresError`. After an error inside a transaction the server refuses all but a rollback.
    package func query(_ query: PostgresQuery) async throws -> PostgresResult {
        try check()
        return try await session.query(BoundStatement(query), within: patience)
    }

    /// Runs a script: statements without parameters, separated by semicolons; their rows are dropped.
    ///
    /// Outside of a transaction the whole script is one transaction, unless it holds its own `BEGIN` and `COMMIT`.
    package func execute(script: String) async throws {
        try check()
        _ = try await session.run(script: script)
    }

    /// Runs the body after a savepoint and returns to it when the body throws, so that the transaction around it goes on.
    ///
    /// Only inside of a transaction, and not for two tasks at once.
    package func withSavepoint<R: Sendable>(_ body: () async throws -> R) async throws -> R {
        try check()
        let number = savepoints.withLock { count in
            count += 1
            return count
        }
        let name = "mediad_\(number)"
        try await session.command("SAVEPOINT \(name)")
        do {
            let result = try await body()
            try await session.command("RELEASE SAVEPOINT \(name)")
            return result
        } catch {
            // When this fails the transaction stays aborted, and with it nothing is committed.
            try? await session.command("ROLLBACK TO SAVEPOINT \(name); RELEASE SAVEPOINT \(name)")
            throw error
        }
    }

    /// The server process behind this connection, as in `pg_stat_activity.pid`.
    package var processID: Int32 {
        get async { await session.processID }
    }

    /// Refuses all use from here on.
    func release() {
        isReleased.withLock { $0 = true }
    }

    private func check() throws {
        guard isReleased.withLock({ !$0 }) else {
            throw PostgresError(
                .connectionReleased,
                "the connection was used after the closure it was lent to had returned; await all child tasks in it"
            )
        }
    }
}
