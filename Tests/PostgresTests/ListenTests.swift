import MediaTesting
import Postgres
import Testing

@Suite("LISTEN and NOTIFY")
struct ListenTests {
    @Test("Notifications arrive in order, with channel, payload and sender")
    func order() async throws {
        try await withClient { client async throws in
            var heard = client.listen(to: ["Odd \"channel\""]).makeAsyncIterator()
            #expect(await heard.next() == .connected)
            let sender = try await client.withTransaction { connection in
                for number in 0..<100 {
                    _ = try await connection.query("SELECT pg_notify(\("Odd \"channel\""), \("ä\(number)"))")
                }
                return await connection.processID
            }
            for number in 0..<100 {
                let expected = PostgresNotification.received(
                    channel: "Odd \"channel\"",
                    payload: "ä\(number)",
                    processID: sender
                )
                #expect(await heard.next() == expected)
            }
        }
    }

    @Test("One connection listens to several channels, and keeps the order between them")
    func severalChannels() async throws {
        try await withClient { client async throws in
            var heard = client.listen(to: ["a", "Odd \"channel\"; --", "b"]).makeAsyncIterator()
            #expect(await heard.next() == .connected)
            let count: PostgresQuery = """
                SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'
                """
            #expect(try await client.value(count, as: Int.self) == 1)
            let channels = ["b", "a", "Odd \"channel\"; --", "unheard", "a"]
            for channel in channels { _ = try await client.query("SELECT pg_notify(\(channel), 'x')") }
            for channel in channels where channel != "unheard" {
                guard case .received(channel, "x", _) = await heard.next() else {
                    Issue.record("nothing came on \(channel)")
                    return
                }
            }
        }
    }

    @Test("A listener whose connection is ended says so, connects again and hears again")
    func reconnect() async throws {
        try await withClient { client async throws in
            var heard = client.listen(to: ["c"]).makeAsyncIterator()
            for _ in 0..<3 {
                #expect(await heard.next() == .connected)
                _ = try await client.query("NOTIFY c, 'x'")
                guard case .received("c", "x", _) = await heard.next() else {
                    Issue.record("the notification is missing")
                    return
                }
                let kill: PostgresQuery = """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                    WHERE datname = current_database() AND query LIKE 'LISTEN%'
                    """
                #expect(try await eventually { try await client.query(kill).rows.count == 1 })
                #expect(await heard.next() == .disconnected)
            }
            #expect(await heard.next() == .connected)
        }
    }

    @Test("A restart of the server is survived")
    func restart() async throws {
        let cluster = try await ThrowawayPostgres.make(settings: ThrowawayPostgres.fast)
        try await withClient(of: try await cluster.createDatabase()) { client async throws in
            var heard = client.listen(to: ["c"]).makeAsyncIterator()
            #expect(await heard.next() == .connected)
            await cluster.stop()
            #expect(await heard.next() == .disconnected)
            try await cluster.start()
            #expect(await heard.next() == .connected)
        }
        try await cluster.remove()
    }

    @Test("A slow consumer is told that it missed something")
    func overflow() async throws {
        try await withClient {
            $0.notificationBufferSize = 8
        } _: { client async throws in
            var heard = client.listen(to: ["c"]).makeAsyncIterator()
            #expect(await heard.next() == .connected)
            _ = try await client.query("SELECT pg_notify('c', i::text) FROM generate_series(1, 100) AS i")
            _ = try await client.query("NOTIFY c, 'last'")
            var events: [PostgresNotification] = []
            while let event = await heard.next() {
                events.append(event)
                if case .received(_, "last", _) = event { break }
            }
            let interruption = try #require(events.lastIndex(of: .disconnected))
            #expect(events.count < 101)
            // Whatever was dropped, a reader that starts afresh at the last .connected has missed nothing since.
            #expect(events[(interruption + 1)...].contains(.connected))
        }
    }

    @Test("A silent listener is probed and stays connected")
    func silence() async throws {
        let connectionString = try await ThrowawayPostgres.shared().createDatabase()
        try await withClient(of: connectionString) { observer in
            try await withClient(of: connectionString) {
                $0.keepAliveInterval = .milliseconds(20)
            } _: { client async throws in
                var heard = client.listen(to: ["c"]).makeAsyncIterator()
                #expect(await heard.next() == .connected)
                // The only other session of this database is the listener's.
                let session: PostgresQuery = """
                    SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                    """
                let listener = try #require(try await observer.value(session, as: Int.self))
                try await observer.expectStatements(5, ofSession: listener)
                _ = try await client.query("NOTIFY c, 'x'")
                guard case .received = await heard.next() else {
                    Issue.record("the connection did not last")
                    return
                }
            }
        }
    }

    @Test("Dropping the stream, or closing the client, ends the listener's connection")
    func end() async throws {
        let count: PostgresQuery = """
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'
            """
        let connectionString = try await ThrowawayPostgres.shared().createDatabase()
        try await withClient(of: connectionString) { observer in
            func noListenerLeft() async throws -> Bool {
                try await eventually { try await observer.value(count, as: Int.self) == 0 }
            }
            try await withClient(of: connectionString) { client async throws in
                do {
                    var heard = client.listen(to: ["c"]).makeAsyncIterator()
                    #expect(await heard.next() == .connected)
                    let listeners = try await observer.value(count, as: Int.self)
                    #expect(listeners == 1)
                }
                let isGone = try await noListenerLeft()
                #expect(isGone)
                var heard = client.listen(to: ["c"]).makeAsyncIterator()
                #expect(await heard.next() == .connected)
                await client.close()
                #expect(await heard.next() == .disconnected)
                #expect(await heard.next() == nil)
                let isClosed = try await noListenerLeft()
                #expect(isClosed)
                var late = client.listen(to: ["c"]).makeAsyncIterator()
                #expect(await late.next() == nil)
            }
        }
    }
}
