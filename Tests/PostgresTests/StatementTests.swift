import Postgres
import Testing

@Suite("Statements")
struct StatementTests {
    @Test("A server error carries what the server said")
    func errorFields() async throws {
        try await withClient { client async throws in
            try await client.withConnection {
                try await $0.execute(
                    script: """
                        CREATE SCHEMA s; CREATE TABLE s.t (id int CONSTRAINT t_id_key UNIQUE, n int NOT NULL);
                        INSERT INTO s.t VALUES (1, 1)
                        """
                )
            }
            let duplicate = await postgresError { try await client.query("INSERT INTO s.t VALUES (\(1), \(1))") }
            #expect(duplicate?.code == .server)
            #expect(duplicate?.sqlState == "23505")
            #expect(duplicate?.constraint == "t_id_key")
            #expect(duplicate?.schema == "s")
            #expect(duplicate?.table == "t")
            #expect(duplicate?.detail?.contains("(id)=(1)") == true)
            #expect(duplicate?.description.contains("(id)=(1)") == false)
            #expect(duplicate?.isConnectionProblem == false)
            #expect(duplicate?.commitOutcomeUnknown == false)
            let null = await postgresError { try await client.query("INSERT INTO s.t VALUES (2, NULL)") }
            #expect(null?.sqlState == "23502")
            #expect(null?.column == "n")
            let syntax = await postgresError { try await client.query("SELEC 1") }
            #expect(syntax?.sqlState == "42601")
            // The pool is as good as before.
            #expect(try await client.value("SELECT count(*) FROM s.t", as: Int.self) == 1)
        }
    }

    @Test("Affected rows, RETURNING, empty statements")
    func results() async throws {
        try await withClient { client async throws in
            _ = try await client.query("CREATE TABLE t (id int)")
            let inserted = try await client.query("INSERT INTO t SELECT generate_series(1, 5) RETURNING id")
            #expect(inserted.affectedRows == 5)
            #expect(try inserted.rows.map { try $0.decode("id", as: Int.self) } == [1, 2, 3, 4, 5])
            #expect(try await client.query("UPDATE t SET id = id WHERE id > \(3)").affectedRows == 2)
            #expect(try await client.query("DELETE FROM t WHERE false").affectedRows == 0)
            #expect(try await client.query("SELECT WHERE false").rows.isEmpty)
            #expect(try await client.query("").rows.isEmpty)
        }
    }

    @Test("A statement is prepared once per connection, and the oldest goes when there are too many")
    func preparedOnce() async throws {
        try await withClient { configuration in
            configuration.maximumConnections = 1
            configuration.statementCacheSize = 3
        } _: { client async throws in
            for number in 0..<20 {
                for _ in 0..<3 { _ = try await client.query("SELECT \(number), \(unescaped: "\(number)")") }
            }
            let prepared = try await client.value("SELECT count(*) FROM pg_prepared_statements", as: Int.self)
            // Three and the one that counts, which has not pushed the oldest out yet.
            #expect(try #require(prepared) <= 4)
            let uses: PostgresQuery =
                "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE '%19'"
            #expect(try await client.value(uses, as: Int.self) == 3)
        }
    }

    @Test("A change of the table under a prepared statement is survived")
    func changedPlan() async throws {
        try await withClient {
            $0.maximumConnections = 1
        } _: { client async throws in
            _ = try await client.query("CREATE TABLE t (a int)")
            _ = try await client.query("INSERT INTO t VALUES (1)")
            #expect(try await client.query("SELECT * FROM t").rows.first?.columns == ["a"])
            _ = try await client.query("ALTER TABLE t ADD b text")
            #expect(try await client.query("SELECT * FROM t").rows.first?.columns == ["a", "b"])
        }
    }

    @Test("Inside a transaction the change is reported, and the next transaction works")
    func changedPlanInTransaction() async throws {
        try await withClient {
            $0.maximumConnections = 1
        } _: { client async throws in
            _ = try await client.query("CREATE TABLE t (a int)")
            _ = try await client.query("SELECT * FROM t")
            _ = try await client.query("ALTER TABLE t ADD b text")
            let error = await postgresError {
                try await client.withTransaction { try await $0.query("SELECT * FROM t") }
            }
            #expect(error?.sqlState == "0A000")
            #expect(try await client.withTransaction { try await $0.query("SELECT * FROM t").rows.count } == 0)
        }
    }

    @Test("Prepared statements that the server has dropped are prepared again")
    func discardAll() async throws {
        try await withClient { configuration in
            configuration.maximumConnections = 1
            configuration.statementCacheSize = 2
        } _: { client async throws in
            for _ in 0..<3 {
                #expect(try await client.value("SELECT \(7)", as: Int.self) == 7)
                try await client.withConnection { try await $0.execute(script: "DISCARD ALL") }
            }
            // Dropped names are also pushed out of the cache without harm.
            for number in 0..<5 {
                #expect(try await client.value("SELECT \(unescaped: "\(number)")", as: Int.self) == number)
            }
        }
    }

    @Test("COPY is refused and costs one connection, not the client")
    func copy() async throws {
        try await withClient {
            $0.maximumConnections = 1
        } _: { client async throws in
            _ = try await client.query("CREATE TABLE t (a int)")
            #expect(await postgresError { try await client.query("COPY t TO STDOUT") }?.code == .unsupported)
            #expect(await postgresError { try await client.query("COPY t FROM STDIN") }?.code == .unsupported)
            #expect(try await client.value("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("A script runs whole or not at all")
    func script() async throws {
        try await withClient { client async throws in
            let error = await postgresError {
                try await client.withConnection {
                    try await $0.execute(script: "CREATE TABLE a (); CREATE TABLE b (c nope)")
                }
            }
            #expect(error?.sqlState == "42704")
            #expect(try await client.value("SELECT to_regclass('a') IS NULL", as: Bool.self) == true)
        }
    }

    @Test("Large results arrive whole")
    func largeResult() async throws {
        try await withClient { client async throws in
            let result = try await client.query("SELECT i, repeat('x', 1000) AS x FROM generate_series(1, 20000) AS i")
            #expect(result.rows.count == 20_000)
            let sum = try result.rows.reduce(0) { try $0 + $1.decode("i", as: Int.self) }
            #expect(sum == 200_010_000)
        }
    }

    @Test("The name of the application and the time-out are known to the server")
    func settings() async throws {
        try await withClient { configuration in
            configuration.applicationName = "mediad's test"
            configuration.statementTimeout = .milliseconds(12_345)
        } _: { client async throws in
            #expect(try await client.value("SHOW application_name") == "mediad's test")
            #expect(try await client.value("SHOW statement_timeout") == "17345ms")
            #expect(try await client.value("SHOW client_encoding") == "UTF8")
        }
    }
}
