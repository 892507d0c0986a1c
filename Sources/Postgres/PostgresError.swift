/// What went wrong between this process and the database.
///
/// `code` is the stable part; the texts are for people. No parameter value is ever put into `message`; `detail` comes from
/// the server and may quote the values of a row, so `description` leaves it out.
package struct PostgresError: Error, Sendable {
    /// The kinds of failure a caller can tell apart.
    package enum Code: String, Sendable, Hashable {
        /// A configuration field is out of its range.
        case invalidConfiguration
        /// No connection could be established.
        case connectionFailed
        /// The connection broke, or its state became unsure, while in use.
        case connectionLost
        /// A statement ran longer than `PostgresConfiguration.statementTimeout`.
        case timeout
        /// The task was cancelled.
        case cancelled
        /// No connection came free in time, or too many callers wait already.
        case poolExhausted
        /// The client was closed.
        case poolClosed
        /// A connection was used after the closure that it was lent to had returned.
        case connectionReleased
        /// The server refused the statement; see `sqlState`.
        case server
        /// A `COMMIT` was answered by a rollback, because an earlier statement of the transaction had failed.
        case transactionRolledBack
        /// A parameter has no representation in PostgreSQL, such as a text with a NUL character.
        case encoding
        /// A column cannot be read as the wanted type.
        case decoding
        /// The statement needs a protocol that this client does not speak (`COPY`).
        case unsupported
    }

    /// The stable kind.
    package var code: Code
    /// What happened, and what to do about it.
    package var message: String
    /// The five characters of PostgreSQL, appendix A "Error Codes", where the server or libpq gave them.
    package var sqlState: String?
    /// The server's DETAIL; may quote values of a row.
    package var detail: String?
    /// The server's HINT.
    package var hint: String?
    /// The constraint that was violated, where that is the failure.
    package var constraint: String?
    /// The schema of the table concerned.
    package var schema: String?
    /// The table concerned.
    package var table: String?
    /// The column concerned: the server's for a constraint, the decoded one for `.decoding`.
    package var column: String?
    /// The error below this one.
    package var cause: (any Error)?
    /// True when nobody can tell whether the work was committed: the connection was lost, or thrown away, after a `COMMIT`
    /// (or a statement outside a transaction, which commits by itself) had been sent and before its answer arrived.
    package var commitOutcomeUnknown: Bool

    /// An error with the given kind and text.
    package init(_ code: Code, _ message: String, cause: (any Error)? = nil, commitOutcomeUnknown: Bool = false) {
        self.code = code
        self.message = message
        self.cause = cause
        self.commitOutcomeUnknown = commitOutcomeUnknown
    }
}

extension PostgresError {
    /// True where the fault is with the way to the server or its load, so that trying again later may help.
    ///
    /// Class 08 (connection), class 53 (resources) and 57P01 to 57P05 (shutdown, start-up) of PostgreSQL, appendix A.
    package var isConnectionProblem: Bool {
        switch code {
        case .connectionFailed, .connectionLost, .poolExhausted, .timeout: true
        case .server:
            sqlState.map { $0.hasPrefix("08") || $0.hasPrefix("53") || $0.hasPrefix("57P") } ?? false
        default: false
        }
    }

    /// True where the server is in a state that passes, so that the same work may succeed later: the way to it and its load
    /// (``isConnectionProblem``), a server that is read-only for now (25006), a statement that was cancelled or waited too long
    /// for a lock (57014, 55P03), a conflict between transactions (class 40), a full notification queue (54000), an object in
    /// use (55006), a prepared statement that is gone (26000), the server's disk or system (class 58). PostgreSQL, appendix A.
    package var isPassing: Bool {
        if self.isConnectionProblem || self.isTransactionConflict { return true }
        guard self.code == .server, let sqlState else { return false }
        return ["25006", "57014", "55P03", "54000", "55006", "26000"].contains(sqlState)
            || sqlState.hasPrefix("40") || sqlState.hasPrefix("58")
    }

    /// True where the server lacks what a statement of this program names, or refuses it to the role: a table, a column, a
    /// schema, a function or a right is gone, or of another kind than it was.
    ///
    /// Class 42 but for syntax (42601), 3F000 (no such schema), 3D000 (no such database), 55000 and 0A000 (not of the kind that
    /// allows this). PostgreSQL, appendix A.
    package var isSchemaProblem: Bool {
        guard self.code == .server, let sqlState else { return false }
        if ["3F000", "3D000", "55000", "0A000"].contains(sqlState) { return true }
        return sqlState.hasPrefix("42") && sqlState != "42601"
    }

    /// True where the server undid all of the work for no fault of its own, so that it can be done again at once: a conflict
    /// with another transaction; a prepared statement that a change of the schema made useless (0A000, 26000).
    package var isWorthRepeating: Bool {
        guard self.code == .server, let sqlState else { return false }
        return self.isTransactionConflict || sqlState == "0A000" || sqlState == "26000"
    }

    /// True where the whole transaction may succeed when it is run again: serialization failure and deadlock.
    package var isTransactionConflict: Bool {
        sqlState == "40001" || sqlState == "40P01"
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        var text = "\(code.rawValue)"
        if let sqlState { text += " [\(sqlState)]" }
        text += ": \(message)"
        if let constraint { text += " (constraint \(constraint))" }
        if let hint { text += "; hint: \(hint)" }
        if commitOutcomeUnknown { text += "; it is not known whether the work was committed" }
        if let cause { text += "; caused by: \(cause)" }
        return text
    }
}
