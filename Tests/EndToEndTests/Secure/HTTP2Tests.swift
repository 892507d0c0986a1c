import MediaTesting
import Testing

/// Frame by frame; see ``H2Client``.
@Suite("HTTP/2", .daemon(configuration: Configurations.impatient), .timeLimit(.minutes(4)))
struct HTTP2Tests {
    @Test("I9: what is no request is refused or reset, and nothing else on the connection suffers")
    func malformed() async throws { try await H2Client.expectSuccess("malformed", "/healthz") }

    @Test("I9: floods are cut off, and the memory is bounded")
    func floods() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample(try Samples.video(padding: 1 << 20), "collection=videos", daemon)
        let before = try daemon.residentBytes()
        // Answered from memory, and by the router.
        for target in [sample.path, "/api/media"] { try await H2Client.expectSuccess("flood", target) }
        #expect(try daemon.residentBytes() - before < 64 << 20)
    }

    @Test("I9: an upload that is refused before it has come ends with NO_ERROR")
    func early() async throws { try await H2Client.expectSuccess("early", "/healthz") }

    @Test("I9: a connection without a request is told to go")
    func idle() async throws { try await H2Client.expectSuccess("idle", "/healthz") }

    @Test("I9: a body that stops coming costs its stream")
    func silent() async throws { try await H2Client.expectSuccess("silent", "/healthz") }
}
