import CLibpq

extension Session {
    /// Runs one prepared statement.
    ///
    /// - Parameters:
    ///   - verify: look first whether the connection is alive; throws `Stale` if not.
    ///   - patience: how long it may run; nil for as long as the configuration says.
    func query(
        _ statement: BoundStatement,
        verify: Bool = false,
        within patience: Duration? = nil
    ) async throws -> PostgresResult {
        try await operate(within: patience ?? configuration.statementTimeout) { session in
            if verify { try session.verifyAlive() }
            return PostgresResult(try await session.runPrepared(statement))
        }
    }

    /// Runs statements without parameters, separated by semicolons, and drops their rows.
    ///
    /// Outside of a transaction they are one: PostgreSQL, section 55.2.2.1 "Multiple Statements in a Simple Query".
    func run(script: String, verify: Bool = false) async throws -> PostgresResult {
        let script = try checkedSQL(script)
        return try await operate(within: configuration.statementTimeout) { session in
            if verify { try session.verifyAlive() }
            // In doubt in any case: nobody has read whether a COMMIT is among them.
            let storage = try await session.exchange(inDoubt: true) { $0.send(script: script) }
            return PostgresResult(storage)
        }
    }

    /// Runs one statement of this client's own, which changes no data.
    func command(_ sql: String, verify: Bool = false) async throws {
        try await operate(within: configuration.statementTimeout) { session in
            if verify { try session.verifyAlive() }
            _ = try await session.exchange { $0.send(script: sql) }
        }
    }

    private var isOutsideTransaction: Bool { libpq?.transactionStatus == PQTRANS_IDLE }

    private func runPrepared(_ statement: BoundStatement) async throws -> ResultStorage? {
        let key = StatementCache.Key(statement)
        let wasOutside = isOutsideTransaction
        if let name = statements.name(for: key) {
            do {
                return try await execute(statement, name: name)
            } catch let error as PostgresError where Self.isOutdatedPlan(error) {
                statements.remove(key)
                // Inside a transaction the error has aborted it, so there the caller has to begin anew.
                guard wasOutside, isOutsideTransaction else { throw error }
            }
        }
        try await deallocateDiscarded()
        let name = statements.makeName()
        _ = try await exchange { $0.sendPrepare(statement, name: name) }
        statements.insert(key, name: name)
        return try await execute(statement, name: name)
    }

    private func execute(_ statement: BoundStatement, name: String) async throws -> ResultStorage? {
        let inDoubt = isOutsideTransaction || statement.isCommit
        return try await exchange(inDoubt: inDoubt) { $0.sendExecute(statement, name: name) }
    }

    /// 0A000 with a statement that ran before is "cached plan must not change result type", after a change of a table; 26000
    /// is a name that the server does not know, after `DISCARD ALL`. Neither has run anything.
    private static func isOutdatedPlan(_ error: PostgresError) -> Bool {
        error.code == .server && (error.sqlState == "0A000" || error.sqlState == "26000")
    }

    /// Not inside a transaction, which a name that the server has forgotten would abort.
    private func deallocateDiscarded() async throws {
        guard isOutsideTransaction else { return }
        for name in statements.takeDiscarded() {
            do {
                _ = try await exchange { $0.send(script: "DEALLOCATE \(name)") }
            } catch let error as PostgresError where error.sqlState == "26000" {
                continue
            }
        }
    }
}

extension BoundStatement {
    /// Whether this is a `COMMIT` that a caller wrote by hand.
    fileprivate var isCommit: Bool {
        let word = sql.drop { $0.isWhitespace }.prefix { $0.isLetter }
        return word.count <= 6 && (word.uppercased() == "COMMIT" || word.uppercased() == "END")
    }
}
