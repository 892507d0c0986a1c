import Glibc
import MediaTesting
import Testing

/// A client that speaks HTTP/2 frame by frame, Tests/Fixtures/clients/use_h2.py; `scripts/test-clients` installs what it needs.
enum H2Client {
    /// The folder of the project: this file lies in Tests/EndToEndTests/Secure.
    private static let project = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()

    /// The words that run one of its modes against the suite's daemon.
    static func command(_ mode: String, _ arguments: [String]) async throws -> [String] {
        let python = "\(project)/.build/test-clients/bin/python"
        try #require(access(python, X_OK) == 0, "the clients are not installed: run scripts/test-clients")
        let url = try #require(try Daemon.current().secureURL)
        let certificate = try await TestCertificate.standard().certificate
        return [python, "\(project)/Tests/Fixtures/clients/use_h2.py", mode, url, certificate] + arguments
    }

    /// Runs a mode to its end.
    static func expectSuccess(_ mode: String, _ arguments: String...) async throws {
        let words = try await command(mode, arguments)
        let outcome = try await ChildProcess.run(.init(words[0], Array(words.dropFirst())), within: .seconds(120))
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
    }
}
