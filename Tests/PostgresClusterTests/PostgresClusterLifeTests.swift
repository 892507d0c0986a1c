import Glibc
import MediaTesting
import PostgresCluster
import Testing

/// Starting, using and stopping a cluster when nothing goes wrong.
@Suite(.serialized) struct PostgresClusterLifeTests {
    @Test func firstStartMakesTheDatabaseAndTheSecondKeepsIt() async throws {
        try await ClusterFixture.with { fixture in
            let first = try await fixture.open()
            #expect(first.role == .supervisor)
            #expect(
                try await query("SELECT current_user || '@' || current_database()", first.connectionString)
                    == "mediad@mediad"
            )
            #expect(try await query("SHOW server_encoding", first.connectionString) == "UTF8")
            #expect(try await query("SHOW data_checksums", first.connectionString) == "on")
            #expect(try await query("SHOW listen_addresses", first.connectionString) == "")
            _ = try await query("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)", first.connectionString)
            try await first.close()
            #expect(fixture.processes.isEmpty)

            let second = try await fixture.open()
            #expect(second.connectionString == first.connectionString)
            #expect(try await query("SELECT n FROM kept", second.connectionString) == "7")
            try await second.close()
            try await second.close()
            #expect(fixture.processes.isEmpty)
        }
    }

    @Test func noServerProcessEverRunsAsRoot() async throws {
        try await ClusterFixture.with { fixture in
            let cluster = try await fixture.open()
            let processes = fixture.processes
            #expect(processes.count > 3)
            for process in processes {
                // A worker may end between the listing and the look.
                guard let ids = try? userIDs(of: process) else { continue }
                #expect(ids.count == 4 && !ids.contains(0), "process \(process) runs as \(ids)")
            }
            // In a session of its own, or a terminal's Ctrl-C would stop the database before the daemon has drained.
            let postmaster = try #require(cluster.processID)
            #expect(getsid(postmaster) == postmaster)
            try await cluster.close()
        }
    }

    @Test func noPortIsOpen() async throws {
        try await ClusterFixture.with { fixture in
            let cluster = try await fixture.open()
            let sockets = try await query(
                "SELECT count(*) FROM pg_stat_activity WHERE client_addr IS NOT NULL",
                cluster.connectionString
            )
            #expect(sockets == "0")
            let tcp = try? await query(
                "SELECT 1",
                "host=127.0.0.1 port=5432 user=mediad dbname=mediad connect_timeout=3"
            )
            #expect(tcp == nil)
            try await cluster.close()
        }
    }

    @Test func closeEndsAnIdleSessionAndARunningStatement() async throws {
        try await ClusterFixture.with { fixture in
            let cluster = try await fixture.open()
            let text = cluster.connectionString
            let sleeper = Task { try await query("SELECT pg_sleep(60)", text) }
            #expect(
                try await eventually {
                    try await query(
                        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(6%' AND state='active' AND pid <> pg_backend_pid()",
                        text
                    ) == "1"
                }
            )
            try await cluster.close()
            // It did not wait for the statement, which would have taken a minute and succeeded.
            await #expect(throws: PostgresClusterError.self) { try await sleeper.value }
        }
    }

    @Test func aLongPathPutsTheSocketElsewhereAndGuestsFindIt() async throws {
        let long = String(repeating: "a-rather-long-name-", count: 8) + ",with 'odd' \"characters\""
        try await ClusterFixture.with(name: long) { fixture in
            let daemon = try await fixture.open()
            #expect(!daemon.connectionString.contains("rather-long"))
            let guest = try await fixture.open(.maintenance)
            #expect(guest.role == .guest)
            #expect(guest.connectionString == daemon.connectionString)
            #expect(try await query("SELECT 1", guest.connectionString) == "1")
            let outside = try #require(SocketDirectory.locate(home: fixture.directory))
            #expect(FileOperations.status(outside)?.permissions == 0o700)
            try await daemon.close()
            #expect(FileOperations.status(outside) == nil)
        }
    }

    @Test func oddCharactersInThePathWork() async throws {
        try await ClusterFixture.with(name: "it's \\ a \"root\" ü") { fixture in
            let cluster = try await fixture.open()
            #expect(try await query("SELECT 1", cluster.connectionString) == "1")
            try await cluster.close()
        }
    }

    @Test func operatorSettingsApplyButNotToAccess() async throws {
        try await ClusterFixture.with { fixture in
            fixture.configuration.settings = ["work_mem": "5MB", "listen_addresses": "*", "hba_file": "/dev/null"]
            let cluster = try await fixture.open()
            #expect(try await query("SHOW work_mem", cluster.connectionString) == "5MB")
            #expect(try await query("SHOW listen_addresses", cluster.connectionString) == "")
            try await cluster.close()
        }
    }

    @Test(.enabled(if: ClusterFixture.isRoot, "needs root to act as another user"))
    func anotherLocalUserGetsInNeitherByTheDirectoryNorByTheSocket() async throws {
        try await ClusterFixture.with { fixture in
            let cluster = try await fixture.open()
            let stranger = try ServerAccount.resolve(preferred: "nobody")
            #expect(stranger.name == "nobody")
            let run = try #require(SocketDirectory.locate(home: fixture.directory))
            let closed = await #expect(throws: PostgresClusterError.self) {
                try await query("SELECT 1", cluster.connectionString, as: stranger)
            }
            #expect(closed?.message.contains("Permission denied") == true)
            // Even with both doors open, the kernel says who is there.
            #expect(chmod(run, 0o755) == 0 && chmod("\(run)/\(SocketDirectory.socketName)", 0o777) == 0)
            let refused = await #expect(throws: PostgresClusterError.self) {
                try await query("SELECT 1", cluster.connectionString, as: stranger)
            }
            #expect(refused?.message.contains("Peer authentication failed") == true)
            try await cluster.close()
        }
    }

    @Test func cancellingTheFirstStartLeavesNothingRunningOrHalfMade() async throws {
        try await ClusterFixture.with { fixture in
            for delay in [0, 100, 300, 500] {
                let configuration = fixture.configuration
                let start = Task {
                    try await PostgresCluster.open(configuration, purpose: .daemon, logger: ClusterFixture.quiet)
                }
                // Pause: the instant of the cancellation is the subject.
                try await Task.sleep(for: .milliseconds(delay))
                start.cancel()
                if let cluster = try? await start.value { try await cluster.close() }
                #expect(ServerProcesses.using(fixture.directory).isEmpty, "after \(delay) ms")
            }
            let cluster = try await fixture.open()
            #expect(FileOperations.names(in: fixture.directory).filter { $0.hasPrefix("data") } == ["data"])
            #expect(try await query("SELECT 1", cluster.connectionString) == "1")
            try await cluster.close()
        }
    }

    @Test func cancellingAStartLeavesNothingRunning() async throws {
        try await ClusterFixture.with { fixture in
            let made = try await fixture.open()
            try await made.close()
            for delay in [0, 5, 20, 60, 120] {
                let configuration = fixture.configuration
                let start = Task {
                    try await PostgresCluster.open(configuration, purpose: .daemon, logger: ClusterFixture.quiet)
                }
                // Pause: the instant of the cancellation is the subject.
                try await Task.sleep(for: .milliseconds(delay))
                start.cancel()
                if let cluster = try? await start.value { try await cluster.close() }
                #expect(fixture.processes.isEmpty, "after \(delay) ms")
            }
            let again = try await fixture.open()
            try await again.close()
        }
    }
}
