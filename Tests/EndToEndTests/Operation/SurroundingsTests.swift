import Glibc
import MediaTesting
import PostgresCluster
import Testing

/// Machines that lack what the daemon takes for granted.
@Suite("F2: surroundings that lack something", .serialized, .timeLimit(.minutes(4)))
struct SurroundingsTests {
    /// Runs mediad behind another program, which changes what it finds.
    private static func run(
        _ program: String,
        _ arguments: [String],
        _ command: [String]
    ) async throws -> ChildProcess.Outcome {
        try await ChildProcess.run(.init(program, arguments + [try DaemonBinary.path()] + command))
    }

    @Test(
        "A low limit of open files lowers the connections, which the log says; what is beyond them is refused, not broken"
    )
    func fewFiles() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let launch = ChildProcess.Launch(
            "prlimit",
            ["--nofile=300:300", try DaemonBinary.path(), "serve"] + site.flags + ["--port", "0"],
            directory: site.directory
        )
        let daemon = try await DaemonProcess.attach(to: try await ChildProcess.start(launch), on: site)
        try await withLog(of: daemon) {
            #expect(try await eventually { try await daemon.request("GET", "/readyz").status == 200 })
            #expect(daemon.log.contains("The limit of open files is too low for http.maximumConnections"))
            #expect(daemon.log.contains("\"limit\":300"))
            let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=one").record()
            // 300, less a half for all else, and two for each connection.
            #expect(daemon.log.contains("\"maximumConnections\":75"))
            var probes: [HTTPProbe] = []
            for _ in 0..<200 {
                let probe = try await daemon.connect()
                // One too many takes the place of one that does nothing, or is told to come again.
                if try await probe.request("GET", record.url).status == 200 { probes.append(probe) }
            }
            var open = 0
            for probe in probes where (try? await probe.request("GET", record.url).status) == 200 { open += 1 }
            #expect((20...75).contains(open), "\(open) of \(probes.count)")
            #expect(!daemon.log.contains("Too many open files"))
            probes = []
            #expect(try await eventually { (try? await daemon.request("GET", "/readyz").status) == 200 })
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
    }

    @Test("With fewer files than it can do anything with, it does not start, and says how many it needs")
    func tooFewFiles() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let outcome = try await Self.run("prlimit", ["--nofile=64:64"], ["serve"] + site.flags + ["--port", "0"])
        #expect(outcome.ending == .exited(2))
        #expect(outcome.errors.contains("limit of open files is 64") && outcome.errors.contains("LimitNOFILE"))
        try await site.remove()
    }

    @Test(
        "Without /proc it says so: no help text, no success",
        .enabled(if: geteuid() == 0, "needs root to hide /proc"),
        arguments: [["serve"], ["version"], ["config", "keys"]]
    )
    func noProc(_ command: [String]) async throws {
        let hidden = "mkdir -p \"$0\" && mount --bind \"$0\" /proc && exec \"$@\""
        let empty = try await ThrowawayDirectories.make()
        let outcome = try await Self.run(
            "unshare",
            ["-m", "--propagation", "private", "sh", "-c", hidden, empty],
            command
        )
        #expect(outcome.ending == .exited(2), "\(outcome.text) \(outcome.errors)")
        #expect(outcome.errors.contains("/proc is not mounted") && outcome.text.isEmpty)
        try ThrowawayDirectories.remove(empty)
    }

    @Test("An address that is no name of any machine is told with its setting, and in no words of a library")
    func unknownHost() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let process = try await site.launch(arguments: ["--hostname", "no-such-host.invalid"])
        #expect(await process.waitForExit(atMost: .seconds(60)) == .exited(2))
        await process.kill9()
        #expect(
            process.standardError.contains("http.hostname") && !process.standardError.contains("SocketAddressError")
        )
        try await site.remove()
    }

    @Test(
        "Words that are lost or too many are an error, and nothing is begun",
        arguments: [
            [], ["config"], ["database"], ["nonsense"], ["serve", "extra"], ["serve", "--nonsense"],
            ["serve", "--port"], ["serve", "--storage-root"],
            ["serve", "--port", "many"], ["serve", "--port", "70000"], ["upload"], ["rm"], ["fsck", "extra"],
            ["config", "nonsense"], ["version", "extra"], ["--nonsense"],
        ]
    )
    func lostWords(_ command: [String]) async throws {
        let directory = try await ThrowawayDirectories.make()
        try FileOperations.makeDirectory("\(directory)/empty", mode: 0o755)
        let launch = ChildProcess.Launch(
            try DaemonBinary.path(),
            command,
            environment: ["MEDIAD_STORAGE_ROOT": "\(directory)/root"],
            directory: "\(directory)/empty"
        )
        let outcome = try await ChildProcess.run(launch)
        #expect(outcome.ending != .exited(0), "\(outcome.text)")
        if case .signalled(let signal) = outcome.ending { Issue.record("it died of signal \(signal)") }
        #expect(!outcome.errors.isEmpty && outcome.text.isEmpty, "\(outcome.text)")
        #expect(FileNames.inside("\(directory)/empty") == [] && access("\(directory)/root", F_OK) != 0)
        try ThrowawayDirectories.remove(directory)
    }
}
