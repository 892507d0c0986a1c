import MediaTesting
import Postgres
import Testing

@Suite("Cancellation and time-outs")
struct CancellationTests {
    @Test("Cancelling the task ends the statement on the server, and the connection serves on")
    func cancelTask() async throws {
        try await withClient {
            $0.maximumConnections = 2
        } _: { client async throws in
            let before = try await client.value("SELECT pg_backend_pid()", as: Int.self)
            let task = Task { try await client.query("SELECT pg_sleep(60) /* victim */") }
            #expect(try await eventually { try await client.activeStatements(marker: "victim") == 1 })
            task.cancel()
            // Before the statement's minute is over: it would succeed then.
            let error = await postgresError { try await task.value }
            #expect(error?.code == .cancelled)
            #expect(try await client.activeStatements(marker: "victim") == 0)
            let processes = try await client.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()",
                as: Int.self
            )
            #expect(try #require(processes) <= 2)
            #expect(before != nil)
        }
    }

    @Test("A statement that takes too long is ended on the server, and its connection serves on")
    func timeout() async throws {
        try await withClient { configuration in
            configuration.maximumConnections = 1
            configuration.statementTimeout = .seconds(2)
        } _: { client async throws in
            let before = try await client.value("SELECT pg_backend_pid()", as: Int.self)
            let error = await postgresError { try await client.query("SELECT pg_sleep(60)") }
            #expect(error?.code == .timeout)
            #expect(error?.sqlState == "57014")
            #expect(error?.commitOutcomeUnknown == false)
            #expect(try await client.value("SELECT pg_backend_pid()", as: Int.self) == before)
            #expect(try await client.activeStatements(marker: "pg_sleep") == 0)
        }
    }

    @Test("A statement whose rows come and come, close together, is ended in time, too")
    func timeoutOfALongAnswer() async throws {
        try await withClient { configuration in
            configuration.maximumConnections = 1
            configuration.statementTimeout = .seconds(2)
        } _: { client async throws in
            let error = await postgresError {
                // Each row is a piece of its own, less than a millisecond after the one before; all of them take minutes.
                try await client.query("SELECT repeat('x', 9000), pg_sleep(0.0003) FROM generate_series(1, 500000)")
            }
            #expect(error?.code == .timeout)
            #expect(try await client.value("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("A cancellation never hits the next statement")
    func noStrayCancellation() async throws {
        try await withClient {
            $0.maximumConnections = 1
        } _: { client async throws in
            for round in 0..<200 {
                let task = Task { try await client.query("SELECT pg_sleep(0.0005)") }
                if round.isMultiple(of: 2) { await Task.yield() }
                // Pause: the instant of the cancellation is what differs from round to round.
                try await Task.sleep(for: .microseconds(round * 10))
                task.cancel()
                let error = await postgresError { try await task.value }
                #expect(error == nil || error?.code == .cancelled)
                #expect(try await client.value("SELECT \(round)", as: Int.self) == round)
            }
        }
    }

    @Test(
        "Callers that are cancelled at the moment when they are handed a connection stop nobody",
        .timeLimit(.minutes(1))
    )
    func cancelledWhileHandedOver() async throws {
        try await withClient {
            $0.maximumConnections = 1
        } _: { client async throws in
            for round in 0..<1500 {
                let tasks = (0..<8).map { _ in Task { try await client.query("SELECT 1") } }
                for (index, task) in tasks.enumerated() {
                    if (index + round).isMultiple(of: 3) { await Task.yield() }
                    task.cancel()
                }
                for task in tasks { _ = await task.result }
            }
            #expect(try await client.value("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("A task that is cancelled already sends nothing")
    func cancelledBeforehand() async throws {
        try await withClient { client async throws in
            _ = try await client.query("CREATE TABLE t (a int)")
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return await postgresError { try await client.query("INSERT INTO t VALUES (1)") }
            }
            task.cancel()
            #expect(await task.value?.code == .cancelled)
            #expect(try await client.value("SELECT count(*) FROM t", as: Int.self) == 0)
        }
    }

    @Test("Cancelled in the middle of a transaction, nothing of it stays")
    func cancelTransaction() async throws {
        try await withClient {
            $0.maximumConnections = 2
        } _: { client async throws in
            _ = try await client.query("CREATE TABLE t (a int)")
            let task = Task {
                try await client.withTransaction { connection in
                    _ = try await connection.query("INSERT INTO t VALUES (1)")
                    _ = try await connection.query("SELECT pg_sleep(60) /* victim */")
                }
            }
            #expect(try await eventually { try await client.activeStatements(marker: "victim") == 1 })
            task.cancel()
            #expect(await postgresError { try await task.value }?.code == .cancelled)
            #expect(try await client.value("SELECT count(*) FROM t", as: Int.self) == 0)
            let open: PostgresQuery = """
                SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'
                """
            #expect(try await client.value(open, as: Int.self) == 0)
        }
    }

    @Test("A body that ignores the cancellation still does not commit")
    func swallowedCancellation() async throws {
        try await withClient { client async throws in
            _ = try await client.query("CREATE TABLE t (a int)")
            let task = Task {
                try await client.withTransaction { connection in
                    _ = try await connection.query("INSERT INTO t VALUES (1)")
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }
            #expect(await postgresError { try await task.value }?.code == .cancelled)
            #expect(try await client.value("SELECT count(*) FROM t", as: Int.self) == 0)
        }
    }

    @Test("A waiter that is cancelled leaves the queue at once")
    func cancelWaiter() async throws {
        try await withClient {
            $0.maximumConnections = 1
        } _: { client async throws in
            try await client.withConnection { _ in
                let waiter = Task { try await client.query("SELECT 1") }
                let isWaiting = try await eventually { client.usage.waiters == 1 }
                #expect(isWaiting)
                waiter.cancel()
                // While the only connection is still lent.
                #expect(await postgresError { try await waiter.value }?.code == .cancelled)
                #expect(client.usage.waiters == 0)
            }
            #expect(try await client.value("SELECT 1", as: Int.self) == 1)
        }
    }
}
