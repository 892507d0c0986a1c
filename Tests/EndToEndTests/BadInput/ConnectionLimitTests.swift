import MediaTesting
import Testing

@Suite(
    "I7: The number of connections",
    .daemon(configuration: Configurations.fewConnections),
    .serialized,
    .timeLimit(.minutes(3))
)
struct ConnectionLimitTests {
    @Test("I7: is bounded: who has waited longest for a request makes room for a new one")
    func longestWaiting() async throws {
        let daemon = try Daemon.current()
        var waiting: [HTTPProbe] = []
        for _ in 0..<6 {
            let probe = try await daemon.connect()
            #expect(try await probe.request("GET", "/healthz").status == 200)
            waiting.append(probe)
            // Pause: of the client; longer than a step of the clock by which the daemon knows who has waited longest.
            try await Task.sleep(for: .milliseconds(300))
        }
        // The first one asks again: now the second has waited longest.
        #expect(try await waiting[0].request("GET", "/healthz").status == 200)
        let newcomer = try await daemon.connect()
        #expect(try await newcomer.request("GET", "/healthz").status == 200)
        #expect(try await waiting[1].isClosedByServer())
        for index in [0, 2, 3, 4, 5] { #expect(try await waiting[index].request("GET", "/healthz").status == 200) }
    }

    @Test("I7: counts those whose head does not come to its end as waiting")
    func unfinishedHeads() async throws {
        let daemon = try Daemon.current()
        let crowd = Crowd()
        try await crowd.connect(6, to: daemon)
        try await crowd.send("GET /healthz HTTP/1.1\r\nHost: ")
        for _ in 0..<6 { #expect(try await daemon.request("GET", "/healthz").status == 200) }
        #expect(try await eventually { try await crowd.countClosed() > 0 })
    }

    @Test("I7: is bounded: when all are busy, one more is told so, and is served when there is room again")
    func allBusy() async throws {
        let daemon = try Daemon.current()
        let film = try await daemon.upload(try Samples.video(padding: 12 << 20), "collection=videos").record()
        var busy: [HTTPProbe] = []
        for _ in 0..<6 {
            let probe = try await daemon.connect(receiveBufferBytes: 16 << 10)
            try await probe.send("GET", film.url)
            #expect(try await probe.receiveHead().status == 200)
            busy.append(probe)
        }
        let probe = try await daemon.connect()
        let answer = try await probe.receive()
        try answer.expectProblem(503, "busy")
        #expect(answer["Connection"] == "close")
        #expect(answer["Retry-After"].flatMap { Int($0) } != nil)
        #expect(try await probe.isClosedByServer())
        busy.removeLast()
        #expect(try await eventually { try await daemon.request("GET", "/healthz").status == 200 })
    }

    @Test("I7: a flood of connections that say nothing keeps nobody from being served")
    func flood() async throws {
        let daemon = try Daemon.current()
        let crowd = Crowd()
        try await crowd.connect(500, to: daemon)
        #expect(try await daemon.request("GET", "/healthz").status == 200)
        // All but those that may be open.
        #expect(try await eventually { try await crowd.countClosed() >= 494 })
    }
}

@Suite(
    "I7: The number of connections from one address",
    .daemon(configuration: Configurations.fewPerAddress),
    .serialized
)
struct ConnectionsPerAddressTests {
    @Test("I7: is bounded; other addresses are served, and this one again when one of its connections has ended")
    func bounded() async throws {
        let daemon = try Daemon.current()
        // Answered, so that each is counted before the next one comes: which event loop admits first is anybody's guess.
        var admitted: [HTTPProbe] = []
        for _ in 0..<3 {
            let probe = try await daemon.connect()
            #expect(try await probe.request("GET", "/healthz").status == 200)
            admitted.append(probe)
        }
        let refused = try await daemon.connect()
        let answer = try await refused.receive()
        try answer.expectProblem(429, "busy")
        #expect(answer["Retry-After"].flatMap { Int($0) } != nil)
        #expect(answer["Connection"] == "close")
        #expect(answer["Date"] != nil)
        #expect(try await refused.isClosedByServer())
        let others = Crowd()
        try await others.connect(3, to: daemon, from: "127.0.0.2")
        try await others.send("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(try await eventually { try await others.countClosed() == 3 })
        for probe in admitted {
            try await probe.send("GET", "/healthz", [("Connection", "close")])
            #expect(try await probe.receive().status == 200)
            #expect(try await probe.isClosedByServer())
        }
        #expect(try await eventually { try await daemon.request("GET", "/healthz").status == 200 })
    }

    @Test(
        "I7: the last request that a connection may bring is answered with Connection: close; what is behind it is not read"
    )
    func requests() async throws {
        let daemon = try Daemon.current()
        let probe = try await daemon.connect()
        try await probe.send(String(repeating: "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", count: 5))
        for number in 1...3 {
            let answer = try await probe.receive()
            #expect(answer.status == 200)
            #expect((answer["Connection"] == "close") == (number == 3))
        }
        #expect(try await probe.isClosedByServer())
    }
}

extension Configurations {
    /// One event loop: who has waited longest is exactly known.
    fileprivate static let fewConnections = standard.replacing(
        "http:\n  eventLoops: 2\n",
        with: "http:\n  eventLoops: 1\n  maximumConnections: 6\n  lingerTimeout: 1s\n  sendQueueSize: 16KiB\n"
    )
    /// Nobody is a proxy: proxies' connections are not counted.
    fileprivate static let fewPerAddress = standard.replacing(
        "http:\n",
        with: "http:\n  maximumConnectionsPerAddress: 3\n  maximumRequestsPerConnection: 3\n  trustedProxies: []\n"
    )
}
