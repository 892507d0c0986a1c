import MediaTesting
import Testing

extension DaemonSite {
    /// Runs a statement with psql, past the daemon, and returns its rows, columns joined with `|`.
    func sql(_ statement: String) async throws -> [String] {
        let url = try #require(databaseURL, "only with a database of the test process")
        let arguments = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement]
        let outcome = try await ChildProcess.run(.init("psql", arguments))
        try #require(outcome.ending == .exited(0), "\(outcome.errors)")
        return outcome.lines.filter { !$0.isEmpty }
    }
}
