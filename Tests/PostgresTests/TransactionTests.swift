import MediaTesting
import Postgres
import Testing

@Suite("Transactions")
struct TransactionTests {
    private struct Refusal: Error {}

    @Test("Committed when the body returns, rolled back when it throws, and its error passed on")
    func commitAndRollback() async throws {
        try await withClient { client async throws in
            _ = try await client.query("CREATE TABLE t (a int)")
            try await client.withTransaction { _ = try await $0.query("INSERT INTO t VALUES (1)") }
            await #expect(throws: Refusal.self) {
                try await client.withTransaction { connection in
                    _ = try await connection.query("INSERT INTO t VALUES (2)")
                    throw Refusal()
                }
            }
            #expect(try await client.value("SELECT sum(a) FROM t", as: Int.self) == 1)
        }
    }

    @Test("A swallowed error does not look like a commit")
    func swallowedError() async throws {
        try await withClient { client async throws in
            _ = try await client.query("CREATE TABLE t (a int)")
            let error = await postgresError {
                try await client.withTransaction { connection in
                    _ = try await connection.query("INSERT INTO t VALUES (1)")
                    _ = try? await connection.query("SELECT 1/0")
                }
            }
            #expect(error?.code == .transactionRolledBack)
            #expect(try await client.value("SELECT count(*) FROM t", as: Int.self) == 0)
        }
    }

    @Test("A savepoint limits what an error undoes")
    func savepoint() async throws {
        try await withClient { client async throws in
            _ = try await client.query("CREATE TABLE t (a int UNIQUE)")
            try await client.withTransaction { connection in
                _ = try await connection.query("INSERT INTO t VALUES (1)")
                let error = await postgresError {
                    try await connection.withSavepoint { try await connection.query("INSERT INTO t VALUES (1)") }
                }
                #expect(error?.sqlState == "23505")
                try await connection.withSavepoint { _ = try await connection.query("INSERT INTO t VALUES (2)") }
            }
            #expect(try await client.value("SELECT sum(a) FROM t", as: Int.self) == 3)
        }
    }

    @Test("A deferred constraint fails the commit, which is then no mystery")
    func deferredConstraint() async throws {
        try await withClient { client async throws in
            _ = try await client.query("CREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            let error = await postgresError {
                try await client.withTransaction { connection in
                    _ = try await connection.query("INSERT INTO t VALUES (1), (1)")
                }
            }
            #expect(error?.sqlState == "23505")
            #expect(error?.commitOutcomeUnknown == false)
            #expect(try await client.value("SELECT count(*) FROM t", as: Int.self) == 0)
        }
    }

    @Test("Of two serializable writers one is told to try again")
    func serializable() async throws {
        try await withClient { client async throws in
            _ = try await client.query("CREATE TABLE t (a int)")
            let error = await postgresError {
                try await client.withTransaction(isolation: .serializable) { first in
                    _ = try await first.query("SELECT sum(a) FROM t")
                    try await client.withTransaction(isolation: .serializable) { second in
                        _ = try await second.query("SELECT sum(a) FROM t")
                        _ = try await second.query("INSERT INTO t VALUES (1)")
                    }
                    _ = try await first.query("INSERT INTO t VALUES (2)")
                }
            }
            #expect(error?.isTransactionConflict == true)
        }
    }

    /// A table whose inserts make the COMMIT take a minute.
    private static let slowCommit = """
        CREATE TABLE t (a int);
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION slow()
        """

    @Test("A connection lost during COMMIT is flagged; one lost before it is not")
    func lostDuringCommit() async throws {
        try await withClient { client async throws in
            try await client.withConnection { try await $0.execute(script: Self.slowCommit) }
            let committing = Task {
                try await client.withTransaction { _ = try await $0.query("INSERT INTO t VALUES (1)") }
            }
            let kill: PostgresQuery = """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                WHERE datname = current_database() AND state = 'active' AND query = 'COMMIT'
                """
            #expect(try await eventually { try await client.query(kill).rows.count == 1 })
            let error = await postgresError { try await committing.value }
            #expect(error?.code == .connectionLost)
            #expect(error?.commitOutcomeUnknown == true)
            #expect(error?.isConnectionProblem == true)

            let before = await postgresError {
                try await client.withTransaction { connection in
                    _ = try await connection.query("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            }
            #expect(before?.code == .connectionLost)
            #expect(before?.commitOutcomeUnknown == false)

            let autocommit = await postgresError {
                try await client.query("SELECT pg_terminate_backend(pg_backend_pid())")
            }
            #expect(autocommit?.code == .connectionLost)
            #expect(autocommit?.commitOutcomeUnknown == true)
        }
    }

    @Test("A COMMIT that takes too long and is cancelled is known to have failed")
    func commitTimeout() async throws {
        try await withClient {
            $0.statementTimeout = .seconds(2)
        } _: { client async throws in
            try await client.withConnection { try await $0.execute(script: Self.slowCommit) }
            let error = await postgresError {
                try await client.withTransaction { _ = try await $0.query("INSERT INTO t VALUES (1)") }
            }
            #expect(error?.code == .timeout)
            #expect(error?.commitOutcomeUnknown == false)
            #expect(try await client.value("SELECT count(*) FROM t", as: Int.self) == 0)
        }
    }

    @Test("Cancelling the task does not interrupt a COMMIT under way")
    func cancelDuringCommit() async throws {
        try await withClient { client async throws in
            let script = Self.slowCommit.replacing("pg_sleep(60)", with: "pg_sleep(0.5)")
            try await client.withConnection { try await $0.execute(script: script) }
            let committing = Task {
                try await client.withTransaction { _ = try await $0.query("INSERT INTO t VALUES (1)") }
            }
            #expect(try await eventually { try await client.activeStatements(marker: "COMMIT") == 1 })
            committing.cancel()
            try await committing.value
            #expect(try await client.value("SELECT count(*) FROM t", as: Int.self) == 1)
        }
    }
}
