import MediaTesting
import Testing

/// Checklist A4.29: clients that are slow, or silent, by accident or on purpose.
@Suite(
    "Resumable uploads: slow clients",
    .daemon(
        configuration: Configurations.uploads(
            "idleTimeout: 2s\nminimumRate: 4KiB\nminimumRateWindow: 3s",
            http: "lingerTimeout: 1s"
        )
    ),
    .timeLimit(.minutes(3))
)
struct SlowUploadTests {
    @Test("A4.29: a silent one is cut off with a 5xx, and its bytes stay", arguments: [0, 70_000])
    func silent(count: Int) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100_000)
        let upload = try await daemon.createUpload(bytes.count)
        let start = ContinuousClock.now
        let probe = try await daemon.stall(upload, length: bytes.count, sending: bytes.prefix(count))
        try await probe.receive(to: "PATCH").expectProblem(503, "upload_stalled")
        #expect(try await probe.isClosedByServer())
        #expect(ContinuousClock.now - start < .seconds(15))
        #expect(try await daemon.offset(of: upload) == count)
        try await daemon.append(bytes[count...], to: upload, at: count)
        try await daemon.expectPublished(upload, bytes)
    }

    @Test("A4.29, B26: one that drips is cut off as well, and its bytes stay", arguments: [true, false])
    func dripping(isTus: Bool) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100_000)
        let upload = isTus ? try await daemon.createUpload(bytes.count) : try await daemon.beginUpload([])
        let probe = try await daemon.connect()
        let fields = isTus ? Tus.patch(at: 0) : Interop.current.append(at: 0, true)
        try await probe.send("PATCH", upload.path, fields + [("Content-Length", "\(bytes.count)")])
        let start = ContinuousClock.now
        // Never silent for as long as the idle time-out, and far below the least rate.
        var sent = 0
        while ContinuousClock.now - start < .seconds(20) {
            do { try await probe.send(Array(bytes[sent..<sent + 10])) } catch { break }
            sent += 10
            try await Task.sleep(for: .milliseconds(100))
            if daemon.log.contains("upload_stalled") { break }
        }
        if let answer = try? await probe.receive(to: "PATCH") { try answer.expectProblem(503, "upload_stalled") }
        #expect(ContinuousClock.now - start < .seconds(20), "it was never cut off")
        let offset = isTus ? try await daemon.offset(of: upload) : try await daemon.status(of: upload).offset
        #expect((1...sent).contains(offset), "\(offset) of \(sent)")
    }

    @Test("a slow one above the least rate is left in peace")
    func slowEnough() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(160_000)
        let upload = try await daemon.createUpload(bytes.count)
        let probe = try await daemon.stall(upload, length: bytes.count, sending: [])
        // 20 kB a second for eight seconds.
        for start in stride(from: 0, to: bytes.count, by: 4000) {
            try await probe.send(Array(bytes[start..<start + 4000]))
            try await Task.sleep(for: .milliseconds(200))
        }
        let answer = try await probe.receive(to: "PATCH")
        #expect(answer.status == 204, "\(answer.text)")
        try await daemon.expectPublished(upload, bytes)
    }

    @Test("fields that are too long are refused, not kept")
    func hugeFields() async throws {
        let daemon = try Daemon.current()
        let value = "filename " + String(repeating: "QUFB", count: 20_000)
        let fields = [Tus.version, ("Upload-Length", "10"), ("Upload-Metadata", value)]
        let answer = try await daemon.request("POST", "/api/uploads", fields, body: [])
        #expect(answer.status == 431 || answer.status == 400, "\(answer.status)")
    }

    @Test("a hundred silent ones keep nobody waiting, and leave no connection behind")
    func crowd() async throws {
        let daemon = try Daemon.current()
        var crowd: [HTTPProbe] = []
        for _ in 0..<100 {
            let upload = try await daemon.createUpload(1000)
            crowd.append(try await daemon.stall(upload, length: 1000, sending: [0x61]))
        }
        let start = ContinuousClock.now
        let bytes = Samples.document(10_000)
        let upload = try await daemon.createUpload(bytes.count)
        try await daemon.append(bytes, to: upload, at: 0)
        #expect(ContinuousClock.now - start < .seconds(5))
        try await daemon.expectPublished(upload, bytes)
        for probe in crowd { #expect(try await probe.receive(to: "PATCH").status == 503) }
    }
}
