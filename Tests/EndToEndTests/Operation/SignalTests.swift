import Glibc
import MediaTesting
import Testing

/// Signals that are no order to end: a terminal that is closed, tools that rotate logs, clients that go away.
@Suite("F2: signals", .serialized, .timeLimit(.minutes(4)))
struct SignalTests {
    @Test("SIGHUP, SIGUSR1, SIGUSR2 and SIGPIPE end nothing, many in a row, in the middle of an upload")
    func ignored() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let bytes = try Samples.jpeg(padding: 2 << 20)
            let probe = try await daemon.connect()
            try await probe.send(
                "POST",
                "/api/upload?collection=posters&name=through",
                [("Content-Length", "\(bytes.count)")]
            )
            try await probe.send(Array(bytes.prefix(1 << 20)))
            #expect(try await eventually { !site.filesInStaging.isEmpty })
            for _ in 0..<50 {
                for signal in [SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE] { daemon.process.send(signal: signal) }
            }
            #expect(try await daemon.request("GET", "/readyz").status == 200)
            try await probe.send(Array(bytes.dropFirst(1 << 20)))
            site.expectInTree(try await probe.receive(to: "POST").record())
            // A service manager signals all processes of a unit, the workers too.
            for child in childProcesses(of: daemon.process.processID) {
                for signal in [SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2] { kill(child, signal) }
            }
            #expect(try await daemon.upload(try Samples.jpeg(), "collection=posters&name=after").status == 201)
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.expectClean()
        try await site.remove()
    }

    @Test("A hang-up leaves the embedded database to its daemon, which stops it at its end")
    func embedded() async throws {
        let site = try await DaemonSite(database: .embedded, configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) { () async throws in
            let children = childProcesses(of: daemon.process.processID)
            for _ in 0..<5 { for process in children + [daemon.process.processID] { kill(process, SIGHUP) } }
            #expect(try await daemon.upload(try Samples.jpeg(), "collection=posters&name=one").status == 201)
            #expect(try await daemon.terminate() == .exited(0))
            #expect(try await eventually { children.allSatisfy { kill($0, 0) != 0 } })
        }
        await daemon.kill9()
        try await site.remove()
    }

    @Test("SIGTERM at any moment of the start ends it in time, and the next start is none the worse")
    func termDuringStart() async throws {
        let site = try await DaemonSite(database: .embedded, configuration: Configurations.standard)
        for milliseconds in [1, 30, 100, 250, 500, 1000, 2000] {
            let process = try await site.launch()
            // Pause: the moment at which the signal comes is the subject.
            try await Task.sleep(for: .milliseconds(milliseconds))
            process.send(signal: SIGTERM)
            let ending = await process.waitForExit(atMost: .seconds(60))
            // Before the program has said a word, the signal may end it by itself.
            let isOrderly = ending == .exited(0) || ending == .exited(2) || ending == .exited(130)
            #expect(
                isOrderly || (ending == .signalled(SIGTERM) && process.standardError.isEmpty),
                "\(milliseconds) ms: \(String(describing: ending))\n\(process.standardError.suffix(2000))"
            )
            await process.kill9()
        }
        let daemon = try await site.start()
        try await withLog(of: daemon) { () async throws in
            #expect(try await daemon.upload(try Samples.jpeg(), "collection=posters&name=one").status == 201)
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
    }
}
