import MediaTesting
import Testing

@testable import Postgres

@Suite("A server that only reads")
struct ReadOnlyTests {
    @Test("E3: a connection whose server takes no changes is left at once, and with it those that are idle")
    func left() async throws {
        try await withClient { client async throws in
            _ = try await client.withConnection { try await $0.execute(script: "CREATE TABLE numbers (number int)") }
            // Two connections, so that one is idle.
            let pids = try await client.withConnection { one in
                try await client.withConnection { other in
                    for connection in [one, other] {
                        try await connection.execute(script: "SET default_transaction_read_only = on")
                    }
                    return await [one.processID, other.processID]
                }
            }
            let refused = await postgresError { try await client.query("INSERT INTO numbers VALUES (1)") }
            #expect(refused?.sqlState == "25006")
            #expect(refused?.isPassing == true)
            _ = try await client.query("INSERT INTO numbers VALUES (1)")
            let pid = try await client.withConnection { await $0.processID }
            #expect(!pids.contains(pid))
            #expect(client.usage.connections == 1)
        }
    }

    @Test("E3: so is one inside a transaction")
    func transaction() async throws {
        let one = { (configuration: inout PostgresConfiguration) in configuration.maximumConnections = 1 }
        try await withClient(one) { client async throws in
            _ = try await client.withConnection { try await $0.execute(script: "CREATE TABLE numbers (number int)") }
            try await client.withConnection {
                try await $0.execute(script: "SET default_transaction_read_only = on")
            }
            let refused = await postgresError {
                try await client.withTransaction { _ = try await $0.query("INSERT INTO numbers VALUES (1)") }
            }
            #expect(refused?.sqlState == "25006")
            try await client.withTransaction { _ = try await $0.query("INSERT INTO numbers VALUES (1)") }
        }
    }

    @Test(
        "E3: several hosts are asked for the one that writes",
        arguments: [
            ("postgresql://a@h1:5418,h2:5419/m", true), ("host=h1,h2 dbname=m", true),
            ("hostaddr=10.0.0.1,10.0.0.2", true),
            ("postgresql://a@h1/m", false), ("host=/run/postgresql", false), ("dbname='a,b' host=h", false),
            ("not a string", false),
        ]
    )
    func hosts(_ text: String, _ areSeveral: Bool) {
        #expect(namesSeveralHosts(text) == areSeveral)
    }

    @Test("E4: no two connections give a prepared statement the same name")
    func names() {
        var names: Set<String> = []
        for _ in 0..<100 {
            var cache = StatementCache(capacity: 2)
            for _ in 0..<10 { names.insert(cache.makeName()) }
        }
        #expect(names.count == 1000)
    }

    @Test("E4: a client hears what it notifies, and a listener tells how full the queue is")
    func hearing() async throws {
        try await withClient { client async throws in
            #expect(client.notificationQueueUsage == nil)
            #expect(try await client.hearsNotifications(within: .seconds(30)))
            var heard = client.listen(to: ["a"]).makeAsyncIterator()
            #expect(await heard.next() == .connected)
            #expect(try await eventually { client.notificationQueueUsage == 0 })
        }
    }
}
