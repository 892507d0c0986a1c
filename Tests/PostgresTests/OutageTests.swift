import MediaTesting
import Postgres
import Testing

@Suite("A server that goes away")
struct OutageTests {
    @Test("Killed under a running statement, the client says so, then that it is down, and works again by itself")
    func killAndRestart() async throws {
        // With the default durability: the table must outlive the crash.
        let cluster = try await ThrowawayPostgres.make()
        let connectionString = try await cluster.createDatabase()
        try await withClient(of: connectionString) {
            $0.acquireTimeout = .seconds(3)
        } _: { client async throws in
            _ = try await client.query("CREATE TABLE t (a int)")
            let busy = Task { try await client.query("SELECT pg_sleep(60) /* busy */") }
            #expect(try await eventually { try await client.activeStatements(marker: "busy") == 1 })
            await cluster.kill9()
            // The orphaned backends notice sooner or later that their postmaster is gone, or are ended by the next start.
            var down: PostgresError?
            let isNoticed = try await eventually(within: .seconds(10)) {
                down = await postgresError { try await client.query("SELECT 1") }
                return down != nil
            }
            #expect(isNoticed)
            #expect(down?.isConnectionProblem == true)
            try await cluster.start()
            #expect(await postgresError { try await busy.value }?.code == .connectionLost)
            let back = await eventuallyWithoutError {
                try await client.query("INSERT INTO t VALUES (1)").affectedRows == 1
            }
            #expect(back)
        }
        try await cluster.remove()
    }

    /// Like `eventually`, and an error is one more "not yet".
    private func eventuallyWithoutError(_ condition: () async throws -> Bool) async -> Bool {
        let result = try? await eventually { (try? await condition()) ?? false }
        return result ?? false
    }

    @Test("After a restart idle connections are replaced without an error")
    func staleConnections() async throws {
        let cluster = try await ThrowawayPostgres.make(settings: ThrowawayPostgres.fast)
        let connectionString = try await cluster.createDatabase()
        try await withClient(of: connectionString) {
            $0.maximumConnections = 4
        } _: { client async throws in
            for _ in 0..<3 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 { group.addTask { _ = try await client.query("SELECT pg_sleep(0.05)") } }
                    try await group.waitForAll()
                }
                await cluster.stop()
                try await cluster.start()
                #expect(try await client.value("SELECT 1", as: Int.self) == 1)
                #expect(try await client.withTransaction { try await $0.query("SELECT 1").rows.count } == 1)
            }
        }
        try await cluster.remove()
    }

    @Test("While the server is down, callers hear it soon and the server is not hammered")
    func serverDown() async throws {
        let cluster = try await ThrowawayPostgres.make(settings: ThrowawayPostgres.fast)
        let connectionString = try await cluster.createDatabase()
        await cluster.stop()
        try await withClient(of: connectionString) {
            $0.acquireTimeout = .seconds(3)
        } _: { client async throws in
            let start = ContinuousClock.now
            let errors = await withTaskGroup(of: PostgresError?.self) { group in
                for _ in 0..<100 { group.addTask { await postgresError { try await client.query("SELECT 1") } } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(errors.allSatisfy { $0?.code == .connectionFailed })
            // Clock: acquireTimeout, 3 s, bounds how long a caller waits for the news.
            #expect(ContinuousClock.now - start < .seconds(5))
            // Each call now waits for an attempt after the pause; in the worst case that is 2 s, so within its time-out.
            for _ in 0..<8 {
                #expect(await postgresError { try await client.query("SELECT 1") }?.code == .connectionFailed)
            }
            // Clock: the pauses are what spares the server. 50, 100, 200, ... ms at least halved: eight attempts cannot take less.
            #expect(ContinuousClock.now - start > .seconds(2))
            try await cluster.start()
            #expect(try await client.value("SELECT 1", as: Int.self) == 1)
        }
        try await cluster.remove()
    }

    @Test("An idle connection that the server ends is replaced without an error, every time")
    func terminatedIdle() async throws {
        try await withClient {
            $0.maximumConnections = 2
        } _: { client async throws in
            for round in 0..<30 {
                let pid = try #require(try await client.value("SELECT pg_backend_pid()", as: Int32.self))
                try await ThrowawayPostgres.shared().execute("SELECT pg_terminate_backend(\(pid), 5000)")
                #expect(try await client.value("SELECT \(round)", as: Int.self) == round)
            }
        }
    }

    @Test("A busy connection that the server ends fails its statement once and is replaced")
    func terminatedBusy() async throws {
        try await withClient { client async throws in
            for _ in 0..<10 {
                let error = await postgresError {
                    try await client.query("SELECT pg_terminate_backend(pg_backend_pid())")
                }
                #expect(error?.code == .connectionLost)
                #expect(error?.sqlState == "57P01")
                let next = try await client.value("SELECT 1", as: Int.self)
                #expect(next == 1)
            }
        }
    }

    @Test("A transaction whose connection is ended between two statements fails and leaves nothing")
    func terminatedInTransaction() async throws {
        try await withClient { client async throws in
            _ = try await client.query("CREATE TABLE t (a int)")
            let error = await postgresError {
                try await client.withTransaction { connection in
                    _ = try await connection.query("INSERT INTO t VALUES (1)")
                    let pid = await connection.processID
                    _ = try await client.query("SELECT pg_terminate_backend(\(pid), 5000)")
                    _ = try await connection.query("INSERT INTO t VALUES (2)")
                }
            }
            #expect(error?.code == .connectionLost)
            #expect(error?.commitOutcomeUnknown == false)
            #expect(try await client.value("SELECT count(*) FROM t", as: Int.self) == 0)
        }
    }

    @Test("What is wrong for good is reported as it is")
    func hopeless() async throws {
        let cluster = try await ThrowawayPostgres.shared()
        try await withClient(of: cluster.connectionString(database: "no_such_database")) { client async throws in
            let error = await postgresError { try await client.query("SELECT 1") }
            #expect(error?.code == .connectionFailed)
            #expect(error?.message.contains("no_such_database") == true)
            #expect(error?.sqlState == "3D000")
        }
        try await withClient(of: "host=/nonexistent dbname=x") { client async throws in
            #expect(await postgresError { try await client.query("SELECT 1") }?.code == .connectionFailed)
        }
    }
}
