import Glibc
import MediaTesting
import Testing

/// What the service is for, from beginning to end, as an application in another language uses it.
@Suite("The story of an application", .timeLimit(.minutes(5)))
struct ApplicationStoryTests {
    /// Webhooks go to the test process, on this machine.
    private static let configuration = """
        access:
          mode: required
          signatureKeys: ["0123456789abcdef0123456789abcdef"]
        webhooks:
          allowedNetworks: ["127.0.0.0/8"]
        \(Configurations.standard)
        """

    @Test(
        "a movie gets a poster, everybody hears of it, the movie goes and the poster too; one of two daemons dies on the way"
    )
    func story() async throws {
        let site = try await DaemonSite(configuration: Self.configuration)
        let first = try await site.start()
        let second = try await site.start()
        try await withLog(of: second) {
            let made = try await site.run(["key", "create", "--name", "story", "--scope", "manage"])
            try #require(made.ending == .exited(0), "\(made.errors)")
            let key = try #require(made.lines.first)
            let words = [first.url, second.url, try #require(site.databaseURL), key, "\(first.process.processID)"]
            let outcome = try await ChildProcess.run(
                .init(try Self.python(), [try Self.script()] + words),
                within: .seconds(200)
            )
            #expect(outcome.ending == .exited(0), "\(outcome.text)\(outcome.errors)")
            #expect(outcome.lines.last == "the end", "\(outcome.text)")
            #expect(try await second.terminate() == .exited(0))
        }
        await first.kill9()
        await second.kill9()
        try await site.remove()
    }

    /// The folder of the project: this file lies in Tests/EndToEndTests/Together.
    private static let project = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()

    private static func script() throws -> String { "\(project)/Tests/Fixtures/story/story.py" }

    private static func python() throws -> String {
        let python = "\(project)/.build/test-clients/bin/python"
        try #require(access(python, X_OK) == 0, "the clients are not installed: run scripts/test-clients")
        return python
    }
}
