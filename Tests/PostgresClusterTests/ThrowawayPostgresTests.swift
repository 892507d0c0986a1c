import Glibc
import MediaTesting
import PostgresCluster
import Testing

@Suite struct ThrowawayPostgresTests {
    @Test func theSharedClusterIsOneAndItsDatabasesAreMany() async throws {
        let cluster = try await ThrowawayPostgres.shared()
        let again = try await ThrowawayPostgres.shared()
        #expect(cluster.directory == again.directory)
        #expect(try await cluster.execute("SHOW fsync") == "off\n")
        let databases = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<4 { group.addTask { try await cluster.createDatabase() } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(databases.count == 4)
        for database in databases { #expect(try await query("SELECT 1", database) == "1") }
    }

    @Test func aKilledServerKeepsWhatWasCommittedAndStartsAgain() async throws {
        let cluster = try await ThrowawayPostgres.make()
        #expect(try await cluster.execute("SHOW fsync") == "on\n")
        let database = try await cluster.createDatabase()
        _ = try await query("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)", database)
        await cluster.kill9()
        await #expect(throws: PostgresClusterError.self) { try await query("SELECT 1", database) }
        try await cluster.start()
        #expect(try await query("SELECT n FROM kept", database) == "7")
        await cluster.stop()
        #expect(ServerProcesses.using(cluster.directory).isEmpty)
        try await cluster.start()
        #expect(try await query("SELECT n FROM kept", database) == "7")
        try await cluster.remove()
        #expect(FileOperations.status(cluster.directory) == nil)
    }
}
