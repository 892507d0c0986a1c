import Glibc
import MediaTesting
import Testing

/// Frame by frame, by Tests/Fixtures/clients/use_h2.py; `scripts/test-clients` installs what it needs.
@Suite("HTTP/2", .daemon(configuration: Configurations.impatient), .timeLimit(.minutes(4)))
struct HTTP2Tests {
    /// The folder of the project: this file lies in Tests/EndToEndTests/Secure.
    private static let project = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()

    /// Runs a mode of the script to its end.
    private func run(_ mode: String, _ target: String = "/healthz") async throws {
        let process = try await self.start(mode, target)
        try await self.expectSuccess(process)
    }

    private func start(_ mode: String, _ target: String) async throws -> ChildProcess {
        let daemon = try Daemon.current()
        let python = "\(Self.project)/.build/test-clients/bin/python"
        try #require(access(python, X_OK) == 0, "the clients are not installed: run scripts/test-clients")
        let url = try #require(daemon.secureURL)
        let certificate = try await TestCertificate.standard().certificate
        let words = ["\(Self.project)/Tests/Fixtures/clients/use_h2.py", mode, url, certificate, target]
        return try await ChildProcess.start(.init(python, words))
    }

    private func expectSuccess(_ process: ChildProcess) async throws {
        let ending = await process.waitForExit(atMost: .seconds(120))
        await process.kill9()
        #expect(ending == .exited(0), "\(process.standardError)")
    }

    @Test("I9: what is no request is refused or reset, and nothing else on the connection suffers")
    func malformed() async throws { try await self.run("malformed") }

    @Test("I9: floods are cut off, and the memory is bounded")
    func floods() async throws {
        let daemon = try Daemon.current()
        let before = try daemon.residentBytes()
        try await self.run("flood", "/api/media")
        #expect(try daemon.residentBytes() - before < 64 << 20)
    }

    @Test("I9: an upload that is refused before it has come ends with NO_ERROR")
    func early() async throws { try await self.run("early") }

    @Test("I9: a connection without a request is told to go")
    func idle() async throws { try await self.run("idle") }

    @Test("I9: a body that stops coming costs its stream")
    func silent() async throws { try await self.run("silent") }
}
