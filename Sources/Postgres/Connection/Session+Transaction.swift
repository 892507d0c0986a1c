import CLibpq

extension Session {
    /// Commits, whatever the task's cancellation says: what was sent cannot be taken back.
    ///
    /// - Throws: `.transactionRolledBack` when the server rolled back instead; `commitOutcomeUnknown` where it did not answer.
    func commit() async throws {
        try await operate(within: configuration.statementTimeout, cancellable: false) { session in
            let result = try await session.exchange(inDoubt: true) { $0.send(script: "COMMIT") }
            // In a transaction that a failed statement has aborted, COMMIT succeeds and answers "ROLLBACK".
            guard result?.commandTag == "COMMIT" else {
                throw PostgresError(
                    .transactionRolledBack,
                    "the transaction was rolled back, because a statement in it had failed and its error was ignored"
                )
            }
        }
    }

    /// Ends an open transaction without its work. A connection on which this fails is closed.
    func rollBack() async {
        do {
            try await operate(within: configuration.statementTimeout, cancellable: false) { session in
                try await session.rollBackIfNeeded()
            }
        } catch {
            shutDown(PostgresError(.connectionLost, "a rollback failed, so the connection was closed", cause: error))
        }
    }

    private func rollBackIfNeeded() async throws {
        guard libpq != nil, libpq?.transactionStatus != PQTRANS_IDLE else { return }
        _ = try await exchange { $0.send(script: "ROLLBACK") }
    }

    /// Leaves nothing open behind a caller, after all that it still has in flight.
    ///
    /// - Returns: whether the connection may serve another one.
    func tidy() async -> Bool {
        await rollBack()
        return libpq?.transactionStatus == PQTRANS_IDLE && !inputEnded
    }

    /// Runs one statement for a caller that has the connection for it alone.
    ///
    /// - Returns: the outcome, and whether the connection may serve another caller.
    func once(_ statement: BoundStatement) async -> (outcome: Result<PostgresResult, any Error>, reusable: Bool) {
        let outcome: Result<PostgresResult, any Error>
        do {
            outcome = .success(try await query(statement, verify: true))
        } catch {
            outcome = .failure(error)
        }
        // The usual case, without another turn.
        if operation == nil, libpq?.transactionStatus == PQTRANS_IDLE, !inputEnded { return (outcome, true) }
        return (outcome, await tidy())
    }
}
