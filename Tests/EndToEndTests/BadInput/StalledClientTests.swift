import MediaTesting
import Testing

@Suite(
    "A client that stands still",
    .daemon(configuration: Configurations.impatient),
    .serialized,
    .timeLimit(.minutes(3))
)
struct StalledClientTests {
    @Test("in the middle of an upload is cut off, and leaves nothing")
    func upload() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let probe = try await daemon.connect()
        try await probe.send("POST", "/api/upload?collection=posters&name=\(name)", [("Content-Length", "1000000")])
        // On a busy machine the daemon may have lost its patience already.
        do { try await probe.send(Array(try Samples.jpeg().prefix(20_000))) } catch HTTPProbeError.closed {}
        try await Self.expectEnd(of: probe)
        #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
        #expect(!daemon.site.filesInTree.contains { $0.contains(name) })
    }

    @Test("before the end of a head is cut off")
    func head() async throws {
        let daemon = try Daemon.current()
        for text in ["", "GET /healthz HT", "GET /healthz HTTP/1.1\r\nHost: x\r\nX: "] {
            let probe = try await daemon.connect()
            try await probe.send(text)
            try await Self.expectEnd(of: probe)
        }
    }

    @Test("between two requests is hung up on")
    func idle() async throws {
        let daemon = try Daemon.current()
        let probe = try await daemon.connect()
        #expect(try await probe.request("GET", "/healthz").status == 200)
        #expect(try await probe.isClosedByServer())
    }

    @Test("in the middle of a download is cut off; a slow one is not")
    func download() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.video(padding: 24 << 20)
        let record = try await daemon.upload(bytes, "collection=videos").record()
        // Not a byte is read: the sockets' buffers fill, and then nothing moves.
        let stalled = try await daemon.connect(receiveBufferBytes: 16 << 10)
        try await stalled.send("GET", record.url)
        let slow = try await daemon.connect(receiveBufferBytes: 64 << 10)
        try await slow.send("GET", record.url)
        #expect(try await slow.receiveHead().status == 200)
        // Longer than the time-outs, a piece at a time.
        var received: [UInt8] = []
        let pieces = 12
        for piece in 1...pieces {
            received += try await slow.take(exactly: bytes.count * piece / pieces - received.count)
            // Pause: of the client, which is slow on purpose.
            if piece < pieces { try await Task.sleep(for: .milliseconds(500)) }
        }
        #expect(received == bytes)
        _ = try await stalled.receiveHead()
        await #expect(throws: HTTPProbeError.self) { try await stalled.take(exactly: bytes.count) }
    }

    @Test("does not keep others waiting, two hundred at a time")
    func crowd() async throws {
        let daemon = try Daemon.current()
        var crowd: [HTTPProbe] = []
        for _ in 0..<200 {
            let probe = try await daemon.connect()
            try await probe.send(
                "POST /api/upload?collection=posters HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx"
            )
            crowd.append(probe)
        }
        let start = ContinuousClock.now
        #expect(try await daemon.upload(try Samples.jpeg(), "collection=posters").status == 201)
        // Clock: that others do not wait is what is promised; the crowd's time-outs would let everybody in sooner or later.
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
        #expect(crowd.count == 200)
    }

    /// The connection ends by itself, with or without an answer, within a few of the daemon's time-outs.
    private static func expectEnd(of probe: HTTPProbe) async throws {
        let start = ContinuousClock.now
        do {
            while try await !probe.take(atMost: 65536).isEmpty {}
        } catch HTTPProbeError.closed {}
        // Clock: the daemon's time-outs are the subject.
        #expect(ContinuousClock.now - start < .seconds(40))
    }
}
