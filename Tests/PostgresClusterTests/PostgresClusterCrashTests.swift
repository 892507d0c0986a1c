import Glibc
import MediaTesting
import PostgresCluster
import Testing

/// What a start finds after a crash, and what supervision does about one.
@Suite(.serialized) struct PostgresClusterCrashTests {
    @Test func theServerOfAKilledDaemonIsReplaced() async throws {
        try await ClusterFixture.with { fixture in
            let first = try await fixture.open()
            _ = try await query("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)", first.connectionString)
            try await first.close()
            // What kill -9 leaves: a running server with another parent, and a free lock.
            try await startOrphan(fixture)
            let orphans = fixture.processes
            #expect(!orphans.isEmpty)

            let second = try await fixture.open()
            #expect(second.role == .supervisor)
            let postmaster = try #require(second.processID)
            #expect(!orphans.contains(postmaster))
            for orphan in orphans { #expect(!ServerProcesses.isAlive(orphan)) }
            #expect(try await query("SELECT n FROM kept", second.connectionString) == "7")
            try await second.close()
        }
    }

    @Test func theServerOfAKilledDaemonThatWasKilledTooIsNoObstacle() async throws {
        try await ClusterFixture.with { fixture in
            try await fixture.open().close()
            try await startOrphan(fixture)
            for process in fixture.processes { kill(process, SIGKILL) }
            #expect(PostmasterFile.read(dataDirectory: "\(fixture.directory)/data") != nil)
            let cluster = try await fixture.open()
            #expect(try await query("SELECT 1", cluster.connectionString) == "1")
            try await cluster.close()
        }
    }

    @Test func aStaleLockFileWhoseProcessIdWasReusedIsNoObstacle() async throws {
        try await ClusterFixture.with { fixture in
            let first = try await fixture.open()
            let data = "\(fixture.directory)/data"
            let run = try #require(SocketDirectory.locate(home: fixture.directory))
            let file = try FileOperations.read("\(data)/postmaster.pid", limit: 8192)
            let socketLock = try FileOperations.read("\(run)/\(SocketDirectory.socketName).lock", limit: 8192)
            try await first.close()

            // A process of the server's own account: PostgreSQL takes it for a live server ("lock file already exists").
            // Unique: it finds this statement among those of tests beside it.
            let marker = "\(UInt32.random(in: 100_000 ... 999_999))"
            try await fixture.orphan("/bin/sleep", [marker])
            // The shell's child has its own arguments only after exec.
            #expect(try await eventually { sleeper(marker) != nil })
            let stranger = try #require(sleeper(marker))
            defer { kill(stranger, SIGKILL) }
            for (path, text) in [
                ("\(data)/postmaster.pid", file), ("\(run)/\(SocketDirectory.socketName).lock", socketLock),
            ] {
                let rest = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
                try FileOperations.replace(path, with: "\(stranger)\n" + rest.joined(separator: "\n"), mode: 0o600)
                if ClusterFixture.isRoot {
                    #expect(try chown(path, fixture.account().userID, fixture.account().groupID) == 0)
                }
            }

            let second = try await fixture.open()
            #expect(try await query("SELECT 1", second.connectionString) == "1")
            #expect(ServerProcesses.isAlive(stranger), "a foreign process was harmed")
            try await second.close()
        }
    }

    @Test func aCrashInsideInitdbStartsOver() async throws {
        try await ClusterFixture.with { fixture in
            let account = try fixture.account()
            let left = "\(fixture.directory)/data.new-crashed"
            try FileOperations.makeDirectory(left, mode: 0o700, owner: account)
            try FileOperations.replace("\(left)/PG_VERSION", with: "15\n")
            // The initdb of the killed daemon may still be at work.
            let binaries = try await PostgresBinaries.find(configured: nil, required: nil)
            let busy = "\(fixture.directory)/data.new-busy"
            try FileOperations.makeDirectory(busy, mode: 0o700, owner: account)
            try await fixture.orphan(binaries.path(of: "initdb"), ["-D", busy, "--auth", "peer"])

            let cluster = try await fixture.open()
            #expect(try await query("SELECT 1", cluster.connectionString) == "1")
            #expect(FileOperations.names(in: fixture.directory).filter { $0.hasPrefix("data") } == ["data"])
            #expect(ServerProcesses.using(busy).isEmpty)
            try await cluster.close()
        }
    }

    @Test func aKilledPostmasterComesBackWhileSupervised() async throws {
        try await ClusterFixture.with { fixture in
            let cluster = try await fixture.open()
            let supervision = Task { try await cluster.run() }
            for _ in 0..<2 {
                let before = try #require(cluster.processID)
                kill(before, SIGKILL)
                #expect(
                    try await eventually(within: .seconds(30)) {
                        guard let now = cluster.processID, now != before else { return false }
                        return (try? await query("SELECT 1", cluster.connectionString)) == "1"
                    }
                )
            }
            try await cluster.close()
            try await supervision.value
        }
    }

    @Test func closeDuringARestartLeavesNothingRunning() async throws {
        try await ClusterFixture.with { fixture in
            for delay in [0, 150, 250, 400] {
                let cluster = try await fixture.open()
                let supervision = Task { try await cluster.run() }
                kill(try #require(cluster.processID), SIGKILL)
                // Pause: the instant within the restart is the subject.
                try await Task.sleep(for: .milliseconds(delay))
                try await cluster.close()
                try await supervision.value
                // The children of a killed postmaster go by themselves, in a moment.
                #expect(try await eventually { fixture.processes.isEmpty }, "after \(delay) ms")
            }
        }
    }

    @Test func cancellingSupervisionReturnsAndCloseStillStops() async throws {
        try await ClusterFixture.with { fixture in
            let cluster = try await fixture.open()
            let supervision = Task { try await cluster.run() }
            supervision.cancel()
            try await supervision.value
            #expect(try await query("SELECT 1", cluster.connectionString) == "1")
            try await cluster.close()
        }
    }

    @Test func aServerThatCannotStartSaysWhy() async throws {
        try await ClusterFixture.with { fixture in
            fixture.configuration.settings = ["shared_buffers": "nonsense"]
            let error = await #expect(throws: PostgresClusterError.self) { try await fixture.open() }
            #expect(error?.code == .startFailed)
            #expect(error?.message.contains("invalid value for parameter \"shared_buffers\"") == true)
            #expect(fixture.processes.isEmpty)
            // The lock was given back.
            fixture.configuration.settings = [:]
            try await fixture.open().close()
        }
    }

    private func startOrphan(_ fixture: ClusterFixture) async throws {
        let binaries = try await PostgresBinaries.find(configured: nil, required: nil)
        let run = try #require(SocketDirectory.locate(home: fixture.directory))
        let data = "\(fixture.directory)/data"
        let settings = ServerSettings.make(socketDirectory: run, home: fixture.directory, overrides: [:])
        try await fixture.orphan(
            binaries.path(of: "postgres"),
            ["-D", data] + settings.flatMap { ["-c", "\($0.key)=\($0.value)"] }
        )
        #expect(try await eventually { PostmasterFile.isReady(dataDirectory: data) })
    }

    private func sleeper(_ marker: String) -> Int32? {
        FileOperations.names(in: "/proc").compactMap { Int32($0) }.first {
            (try? FileOperations.read("/proc/\($0)/cmdline", limit: 256)) == "/bin/sleep\0\(marker)\0"
        }
    }
}
