import FoundationEssentials
import Glibc
import MediaTesting
import Testing

/// Uploads while the database is away.
@Suite("Resumable uploads and a database that is away", .serialized, .timeLimit(.minutes(5)))
struct UploadOutageTests {
    @Test("lose nothing: refused with 503 meanwhile, they go on when it is back", arguments: [true, false])
    func lostAndBack(isKilled: Bool) async throws {
        let cluster = try await ThrowawayPostgres.make()
        let site = try await DaemonSite(database: .on(cluster), configuration: Configurations.uploads)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let bytes = Samples.document(500_000)
            let (running, waiting) = (
                try await daemon.createUpload(bytes.count), try await daemon.createUpload(500_000)
            )
            try await daemon.append(bytes.prefix(1000), to: waiting, at: 0)
            let probe = try await daemon.stall(running, length: bytes.count, sending: bytes.prefix(250_000))
            if isKilled { await cluster.kill9() } else { await cluster.stop() }
            #expect(try await eventually { try await daemon.request("GET", "/readyz").status == 503 })
            // Its last bytes come while nobody can write down what becomes of them.
            try await probe.send(Array(bytes.dropFirst(250_000)))
            let last = try await probe.receive(to: "PATCH")
            #expect([204, 503].contains(last.status), "\(last.status) \(last.text)")
            let start = ContinuousClock.now
            let refused = try await daemon.tus(
                "POST",
                "/api/uploads",
                [("Upload-Length", "5"), Tus.document()],
                body: []
            )
            try refused.expectProblem(503, "catalog_unavailable")
            // Clock: that a client hears of the outage soon is what is promised.
            #expect(ContinuousClock.now - start < .seconds(20))
            // Not known is not gone: a 404 would make the client begin anew.
            for upload in [running, waiting] {
                let status = try await daemon.head(upload).status
                #expect(status == 200 || status == 503, "\(status)")
            }
            try await cluster.start()
            #expect(
                try await eventually(within: .seconds(60)) { try await daemon.request("GET", "/readyz").status == 200 }
            )
            #expect(try await daemon.offset(of: running) == bytes.count)
            try await daemon.expectPublished(running, bytes)
            try await daemon.append(bytes.dropFirst(1000), to: waiting, at: 1000)
            try await daemon.expectPublished(waiting, bytes)
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.expectClean()
        try await site.remove()
        try await cluster.remove()
    }
}

/// Uploads to a file system of 6 MiB. Mounting one takes root's rights.
@Suite(
    "Resumable uploads and a full disk",
    .serialized,
    .timeLimit(.minutes(3)),
    .enabled(if: geteuid() == 0, "needs root to mount a small file system")
)
struct UploadFullDiskTests {
    @Test("are refused with 507, keep what is on the disk, and go on when there is room", arguments: [true, false])
    func full(isTus: Bool) async throws {
        let site = try await DaemonSite(configuration: Configurations.uploads)
        let mounted = try await ChildProcess.run(.init("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", site.root]))
        try #require(mounted.ending == .exited(0), "no file system can be mounted here: \(mounted.errors)")
        let daemon = try await site.start()
        let result: Result<Void, any Error>
        do {
            try await withLog(of: daemon) { try await Self.fillAndGoOn(daemon, isTus: isTus) }
            #expect(try await daemon.terminate() == .exited(0))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await daemon.kill9()
        _ = try await ChildProcess.run(.init("umount", ["-l", site.root]))
        try result.get()
        try await site.remove()
    }

    private static func fillAndGoOn(_ daemon: DaemonProcess, isTus: Bool) async throws {
        let bytes = Samples.document(3 << 20)
        let upload = isTus ? try await daemon.createUpload(bytes.count) : try await daemon.beginUpload([])
        if isTus {
            try await daemon.append(bytes.prefix(500_000), to: upload, at: 0)
        } else {
            let answer = try await daemon.append(bytes.prefix(500_000), to: upload, at: 0, complete: false)
            #expect(answer.status == 204, "\(answer.text)")
        }
        // Somebody else's file takes nearly all that is left.
        let hog = "\(daemon.site.root)/hog"
        _ = try await ChildProcess.run(.init("dd", ["if=/dev/zero", "of=\(hog)", "bs=64k"]))
        #expect(truncateFile(hog, to: 4 << 20))
        let fields = isTus ? Tus.patch(at: 500_000) : Interop.current.append(at: 500_000, true)
        let probe = try await daemon.connect()
        try await probe.send("PATCH", upload.path, fields + [("Content-Length", "\(bytes.count - 500_000)")])
        // The daemon may close as soon as it has answered.
        do { try await probe.send(Array(bytes.dropFirst(500_000))) } catch HTTPProbeError.closed {}
        try await probe.receive(to: "PATCH").expectProblem(507, "storage_full")
        let offset = isTus ? try await daemon.offset(of: upload) : try await daemon.status(of: upload).offset
        #expect(offset >= 500_000 && offset < bytes.count, "\(offset)")
        #expect(try await daemon.report(on: upload).state == "receiving")
        unlink(hog)
        if isTus {
            try await daemon.append(bytes.dropFirst(offset), to: upload, at: offset)
        } else {
            _ = try await daemon.append(bytes.dropFirst(offset), to: upload, at: offset, complete: true).record()
        }
        try await daemon.expectPublished(upload, bytes)
    }
}
