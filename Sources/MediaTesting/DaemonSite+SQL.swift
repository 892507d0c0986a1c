extension DaemonSite {
    /// Runs a statement with psql, past the daemon, and returns its rows, columns joined with `|`.
    /// - Throws: ``ProcessFailure`` with what psql says; also where the database is not one of the test process.
    @discardableResult
    package func sql(_ statement: String) async throws -> [String] {
        guard let databaseURL else { throw ProcessFailure(message: "only with a database of the test process") }
        let arguments = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", databaseURL, "-c", statement]
        let outcome = try await ChildProcess.run(.init("psql", arguments))
        guard outcome.ending == .exited(0) else { throw ProcessFailure(message: outcome.errors) }
        return outcome.lines.filter { !$0.isEmpty }
    }
}
