import MediaTesting
import Testing

@Suite("I7: Slow clients", .daemon(configuration: Configurations.impatient), .serialized, .timeLimit(.minutes(5)))
struct SlowClientTests {
    @Test("I7: a head that comes byte by byte has to come to its end in time: 408, and the end")
    func drippingHead() async throws {
        let daemon = try Daemon.current()
        let probe = try await daemon.connect()
        // Its 200 bytes and more would take 20 seconds, many times the time for a head.
        do {
            for byte in "GET /healthz HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "y", count: 200))" {
                try await probe.send("\(byte)")
                // Pause: of the client, which drips on purpose.
                try await Task.sleep(for: .milliseconds(100))
            }
            Issue.record("a head may come as slowly as it likes")
        } catch HTTPProbeError.closed {}
    }

    @Test("I7: who stops in the middle of a head is told: 408")
    func stoppedHead() async throws {
        let daemon = try Daemon.current()
        let probe = try await daemon.connect()
        #expect(try await probe.request("GET", "/healthz").status == 200)
        try await probe.send("GET /healthz HTTP/1.1\r\nHost")
        let answer = try await probe.receive()
        try answer.expectProblem(408, "invalid_request")
        #expect(answer["Connection"] == "close")
        #expect(try await probe.isClosedByServer())
    }

    @Test("I7: a body that nobody wants yet, and that does not come, is not waited for")
    func stoppedBody() async throws {
        let daemon = try Daemon.current()
        let probe = try await daemon.connect()
        try await probe.send("GET", "/healthz", [("Content-Length", "10")])
        // The answer needs no body; what does not come of it ends the connection.
        #expect(try await probe.receive().status == 200)
        #expect(try await probe.isClosedByServer())
    }

    @Test("I7: thousands, of every kind, cost little and keep nobody waiting; after the time-outs they are gone")
    func crowd() async throws {
        let daemon = try Daemon.current()
        try #require(Crowd.raiseDescriptorLimit() >= 5000, "this test needs 5000 open files (ulimit -n)")
        let film = try await daemon.upload(try Samples.video(padding: 8 << 20), "collection=videos").record()
        let small = try await ServedSample.text(daemon)
        // What the first of each kind costs is not theirs.
        for _ in 0..<50 { small.expectWhole(try await daemon.request("GET", small.path)) }
        let before = try daemon.residentBytes()

        let (dripping, idle, stalled) = (Crowd(), Crowd(), Crowd())
        try await stalled.connect(1000, to: daemon, receiveBufferBytes: 4 << 10)
        try await stalled.send("GET \(film.url) HTTP/1.1\r\nHost: x\r\n\r\n")
        try await idle.connect(1000, to: daemon)
        try await idle.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        try await dripping.connect(2000, to: daemon)
        var times: [Duration] = []
        for byte in "GET" {
            try await dripping.send("\(byte)")
            for _ in 0..<5 {
                let start = ContinuousClock.now
                small.expectWhole(try await daemon.request("GET", small.path))
                // Clock: that nobody waits is what is promised.
                times.append(ContinuousClock.now - start)
            }
            // Pause: of the clients, which send a byte a second.
            try await Task.sleep(for: .seconds(1))
        }
        // One of them may meet the connections of the others being made.
        times.sort()
        #expect(times[times.count / 2] < .seconds(1), "\(times)")
        let grown = try daemon.residentBytes() - before
        #expect(grown < 4000 * 48 << 10, "\(grown >> 10) KiB")

        #expect(try await eventually(within: .seconds(60)) { try await dripping.countClosed() == 2000 })
        #expect(try await eventually(within: .seconds(60)) { try await idle.countClosed() == 1000 })
        #expect(try await eventually(within: .seconds(60)) { try await stalled.countClosed() == 1000 })
        small.expectWhole(try await daemon.request("GET", small.path))
    }
}
