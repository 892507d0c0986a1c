import FoundationEssentials
import MediaTesting
import Testing

@Suite(
    "The end of a connection",
    .daemon(configuration: Configurations.smallSendQueue),
    .serialized,
    .timeLimit(.minutes(3))
)
struct ConnectionEndTests {
    @Test("takes nothing of a large answer from a client that has sent its last request and its end")
    func halfClosed() async throws {
        let daemon = try Daemon.current()
        for fields in [[], [("Connection", "close")]] {
            let probe = try await daemon.connect(receiveBufferBytes: 4 << 10)
            try await probe.send("GET", "/", fields)
            probe.finishSending()
            // Pause: nothing outside tells that the daemon has read the request and the end; later is right as well.
            try await Task.sleep(for: .milliseconds(200))
            try Self.expectPage(try await probe.receive())
            #expect(try await probe.isClosedByServer())
        }
    }

    /// Longer than what the sockets take.
    private static func expectPage(_ answer: ProbeResponse) throws {
        #expect(answer.status == 200)
        #expect(answer.body.count > 30_000)
        #expect(answer["Content-Length"] == "\(answer.body.count)")
    }

    @Test("takes no refusal from a client that is still sending")
    func refusedUpload() async throws {
        let daemon = try Daemon.current()
        let probe = try await daemon.connect(receiveBufferBytes: 4 << 10)
        let fields = [("Content-Length", "4000000")]
        try await probe.send("POST", "/api/upload?collection=secrets", fields)
        do {
            for _ in 0..<40 { try await probe.send([UInt8](repeating: 0x20, count: 100_000)) }
        } catch HTTPProbeError.closed {
            Issue.record("the connection was reset before the answer was read")
        }
        let answer = try await probe.receive(to: "POST")
        try answer.expectProblem(400, "unknown_collection")
        #expect(answer["Connection"] == "close")
        #expect(try await probe.isClosedByServer())
    }

    @Test("comes after all answers to what was asked in advance")
    func pipelinedClose() async throws {
        let daemon = try Daemon.current()
        let probe = try await daemon.connect(receiveBufferBytes: 4 << 10)
        let get = "GET / HTTP/1.1\r\nHost: x\r\n"
        try await probe.send("\(get)\r\n\(get)\r\n\(get)Connection: close\r\n\r\n\(get)\r\n")
        for _ in 0..<3 { try Self.expectPage(try await probe.receive()) }
        #expect(try await probe.isClosedByServer())
    }

    @Test("comes, after a while, for who asks and asks and never reads; the daemon keeps nothing of it")
    func neverReads() async throws {
        let daemon = try Daemon.current()
        let before = try daemon.residentBytes()
        let probe = try await daemon.connect(receiveBufferBytes: 4 << 10)
        let questions = String(repeating: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", count: 1000)
        // 40 KB each: the answers to what the sockets' buffers take would be gigabytes.
        await #expect(throws: HTTPProbeError.self) {
            for _ in 0..<4000 { try await probe.send(questions) }
        }
        #expect(try daemon.residentBytes() - before < 64 << 20)
        #expect(try await daemon.request("GET", "/healthz").status == 200)
    }
}

extension DaemonProcess {
    /// Memory of the process that is in the machine's, in bytes (proc(5), VmRSS).
    func residentBytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(self.process.processID)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
        return try #require(Int(words[1])) << 10
    }
}

extension Configurations {
    /// The kernel takes little: most of an answer waits in the daemon.
    fileprivate static let smallSendQueue = standard.replacing(
        "http:\n",
        with: "http:\n  writeTimeout: 15s\n  lingerTimeout: 10s\n  sendQueueSize: 16KiB\n"
    )
}
