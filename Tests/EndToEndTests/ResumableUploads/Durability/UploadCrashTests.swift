import Glibc
import MediaTesting
import Testing

/// A daemon that dies while it makes a file of an upload (MEDIAD_TEST_CRASH_AT, debug builds only).
@Suite("Resumable uploads and a daemon that dies at the end of one", .serialized, .timeLimit(.minutes(10)))
struct UploadCrashTests {
    static let steps = ["synchronized", "intent-recorded", "renamed", "folder-synchronized", "recorded"]

    @Test("complete by themselves after the restart", arguments: steps)
    func completes(step: String) async throws {
        let site = try await DaemonSite(configuration: Configurations.uploads)
        let bytes = Samples.document(100_000)
        var daemon = try await site.start(environment: ["MEDIAD_TEST_CRASH_AT": step])
        let name = uniqueName()
        let upload = try await daemon.createUpload(bytes.count, Tus.document(name))
        try await daemon.append(bytes.prefix(50_000), to: upload, at: 0)
        try await Self.expectDeath(daemon) { try await $0.patch(upload, at: 50_000, bytes.dropFirst(50_000)).status }
        daemon = try await site.start()
        // Nobody asks for anything but the report.
        let record = try await daemon.expectPublished(upload, bytes)
        #expect(record.path == "documents/\(name).txt")
        #expect(site.filesInTree == [record.path])
        #expect(try await daemon.records(in: "documents") == [record])
        #expect(try await daemon.offset(of: upload) == bytes.count)
        #expect(try await eventually { site.filesInStaging.isEmpty }, "\(site.filesInStaging)")
        #expect(try await daemon.terminate() == .exited(0))
        try await site.expectClean()
        try await site.remove()
    }

    @Test("of the IETF protocol complete by themselves too, and say so", arguments: steps)
    func completesHTTP(step: String) async throws {
        let site = try await DaemonSite(configuration: Configurations.uploads)
        let bytes = Samples.document(100_000)
        var daemon = try await site.start(environment: ["MEDIAD_TEST_CRASH_AT": step])
        let upload = try await daemon.beginUpload(bytes)
        try await Self.expectDeath(daemon) {
            try await $0.append([], to: upload, at: bytes.count, complete: true).status
        }
        daemon = try await site.start()
        try await daemon.expectPublished(upload, bytes)
        let status = try await daemon.status(of: upload)
        #expect(status.isComplete)
        #expect(status.offset == bytes.count)
        #expect(site.filesInTree.count == 1)
        #expect(try await daemon.terminate() == .exited(0))
        try await site.expectClean()
        try await site.remove()
    }

    @Test("that are concatenations complete as well", arguments: ["synchronized", "renamed"])
    func concatenation(step: String) async throws {
        let site = try await DaemonSite(configuration: Configurations.uploads)
        let bytes = Samples.document(200_000)
        var daemon = try await site.start(environment: ["MEDIAD_TEST_CRASH_AT": step])
        var paths: [String] = []
        for part in [bytes.prefix(90_000), bytes.dropFirst(90_000)] {
            let upload = try await daemon.createUpload(part.count, ("Upload-Concat", "partial"))
            try await daemon.append(part, to: upload, at: 0)
            paths.append(upload.path)
        }
        let fields = [("Upload-Concat", "final;" + paths.joined(separator: " ")), Tus.document()]
        let before = site.uploadsInStaging
        // The address may have come before the end: the concatenation need not be awaited.
        _ = try? await daemon.tus("POST", "/api/uploads", fields, body: [])
        let ending = await daemon.process.waitForExit(atMost: .seconds(20))
        #expect(ending == .signalled(9), "\(daemon.lastWords)")
        daemon = try await site.start()
        let isThere = try await eventually { site.filesInTree.count == 1 }
        #expect(isThere, "\(site.filesInTree) \(site.uploadsInStaging.subtracting(before))")
        #expect(try site.filesInTree.map { try site.bytesInTree($0) } == [bytes])
        #expect(try await daemon.terminate() == .exited(0))
        try await site.expectClean()
        try await site.remove()
    }

    private static func expectDeath(
        _ daemon: DaemonProcess,
        _ request: (DaemonProcess) async throws -> Int
    ) async throws {
        do {
            let status = try await request(daemon)
            Issue.record("the daemon answered \(status) and should have died\n\(daemon.lastWords)")
        } catch is HTTPProbeError {}
        let ending = await daemon.process.waitForExit(atMost: .seconds(20))
        #expect(ending == .signalled(9), "\(daemon.lastWords)")
        await daemon.kill9()
    }
}

/// Checklist A4.36.
@Suite("Resumable uploads and SIGTERM", .serialized, .timeLimit(.minutes(3)))
struct UploadShutdownTests {
    @Test(
        "A4.36: a request that is sending gets 503, its bytes stay, and the daemon ends at once",
        arguments: [true, false]
    )
    func duringPatch(isTus: Bool) async throws {
        let site = try await DaemonSite(configuration: Configurations.uploads)
        let bytes = Samples.document(500_000)
        var daemon = try await site.start()
        let upload = try await daemon.createUpload(bytes.count)
        let fields = isTus ? Tus.patch(at: 0) : Interop.current.append(at: 0, true)
        let probe = try await daemon.connect()
        try await probe.send("PATCH", upload.path, fields + [("Content-Length", "\(bytes.count)")])
        try await probe.send(Array(bytes.prefix(323_456)))
        try await daemon.expectReceiving(upload, 323_456)
        daemon.process.send(signal: SIGTERM)
        let answer = try await probe.receive(to: "PATCH")
        try answer.expectProblem(503, "shutting_down")
        let ending = await daemon.process.waitForExit(atMost: .seconds(10))
        #expect(ending == .exited(0), "\(daemon.lastWords)")
        daemon = try await site.start()
        #expect(try await daemon.offset(of: upload) == 323_456)
        try await daemon.append(bytes[323_456...], to: upload, at: 323_456)
        try await daemon.expectPublished(upload, bytes)
        #expect(try await daemon.terminate() == .exited(0))
        try await site.expectClean()
        try await site.remove()
    }
}
