import MediaCore
import MediaTesting
import NIOSSL
import Testing

@testable import WebhookTransport

@Suite("Messages over TLS", .timeLimit(.minutes(1)))
struct SecureWebhookTests {
    private static let taken = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    /// A certificate that signs itself, for names and addresses: `DNS:hooks.example`.
    private static func certificate(_ names: String) async throws -> (file: String, context: NIOSSLContext) {
        let directory = try await ThrowawayDirectories.make()
        let (file, key) = ("\(directory)/hook.pem", "\(directory)/hook.key")
        let outcome = try await ChildProcess.run(
            .init(
                "openssl",
                [
                    "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=hook", "-addext", "subjectAltName=\(names)",
                    "-keyout", key, "-out", file, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                ]
            )
        )
        try #require(outcome.ending == .exited(0), "\(outcome.errors)")
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(file).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
        )
        return (file, try NIOSSLContext(configuration: configuration))
    }

    private static func outcome(
        _ names: String,
        host: String,
        isTrusted: Bool = true
    ) async throws -> (WebhookOutcome, EndpointServer.Seen) {
        let (file, context) = try await Self.certificate(names)
        let server = try await EndpointServer(.respond(Self.taken), tls: context)
        let outcome = try await transport(trust: isTrusted ? file : nil).send(
            try message("https://\(host):\(server.port)/")
        )
        let seen = server.seenSoFar
        await server.close()
        return (outcome, seen)
    }

    @Test("The certificate is verified for the URL's name, though the connection goes to an address")
    func name() async throws {
        let (outcome, seen) = try await Self.outcome("DNS:hooks.example", host: "hooks.example")
        #expect(outcome == .responded(status: 200, retryAfter: nil))
        #expect(seen.text.contains("\r\nHost: hooks.example:"))
    }

    @Test("A certificate of the address is good for a URL with the address")
    func address() async throws {
        let (outcome, _) = try await Self.outcome("IP:127.0.0.1", host: "127.0.0.1")
        #expect(outcome == .responded(status: 200, retryAfter: nil))
    }

    @Test(
        "A certificate of another name, or of another address, sees nothing of the message",
        arguments: ["DNS:other.example", "IP:127.0.0.2"]
    )
    func otherName(names: String) async throws {
        let (outcome, seen) = try await Self.outcome(names, host: "hooks.example")
        #expect(outcome == .failed(.insecure))
        #expect(seen.text.isEmpty)
    }

    @Test("A certificate of the very address is good for a name, too: NIOSSL compares both")
    func pinnedAddress() async throws {
        let (outcome, _) = try await Self.outcome("IP:127.0.0.1", host: "hooks.example")
        #expect(outcome == .responded(status: 200, retryAfter: nil))
    }

    @Test("A certificate that nobody vouches for is refused")
    func untrusted() async throws {
        let (outcome, seen) = try await Self.outcome("DNS:hooks.example", host: "hooks.example", isTrusted: false)
        #expect(outcome == .failed(.insecure))
        #expect(seen.text.isEmpty)
    }

    @Test("Where no TLS is spoken, nothing is sent; a handshake that hangs is given up")
    func plain() async throws {
        let server = try await EndpointServer(.close)
        let port = server.port
        let outcome = try await transport(timeout: .milliseconds(500)).send(
            try message("https://hooks.example:\(port)/")
        )
        #expect(outcome == .failed(.timedOut) || outcome == .failed(.insecure))
        #expect(!server.seenSoFar.text.contains("POST"))
        await server.close()
    }

    @Test("A file with authorities that is not there makes every try fail, and nothing is sent unverified")
    func missingFile() async throws {
        let server = try await EndpointServer(.respond(Self.taken))
        let outcome = try await transport(trust: "/nonexistent.pem").send(
            try message("https://hooks.example:\(server.port)/")
        )
        #expect(outcome == .failed(.insecure))
        #expect(server.seenSoFar.connections == 0)
        await server.close()
    }
}
