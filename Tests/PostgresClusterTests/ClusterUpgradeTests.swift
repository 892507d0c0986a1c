import Glibc
import MediaTesting
import PostgresCluster
import Testing

@Suite("The upgrade of a cluster to another major version", .serialized, .timeLimit(.minutes(5)))
struct ClusterUpgradeTests {
    @Test("E1: the data are there afterwards, and the old files are kept", arguments: PostgresVersions.others)
    func upgrade(_ major: Int) async throws {
        let programs = try await PostgresVersions.programs(of: major)
        try await ClusterFixture.with { fixture in
            let old = try await fixture.open()
            let name = old.connectionString
            try await Self.psql(name, "CREATE TABLE kept (text text); INSERT INTO kept VALUES ('ä')")
            let version = try #require(PostgresBinaries.majorVersion(ofDataDirectory: "\(fixture.directory)/data"))
            try await old.close()
            fixture.configuration.binariesDirectory = programs
            let outcome = try await ClusterUpgrade(fixture.configuration, logger: ClusterFixture.quiet).run(
                oldBinaries: nil
            )
            #expect(outcome.old == version)
            #expect(outcome.new == major)
            #expect(outcome.kept.flatMap(PostgresBinaries.majorVersion) == version)
            #expect(PostgresBinaries.majorVersion(ofDataDirectory: "\(fixture.directory)/data") == major)
            let new = try await fixture.open()
            #expect(try await Self.psql(new.connectionString, "SELECT text FROM kept") == "ä\n")
            try await new.close()
            let again = try await ClusterUpgrade(fixture.configuration, logger: ClusterFixture.quiet).run(
                oldBinaries: nil
            )
            #expect(again.kept == nil)
        }
    }

    @Test("E1: also after a crash of the server, which pg_upgrade alone refuses")
    func crashed() async throws {
        let programs = try await PostgresVersions.programs(of: 17)
        try await ClusterFixture.with { fixture in
            let old = try await fixture.open()
            try await Self.psql(old.connectionString, "CREATE TABLE kept (text text); INSERT INTO kept VALUES ('ä')")
            for process in fixture.processes { kill(process, SIGKILL) }
            try await old.close()
            fixture.configuration.binariesDirectory = programs
            let outcome = try await ClusterUpgrade(fixture.configuration, logger: ClusterFixture.quiet).run(
                oldBinaries: nil
            )
            #expect(outcome.new == 17)
        }
    }

    @Test("E1: one that is in use is refused, and stays as it is")
    func inUse() async throws {
        let programs = try await PostgresVersions.programs(of: 17)
        try await ClusterFixture.with { fixture in
            let running = try await fixture.open()
            var configuration = fixture.configuration
            configuration.binariesDirectory = programs
            await #expect(throws: PostgresClusterError.self) {
                try await ClusterUpgrade(configuration, logger: ClusterFixture.quiet).run(oldBinaries: nil)
            }
            #expect(try await Self.psql(running.connectionString, "SELECT 1") == "1\n")
            try await running.close()
        }
    }

    @Test("E1: what a crash left around the exchange is ended by the next run, and nothing is lost")
    func crashedAtTheExchange() async throws {
        let programs = try await PostgresVersions.programs(of: 17)
        try await ClusterFixture.with { fixture in
            let old = try await fixture.open()
            try await Self.psql(old.connectionString, "CREATE TABLE kept (text text); INSERT INTO kept VALUES ('ä')")
            let version = try #require(PostgresBinaries.majorVersion(ofDataDirectory: "\(fixture.directory)/data"))
            try await old.close()
            fixture.configuration.binariesDirectory = programs
            let waiting = "\(fixture.directory)/data.upgraded"
            // Whatever it is, it is told before hours of copying.
            try FileOperations.makeDirectory(waiting, mode: 0o700)
            let refusal = await #expect(throws: PostgresClusterError.self) {
                _ = try await ClusterUpgrade(fixture.configuration, logger: ClusterFixture.quiet).run(oldBinaries: nil)
            }
            #expect(refusal?.message.contains("data.upgraded is in the way") == true)
            try FileOperations.removeTree(waiting)
            // Before the exchange: new files, which nobody has used yet.
            try FileOperations.makeDirectory(waiting, mode: 0o700)
            try FileOperations.replace("\(waiting)/PG_VERSION", with: "17\n")
            let outcome = try await ClusterUpgrade(fixture.configuration, logger: ClusterFixture.quiet).run(
                oldBinaries: nil
            )
            let kept = try #require(outcome.kept)
            #expect(PostgresBinaries.majorVersion(ofDataDirectory: kept) == version)
            #expect(FileOperations.status(waiting) == nil)
            // Behind it: the old files, which have no name of their own yet.
            try FileOperations.rename(kept, to: waiting)
            let ended = try await ClusterUpgrade(fixture.configuration, logger: ClusterFixture.quiet).run(
                oldBinaries: nil
            )
            #expect(ended.old == version && ended.new == 17 && ended.kept == kept)
            let new = try await fixture.open()
            #expect(try await Self.psql(new.connectionString, "SELECT text FROM kept") == "ä\n")
            try await new.close()
        }
    }

    @Test("E1: interrupted at any moment, it leaves the old database, no process and no copy")
    func interrupted() async throws {
        let programs = try await PostgresVersions.programs(of: 17)
        try await ClusterFixture.with { fixture in
            let first = try await fixture.open()
            try await Self.psql(first.connectionString, "CREATE TABLE kept (text text); INSERT INTO kept VALUES ('ä')")
            let version = PostgresBinaries.majorVersion(ofDataDirectory: "\(fixture.directory)/data")
            try await first.close()
            for seconds in [0.3, 1.5, 4] {
                var configuration = fixture.configuration
                configuration.binariesDirectory = programs
                let upgrade = ClusterUpgrade(configuration, logger: ClusterFixture.quiet)
                let run = Task { try await upgrade.run(oldBinaries: nil) }
                // Pause: the moment of the interruption; any will do.
                try await Task.sleep(for: .seconds(seconds))
                run.cancel()
                // A fast machine may be through.
                if case .success = await run.result { return }
                #expect(PostgresBinaries.majorVersion(ofDataDirectory: "\(fixture.directory)/data") == version)
                #expect(!FileOperations.names(in: fixture.directory).contains { $0.hasPrefix("data.") })
                #expect(fixture.processes.isEmpty)
            }
            let again = try await fixture.open()
            #expect(try await Self.psql(again.connectionString, "SELECT text FROM kept") == "ä\n")
            try await again.close()
        }
    }

    @Test("E1: what is in the way of the old files is told before anything is copied")
    func inTheWay() async throws {
        let programs = try await PostgresVersions.programs(of: 17)
        try await ClusterFixture.with { fixture in
            try await fixture.open().close()
            let version = try #require(PostgresBinaries.majorVersion(ofDataDirectory: "\(fixture.directory)/data"))
            fixture.configuration.binariesDirectory = programs
            try FileOperations.makeDirectory("\(fixture.directory)/data-\(version)", mode: 0o700)
            await #expect {
                try await ClusterUpgrade(fixture.configuration, logger: ClusterFixture.quiet).run(oldBinaries: nil)
            } throws: {
                ($0 as? PostgresClusterError)?.message.contains("data-\(version) is in the way") == true
            }
        }
    }

    @discardableResult
    private static func psql(_ connection: String, _ sql: String) async throws -> String {
        let outcome = try await ServerTool.run(
            "/usr/bin/psql",
            ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", connection, "-c", sql],
            as: nil,
            timeout: .seconds(30)
        )
        #expect(outcome.succeeded, "\(outcome.output)")
        return outcome.output
    }
}
