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
        let probe = try await daemon.connect()
        try await probe.send(
            "PATCH",
            upload.path,
            Tus.patch(at: 0),
            beginning: bytes.prefix(count),
            of: bytes.count
        )
        try await probe.receive(to: "PATCH").expectProblem(503, "upload_stalled")
        #expect(try await probe.isClosedByServer())
        // Clock: `idleTimeout`, 2 s, is the subject; other time-outs of the daemon take longer.
        #expect(ContinuousClock.now - start < .seconds(20))
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
        try await probe.send("PATCH", upload.path, fields, beginning: bytes.prefix(10), of: bytes.count)
        // Never silent for as long as the idle time-out, and far below the least rate. The whole would take a quarter of an hour.
        var sent = 10
        var isCutOff = false
        for _ in 0..<300 where !isCutOff {
            do {
                try await probe.send(Array(bytes[sent..<sent + 10]))
                sent += 10
                // Pause: of the client, which drips on purpose.
                try await Task.sleep(for: .milliseconds(100))
            } catch {
                isCutOff = true
            }
        }
        if let answer = try? await probe.receive(to: "PATCH") { try answer.expectProblem(503, "upload_stalled") }
        #expect(isCutOff, "it was never cut off")
        let offset = isTus ? try await daemon.offset(of: upload) : try await daemon.status(of: upload).offset
        #expect((1...sent).contains(offset), "\(offset) of \(sent)")
    }

    @Test("a slow one above the least rate is left in peace")
    func slowEnough() async throws {
        let daemon = try Daemon.current()
        // On a busy machine this client may be slower than it means to be; then it says nothing about the daemon.
        for _ in 0..<5 {
            let bytes = Samples.document(160_000)
            let upload = try await daemon.createUpload(bytes.count)
            let probe = try await daemon.connect()
            try await probe.send("PATCH", upload.path, Tus.patch(at: 0) + [("Content-Length", "\(bytes.count)")])
            var longestPause = Duration.zero
            var last = ContinuousClock.now
            // 20 kB a second for eight seconds.
            for start in stride(from: 0, to: bytes.count, by: 4000) {
                do { try await probe.send(Array(bytes[start..<start + 4000])) } catch HTTPProbeError.closed { break }
                // Clock: it measures this client's own pace.
                longestPause = max(longestPause, ContinuousClock.now - last)
                last = ContinuousClock.now
                // Pause: of the client, which is slow on purpose.
                try await Task.sleep(for: .milliseconds(200))
            }
            let answer = try? await probe.receive(to: "PATCH")
            if answer?.status != 204, longestPause > .milliseconds(600) { continue }
            #expect(answer?.status == 204, "\(answer?.text ?? "hung up") \(longestPause)")
            _ = try await daemon.expectPublished(upload, bytes)
            return
        }
        Issue.record("this machine is too busy to be slow at an even pace")
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
            let probe = try await daemon.connect()
            try await probe.send("PATCH", upload.path, Tus.patch(at: 0), beginning: [0x61], of: 1000)
            crowd.append(probe)
        }
        let start = ContinuousClock.now
        let bytes = Samples.document(10_000)
        let upload = try await daemon.createUpload(bytes.count)
        try await daemon.append(bytes, to: upload, at: 0)
        // Clock: that others do not wait is what is promised; the crowd's time-outs would let everybody in sooner or later.
        #expect(ContinuousClock.now - start < .seconds(20))
        try await daemon.expectPublished(upload, bytes)
        for probe in crowd { #expect(try await probe.receive(to: "PATCH").status == 503) }
    }
}
