import Glibc
import MediaTesting
import PostgresCluster
import Testing

/// Several processes and one storage root. A lock is bound to its open file, so one process can play all of them.
@Suite(.serialized) struct PostgresClusterSharingTests {
    @Test func aSecondDaemonIsRefusedAtOnce() async throws {
        try await ClusterFixture.with { fixture in
            let daemon = try await fixture.open()
            let error = await #expect(throws: PostgresClusterError.self) { try await fixture.open() }
            #expect(error?.code == .alreadyRunning)
            #expect(error?.message.contains("process id \(getpid())") == true)
            #expect(error?.message.contains(fixture.directory) == true)
            #expect(try await query("SELECT 1", daemon.connectionString) == "1")
            try await daemon.close()
        }
    }

    @Test func maintenanceBesideADaemonIsAGuestAndStopsNothing() async throws {
        try await ClusterFixture.with { fixture in
            let daemon = try await fixture.open()
            let guest = try await fixture.open(.maintenance)
            #expect(guest.role == .guest)
            #expect(guest.processID == nil)
            #expect(try await query("SELECT 1", guest.connectionString) == "1")
            try await guest.close()
            #expect(try await query("SELECT 1", daemon.connectionString) == "1")
            try await daemon.close()
        }
    }

    @Test func manyMaintenanceCommandsAtOnceHaveOneSupervisor() async throws {
        try await ClusterFixture.with { fixture in
            let configuration = fixture.configuration
            let clusters = try await withThrowingTaskGroup(of: PostgresCluster.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await PostgresCluster.open(
                            configuration,
                            purpose: .maintenance,
                            logger: ClusterFixture.quiet
                        )
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(clusters.filter { $0.role == .supervisor }.count == 1)
            for cluster in clusters { #expect(try await query("SELECT 1", cluster.connectionString) == "1") }
            for cluster in clusters { try await cluster.close() }
            #expect(fixture.processes.isEmpty)
        }
    }

    @Test func aDaemonWaitsForMaintenanceAndTakesOver() async throws {
        try await ClusterFixture.with { fixture in
            let maintenance = try await fixture.open(.maintenance)
            #expect(maintenance.role == .supervisor)
            let configuration = fixture.configuration
            let daemon = Task {
                try await PostgresCluster.open(configuration, purpose: .daemon, logger: ClusterFixture.quiet)
            }
            // The daemon cannot have got in: the lock is ours.
            #expect(try await query("SELECT 1", maintenance.connectionString) == "1")
            try await maintenance.close()
            let cluster = try await daemon.value
            #expect(cluster.role == .supervisor)
            try await cluster.close()
        }
    }

    @Test func aDaemonIsRefusedWhenMaintenanceTakesTooLong() async throws {
        try await ClusterFixture.with { fixture in
            let maintenance = try await fixture.open(.maintenance)
            fixture.configuration.maintenanceWait = .milliseconds(200)
            let error = await #expect(throws: PostgresClusterError.self) { try await fixture.open() }
            #expect(error?.code == .alreadyRunning)
            #expect(error?.message.contains("maintenance command with process id \(getpid())") == true)
            try await maintenance.close()
        }
    }

    @Test func maintenanceLetsAGuestFinish() async throws {
        try await ClusterFixture.with { fixture in
            let supervisor = try await fixture.open(.maintenance)
            let guest = try await fixture.open(.maintenance)
            let text = guest.connectionString
            let work = Task { try await query("SELECT pg_sleep(1), 'done'", text) }
            #expect(
                try await eventually {
                    try await query(
                        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%''done''' AND pid <> pg_backend_pid()",
                        text
                    ) == "1"
                }
            )
            try await supervisor.close()
            #expect(try await work.value == "|done")
        }
    }

    @Test func maintenanceGivesUpOnAServerThatIsNotGettingReady() async throws {
        try await ClusterFixture.with { fixture in
            try FileOperations.makeDirectory(fixture.directory, mode: 0o755)
            let lock = try #require(try SupervisorLock.acquire(in: fixture.directory, purpose: .daemon))
            fixture.configuration.startTimeout = .milliseconds(200)
            let error = await #expect(throws: PostgresClusterError.self) { try await fixture.open(.maintenance) }
            #expect(error?.code == .timeout)
            #expect(error?.message.contains("process id \(getpid())") == true)
            lock.release()
        }
    }
}
