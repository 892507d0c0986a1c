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
