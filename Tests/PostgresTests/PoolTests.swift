import MediaTesting
import Postgres
import Synchronization
import Testing

@Suite("The pool")
struct PoolTests {
    @Test("200 queries at once over 4 connections")
    func concurrency() async throws {
        try await withClient {
            $0.maximumConnections = 4
        } _: { client async throws in
            let results = try await withThrowingTaskGroup(of: (Int, Int, Int).self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let row = try await client.query("SELECT \(number) AS n, pg_backend_pid() AS p").rows.first
                        return (number, try #require(row).decode("n"), try #require(row).decode("p"))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.count == 200)
            #expect(results.allSatisfy { $0.0 == $0.1 })
            #expect(Set(results.map { $0.2 }).count <= 4)
        }
    }

    @Test("One caller too many is refused at once, the others are served")
    func waiterBound() async throws {
        try await withClient { configuration in
            configuration.maximumConnections = 1
            configuration.maximumWaiters = 3
        } _: { client async throws in
            let waiters = try await client.withConnection { _ in
                let waiters = (0..<3).map { number in
                    Task { try await client.value("SELECT \(number)", as: Int.self) }
                }
                let areWaiting = try await eventually { client.usage.waiters == 3 }
                #expect(areWaiting)
                #expect(client.usage.leasedConnections == 1)
                let error = await postgresError { try await client.query("SELECT 1") }
                #expect(error?.code == .poolExhausted)
                return waiters
            }
            for (number, waiter) in waiters.enumerated() {
                let value = try await waiter.value
                #expect(value == number)
            }
        }
    }

    @Test("Waiting for a connection ends after acquireTimeout")
    func acquireTimeout() async throws {
        try await withClient { configuration in
            configuration.maximumConnections = 1
            configuration.acquireTimeout = .seconds(2)
        } _: { client async throws in
            try await client.withConnection { connection in
                // Nested use of a pool of one: an error while the connection is still lent, not a deadlock.
                let error = await postgresError { try await client.query("SELECT 1") }
                #expect(error?.code == .poolExhausted)
                #expect(error?.isConnectionProblem == true)
                let rows = try await connection.query("SELECT 1").rows
                #expect(rows.count == 1)
            }
            #expect(try await client.value("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("Nested use takes a second connection")
    func nested() async throws {
        try await withClient {
            $0.maximumConnections = 2
        } _: { client async throws in
            let different = try await client.withTransaction { outer in
                let first = await outer.processID
                return try await client.withTransaction { inner in await inner.processID != first }
            }
            #expect(different)
        }
    }

    @Test("Several tasks on one connection take turns")
    func oneConnection() async throws {
        try await withClient { client async throws in
            let numbers = try await client.withConnection { connection in
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<50 {
                        group.addTask {
                            let rows = try await connection.query("SELECT \(number) FROM pg_sleep(0.001)").rows
                            return try #require(rows.first).decode(at: 0)
                        }
                    }
                    return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
                }
            }
            #expect(numbers == Set(0..<50))
        }
    }

    @Test("A connection used after its closure is refused")
    func released() async throws {
        try await withClient { client async throws in
            let leaked = Mutex<PostgresConnection?>(nil)
            try await client.withConnection { connection in leaked.withLock { $0 = connection } }
            let connection = try #require(leaked.withLock { $0 })
            #expect(await postgresError { try await connection.query("SELECT 1") }?.code == .connectionReleased)
        }
    }

    @Test("A transaction left open by hand does not reach the next caller")
    func leftOpen() async throws {
        try await withClient {
            $0.maximumConnections = 1
        } _: { client async throws in
            _ = try await client.query("CREATE TABLE t (a int)")
            try await client.withConnection { connection in
                _ = try await connection.query("BEGIN")
                _ = try await connection.query("INSERT INTO t VALUES (1)")
            }
            _ = try await client.query("BEGIN")
            #expect(try await client.value("SELECT count(*) FROM t", as: Int.self) == 0)
            // Inside a transaction both would keep the time of its begin.
            let first = try await client.value("SELECT now()", as: PostgresTimestamp.self)
            let second = try await client.value("SELECT now()", as: PostgresTimestamp.self)
            #expect(first != second)
        }
    }

    @Test("run() ends with its cancellation and closes the client")
    func run() async throws {
        let connectionString = try await ThrowawayPostgres.shared().createDatabase()
        try await withClient(of: connectionString) { observer in
            try await withClient(of: connectionString) {
                $0.keepAliveInterval = .milliseconds(20)
            } _: { client async throws in
                let service = Task { try await client.run() }
                let first = try #require(try await client.value("SELECT pg_backend_pid()", as: Int.self))
                try await observer.expectStatements(5, ofSession: first)
                #expect(try await client.value("SELECT pg_backend_pid()", as: Int.self) == first)
                service.cancel()
                try await service.value
                #expect(await postgresError { try await client.query("SELECT 1") }?.code == .poolClosed)
            }
        }
    }

    @Test("Connections that nobody needs are closed")
    func idleTimeout() async throws {
        let connectionString = try await ThrowawayPostgres.shared().createDatabase()
        // Looks from outside: a look through the connection itself would use it.
        try await withClient(of: connectionString) { observer in
            try await withClient(of: connectionString) { configuration in
                configuration.keepAliveInterval = .milliseconds(20)
                configuration.idleTimeout = .milliseconds(200)
            } _: { client async throws in
                let service = Task { try await client.run() }
                defer { service.cancel() }
                let first = try #require(try await client.value("SELECT pg_backend_pid()", as: Int.self))
                // Although it is probed many times before.
                let isClosed = try await eventually {
                    try await observer.value(
                        "SELECT count(*) FROM pg_stat_activity WHERE pid = \(first)",
                        as: Int.self
                    ) == 0
                }
                #expect(isClosed)
                #expect(client.usage.connections == 0)
            }
        }
    }

    @Test("close() lets short work end, cuts long work off, and refuses new work")
    func close() async throws {
        try await withClient {
            $0.maximumConnections = 3
            $0.closeTimeout = .milliseconds(500)
        } _: { client async throws in
            let short = Task { try await client.query("SELECT pg_sleep(0.1) /* short */") }
            let long = Task { try await client.query("SELECT pg_sleep(60) /* long */") }
            let isRunning = try await eventually { try await client.activeStatements(marker: "long */") == 1 }
            #expect(isRunning)
            async let closing: Void = client.close()
            #expect(await postgresError { try await short.value } == nil)
            #expect(await postgresError { try await long.value }?.code == .poolClosed)
            // It did not wait for the long one, which would have taken a minute and succeeded.
            await closing
            #expect(await postgresError { try await client.query("SELECT 1") }?.code == .poolClosed)
            await client.close()
        }
    }

    @Test("close() returns although a body never gives its connection back")
    func closeBesideStuckBody() async throws {
        try await withClient {
            $0.closeTimeout = .milliseconds(100)
        } _: { client async throws in
            let (stream, release) = AsyncStream.makeStream(of: Void.self)
            let (entered, enter) = AsyncStream.makeStream(of: Void.self)
            let stuck = Task {
                try await client.withConnection { _ in
                    enter.finish()
                    for await _ in stream {}
                }
            }
            for await _ in entered {}
            await client.close()
            release.finish()
            try await stuck.value
        }
    }
}
