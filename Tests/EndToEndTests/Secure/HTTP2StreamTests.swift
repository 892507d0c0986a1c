import Glibc
import MediaTesting
import Testing

/// With patient time-outs: a client that takes its time with a hundred streams is none that has gone.
@Suite("HTTP/2, many streams", .daemon(), .timeLimit(.minutes(4)))
struct HTTP2StreamTests {
    @Test("I9: a hundred streams side by side")
    func streams() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(200_000)
        let sample = try await ServedSample(bytes, "collection=documents&name=\(uniqueName())", daemon)
        try await H2Client.expectSuccess("streams", sample.path, "\(bytes.count)")
    }

    @Test("I9: an upload whose stream is reset keeps what came")
    func broken() async throws {
        let daemon = try Daemon.current()
        let fields = [("Upload-Length", "200000"), Tus.document()]
        let upload = try UploadAddress(
            location: try await daemon.tus("POST", "/api/uploads", fields)["Location"],
            of: daemon
        )
        try await H2Client.expectSuccess("broken", upload.path)
    }

    /// The script says when its streams stand still, and goes on when its input ends.
    @Test(
        "I9: streams and connections that stand still hold up nobody and cost little",
        arguments: ["stalled", "deaf"]
    )
    func stalled(mode: String) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample(try Samples.video(padding: 8 << 20), "collection=videos", daemon)
        // Once through, so that what is only paid once is not counted.
        try await self.run(mode, sample.path)
        let before = try daemon.residentBytes()
        let most = try await self.run(mode, sample.path)
        // Per stream not more than a few frames: 99 or 400 streams of 9 MiB each.
        #expect(most - before < 40 << 20, "\((most - before) >> 10) KiB")
    }

    /// - Returns: resident bytes of the daemon while everything stands still.
    @discardableResult
    private func run(_ mode: String, _ target: String) async throws -> Int {
        let daemon = try Daemon.current()
        let pipe = "\(daemon.site.directory)/\(uniqueName("go"))"
        try #require(mkfifo(pipe, 0o600) == 0)
        let words = try await H2Client.command(mode, [target])
        let process = try await ChildProcess.start(.init("sh", ["-c", "exec \"$0\" \"$@\" < \(pipe)"] + words))
        // Opened for reading too, so that it does not wait for the other side.
        let descriptor = open(pipe, O_RDWR)
        try #require(descriptor >= 0)
        let stands = try await eventually(within: .seconds(60)) {
            !process.standardOutput.isEmpty || process.ending != nil
        }
        #expect(stands && process.ending == nil, "\(process.standardError)")
        let resident = try daemon.residentBytes()
        #expect(try await daemon.request("GET", "/healthz").status == 200)
        _ = write(descriptor, "\n", 1)
        let ending = await process.waitForExit(atMost: .seconds(60))
        close(descriptor)
        await process.kill9()
        #expect(ending == .exited(0), "\(process.standardError)")
        return resident
    }
}
