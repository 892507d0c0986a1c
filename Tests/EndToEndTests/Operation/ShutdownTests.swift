import Glibc
import MediaTesting
import Testing

@Suite("SIGTERM", .serialized, .timeLimit(.minutes(3)))
struct ShutdownTests {
    /// A daemon that cuts open requests off after two seconds.
    private static let hasty = "shutdownTimeout: 2s\n" + Configurations.standard

    @Test("lets a request that goes on finish")
    func finishes() async throws {
        let site = try await DaemonSite(configuration: "shutdownTimeout: 20s\n" + Configurations.standard)
        let daemon = try await site.start()
        let bytes = try Samples.jpeg(padding: 2 << 20)
        try await withLog(of: daemon) {
            let probe = try await daemon.connect()
            try await probe.send(
                "POST",
                "/api/upload?collection=posters&name=late",
                [("Content-Length", "\(bytes.count)")]
            )
            try await probe.send(Array(bytes.prefix(1 << 20)))
            #expect(try await eventually { !site.filesInStaging.isEmpty })
            daemon.process.send(signal: SIGTERM)
            // No longer taken in: new connections are refused, or not served.
            #expect(try await eventually { (try? await daemon.request("GET", "/healthz")) == nil })
            try await probe.send(Array(bytes.dropFirst(1 << 20)))
            let record = try await probe.receive(to: "POST").record()
            site.expectInTree(record)
            #expect(await daemon.process.waitForExit(atMost: .seconds(30)) == .exited(0))
        }
        await daemon.kill9()
        try await site.expectClean()
        try await site.remove()
    }

    @Test("cuts off an upload and a download that stand still, in bounded time, and leaves nothing half done")
    func cutsOff() async throws {
        let site = try await DaemonSite(configuration: Self.hasty)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let record = try await daemon.upload(try Samples.video(padding: 30 << 20), "collection=videos&name=film")
                .record()
            let reader = try await daemon.connect(receiveBufferBytes: 32 << 10)
            try await reader.send("GET", record.url)
            #expect(try await reader.receiveHead().status == 200)
            let writer = try await daemon.connect()
            try await writer.send("POST", "/api/upload?collection=posters&name=half", [("Content-Length", "1000000")])
            try await writer.send(Array(try Samples.jpeg().prefix(30_000)))
            let idle = try await daemon.connect()
            #expect(try await idle.request("GET", "/healthz").status == 200)
            let ending = try await daemon.terminate(within: .seconds(10))
            if case .signalled(let signal) = ending { Issue.record("it died of signal \(signal)") }
        }
        await daemon.kill9()
        let next = try await site.start()
        try await withLog(of: next) {
            #expect(site.filesInTree == ["videos/film.mp4"])
            #expect(try await eventually { site.filesInStaging.isEmpty })
            try await site.expectClean()
            #expect(try await next.terminate() == .exited(0))
        }
        try await site.remove()
    }

    @Test("stops an idle daemon at once, with all its workers")
    func idle() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        let open = try await daemon.connect()
        #expect(try await open.request("GET", "/healthz").status == 200)
        let workers = childProcesses(of: daemon.process.processID)
        #expect(!workers.isEmpty)
        #expect(try await daemon.terminate(within: .seconds(10)) == .exited(0))
        #expect(try await eventually(within: .seconds(5)) { workers.allSatisfy { kill($0, 0) != 0 } })
        try await site.remove()
    }

    @Test("is not needed for the workers: they go when the daemon is killed")
    func orphans() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        let workers = childProcesses(of: daemon.process.processID)
        #expect(!workers.isEmpty)
        await daemon.kill9()
        #expect(try await eventually(within: .seconds(10)) { workers.allSatisfy(Self.isGone) })
        try await site.remove()
    }

    /// Gone, or a zombie that waits for a careless init.
    private static func isGone(_ process: Int32) -> Bool {
        guard kill(process, 0) == 0 else { return true }
        let status = FileNames.text("/proc/\(process)/stat")
        return status.split(separator: ")").last?.split(separator: " ").first == "Z"
    }
}
