import HTTPSemantics
import MediaCore
import MediaTesting
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import WebhookTransport

/// Gives other addresses each time, as a name does whose owner wants to get inside.
final class ScriptedResolver: HostResolver {
    private let steps: Mutex<[[String]]>
    private let asked = Mutex(0)

    init(_ steps: [[String]]) { self.steps = Mutex(steps) }

    var count: Int { self.asked.withLock(\.self) }

    func addresses(of host: String) async -> [IPAddress] {
        self.asked.withLock { $0 += 1 }
        return self.steps.withLock { steps in
            let step = steps.count > 1 ? steps.removeFirst() : steps.first ?? []
            return step.compactMap { IPAddress($0) }
        }
    }
}

/// Never says anything.
struct SilentResolver: HostResolver {
    func addresses(of host: String) async -> [IPAddress] {
        // Pause: a name server that never responds; cancelling ends it.
        try? await Task.sleep(for: .seconds(3600))
        return []
    }
}

func transport(
    allowed: [String] = ["127.0.0.0/8"],
    resolver: any HostResolver = ScriptedResolver([["127.0.0.1"]]),
    timeout: Duration = .seconds(20),
    responseLength: ByteCount = .kibibytes(16),
    trust: String? = nil
) throws -> WebhookTransport {
    WebhookTransport(
        limits: .init(connectTimeout: .seconds(5), timeout: timeout, responseLength: responseLength),
        rules: AddressRules(allowed: try TrustedAddresses(allowed)),
        resolver: resolver,
        trust: TrustedRoots(file: trust, pool: .singleton),
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        clock: { Timestamp(seconds: 784_111_777, nanoseconds: 0) }
    )
}

func message(_ url: String) throws -> WebhookMessage {
    WebhookMessage(
        url: try WebhookURL(url),
        fields: [.init("webhook-id", "evt_a_1"), .init("Content-Type", "application/json")],
        body: Array("{\"type\":\"file.created\"}".utf8)
    )
}

@Suite("Messages to endpoints that may be anything", .timeLimit(.minutes(1)))
struct WebhookTransportTests {
    private func outcome(
        _ behaviour: EndpointServer.Behaviour,
        timeout: Duration = .seconds(20),
        responseLength: ByteCount = .kibibytes(16)
    ) async throws -> (WebhookOutcome, EndpointServer.Seen) {
        let server = try await EndpointServer(behaviour)
        let outcome = try await transport(timeout: timeout, responseLength: responseLength).send(
            try message("http://hooks.example:\(server.port)/media?room=1")
        )
        let seen = server.seenSoFar
        await server.close()
        return (outcome, seen)
    }

    @Test("The request is a POST with the URL's own host, path and query, and says that it is the last")
    func request() async throws {
        let server = try await EndpointServer(.respond("HTTP/1.1 204 No Content\r\n\r\n"))
        let resolver = ScriptedResolver([["127.0.0.1"]])
        let outcome = try await transport(resolver: resolver).send(
            try message("http://Hooks.Example:\(server.port)/media?room=1")
        )
        #expect(outcome == .responded(status: 204, retryAfter: nil))
        let text = server.seenSoFar.text
        #expect(text.hasPrefix("POST /media?room=1 HTTP/1.1\r\n"))
        for line in [
            "Host: hooks.example:\(server.port)", "Content-Length: 23", "Connection: close", "webhook-id: evt_a_1",
            "Content-Type: application/json",
        ] { #expect(text.contains("\(line)\r\n"), "\(line)") }
        #expect(text.hasSuffix("\r\n\r\n{\"type\":\"file.created\"}"))
        #expect(resolver.count == 1)
        await server.close()
    }

    @Test(
        "Retry-After is read in both forms, and what is neither is ignored",
        arguments: [
            ("120", Duration.seconds(120)), ("0", .zero), ("-1", nil), ("soon", nil),
            ("Sun, 06 Nov 1994 08:49:47 GMT", .seconds(10)), ("Sun, 06 Nov 1994 08:49:17 GMT", .zero),
            ("99999999999999999999", nil),
        ] as [(String, Duration?)]
    )
    func retryAfter(text: String, pause: Duration?) async throws {
        let (outcome, _) = try await self.outcome(
            .respond("HTTP/1.1 503 No\r\nRetry-After: \(text)\r\nContent-Length: 0\r\n\r\n")
        )
        #expect(outcome == .responded(status: 503, retryAfter: pause))
    }

    @Test("A redirect is a response like any other: nobody follows it inside", arguments: [301, 302, 303, 307, 308])
    func redirect(status: Int) async throws {
        let inside = try await EndpointServer(.respond("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
        let (outcome, _) = try await self.outcome(
            .respond("HTTP/1.1 \(status) Go\r\nLocation: http://127.0.0.1:\(inside.port)/\r\nContent-Length: 0\r\n\r\n")
        )
        #expect(outcome == .responded(status: status, retryAfter: nil))
        #expect(inside.seenSoFar.connections == 0)
        await inside.close()
    }

    @Test("An endpoint that hangs is given up in time")
    func hang() async throws {
        let (outcome, seen) = try await self.outcome(.hang, timeout: .milliseconds(300))
        #expect(outcome == .failed(.timedOut))
        #expect(seen.connections == 1)
    }

    @Test("An endpoint that stops in the middle of the head is given up; behind the head its status counts")
    func stall() async throws {
        let (half, _) = try await self.outcome(.stall("HTTP/1.1 200 OK\r\nX-A: b"), timeout: .milliseconds(300))
        #expect(half == .failed(.timedOut))
        let (whole, _) = try await self.outcome(
            .stall("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab"),
            timeout: .milliseconds(300)
        )
        #expect(whole == .responded(status: 200, retryAfter: nil))
    }

    @Test("Of a response without an end a few KiB are read, whatever its length says")
    func flood() async throws {
        for head in [
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 500 No\r\nContent-Length: 10737418240\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\n",
        ] {
            let (outcome, seen) = try await self.outcome(.flood(head))
            #expect(outcome == .responded(status: head.contains("500") ? 500 : 200, retryAfter: nil))
            // What the kernel's buffers on both sides take, and no more.
            #expect(seen.sentBytes < 32 << 20)
        }
    }

    @Test("A head without an end, and informational responses without an end, are cut off")
    func endlessHead() async throws {
        let (head, _) = try await self.outcome(.flood("HTTP/1.1 200 OK\r\nX-A: "))
        #expect(head == .failed(.broken))
        let interim = String(repeating: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", count: 2000)
        let (informational, _) = try await self.outcome(.stall(interim))
        #expect(informational == .failed(.broken))
    }

    @Test(
        "What is no response, or none at all, is a failure",
        arguments: [
            EndpointServer.Behaviour.close, .respond("SSH-2.0-OpenSSH_9.2\r\n"), .respond("HTTP/1.1 2"),
            .respond("\r\n\r\n"),
        ]
    )
    func broken(behaviour: EndpointServer.Behaviour) async throws {
        #expect(try await self.outcome(behaviour).0 == .failed(.broken))
    }

    @Test("Nobody listens there")
    func unreachable() async throws {
        let server = try await EndpointServer(.close)
        let port = server.port
        await server.close()
        #expect(try await transport().send(try message("http://127.0.0.1:\(port)/")) == .failed(.unreachable))
    }

    @Test("Cancelling ends a try at once, and says that the endpoint is not to blame")
    func cancelled() async throws {
        let server = try await EndpointServer(.hang)
        let (transport, message) = (try transport(), try message("http://127.0.0.1:\(server.port)/"))
        let task = Task { await transport.send(message) }
        try await requireEventually { server.seenSoFar.connections == 1 }
        task.cancel()
        #expect(await task.value == .failed(.interrupted))
        await server.close()
    }
}

@Suite("Where messages must not go", .timeLimit(.minutes(1)))
struct ForgedRequestTests {
    @Test("A name that means another address the second time is checked each time, and connected to as it was checked")
    func rebinding() async throws {
        let server = try await EndpointServer(.respond("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
        let resolver = ScriptedResolver([["93.184.216.34"], ["127.0.0.1"]])
        let transport = try transport(allowed: [], resolver: resolver, timeout: .seconds(5))
        let url = "https://hooks.example:\(server.port)/"
        // The check at its creation saw a public address.
        try await transport.check(try WebhookURL(url))
        // The try sees another one, and refuses it.
        #expect(await transport.send(try message(url)) == .failed(.notAllowed))
        #expect(resolver.count == 2)
        #expect(server.seenSoFar.connections == 0)
        await server.close()
    }

    @Test("A try asks for the name once: what would come second is never seen")
    func pinned() async throws {
        let (server, resolver) = (
            try await EndpointServer(.respond("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")),
            ScriptedResolver([["127.0.0.1"], ["10.0.0.1"]])
        )
        let outcome = try await transport(resolver: resolver).send(try message("http://hooks.example:\(server.port)/"))
        #expect(outcome == .responded(status: 200, retryAfter: nil))
        #expect(resolver.count == 1)
        await server.close()
    }

    @Test(
        "One address inside among several is one too many",
        arguments: [["8.8.8.8", "10.0.0.1"], ["::1", "8.8.8.8"]]
    )
    func mixed(addresses: [String]) async throws {
        let transport = try transport(allowed: [], resolver: ScriptedResolver([addresses]))
        #expect(await transport.send(try message("https://hooks.example/")) == .failed(.notAllowed))
    }

    @Test(
        "Addresses inside in any spelling are refused, by the check and by the try",
        arguments: [
            "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://10.0.0.1/",
            "https://169.254.169.254/latest/meta-data/", "https://[fd00:ec2::254]/", "https://100.64.0.1/",
            "https://0.0.0.0/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://127.1/",
            "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/", "https://localhost/",
            "https://LOCALHOST/",
        ]
    )
    func spellings(url: String) async throws {
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        let transport = try transport(allowed: [], resolver: SystemResolver(pool: pool))
        let refused = await #expect(throws: MediaError.self) { try await transport.check(try WebhookURL(url)) }
        #expect(refused?.code == .endpointNotAllowed)
        #expect(await transport.send(try message(url)) == .failed(.notAllowed))
        try await pool.shutdownGracefully()
    }

    @Test("Without TLS only listed networks are reached")
    func plain() async throws {
        let transport = try transport(allowed: ["10.0.0.0/8"], resolver: ScriptedResolver([["8.8.8.8"]]))
        #expect(await transport.send(try message("http://hooks.example/")) == .failed(.notAllowed))
    }

    @Test("A name without an address passes the check, and fails the try")
    func unresolvable() async throws {
        let transport = try transport(resolver: ScriptedResolver([[]]))
        try await transport.check(try WebhookURL("https://hooks.example/"))
        #expect(await transport.send(try message("https://hooks.example/")) == .failed(.unresolvable))
    }

    @Test("A name server that never responds holds nobody up for longer than a try may take")
    func silentResolver() async throws {
        let transport = try transport(resolver: SilentResolver(), timeout: .milliseconds(200))
        #expect(await transport.send(try message("https://hooks.example/")) == .failed(.timedOut))
    }
}
