import Foundation
import MediaTesting
import Postgres
import Testing

@Suite("File descriptors")
struct DescriptorTests {
    private func openDescriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    /// Far more than the tests beside this one hold open at a time, far less than what this one opens.
    private let slack = 200

    @Test("Connections that end in any way give all their descriptors back")
    func noLeak() async throws {
        let connectionString = try await ThrowawayPostgres.shared().createDatabase()
        let before = try openDescriptors()
        for round in 0..<100 {
            try await withClient(of: connectionString) {
                $0.maximumConnections = 4
            } _: { client in
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<4 {
                        group.addTask {
                            // Ended by the server, cancelled, or well.
                            switch number {
                            case 0: _ = try? await client.query("SELECT pg_terminate_backend(pg_backend_pid())")
                            case 1:
                                let task = Task { try await client.query("SELECT pg_sleep(60)") }
                                // Pause: the instant of the cancellation is what differs from round to round.
                                try? await Task.sleep(for: .milliseconds(round % 5))
                                task.cancel()
                                _ = try? await task.value
                            default: _ = try? await client.query("SELECT 1")
                            }
                        }
                    }
                }
            }
            try await withClient(of: "host=/nonexistent") { client in
                for _ in 0..<2 { _ = try? await client.query("SELECT 1") }
            }
        }
        let settled = try await eventually { try openDescriptors() < before + slack }
        #expect(settled)
    }

    @Test("A listener that reconnects gives its descriptors back")
    func listenerLeak() async throws {
        try await withClient {
            $0.reconnectDelay = .milliseconds(1) ... .milliseconds(2)
        } _: { client async throws in
            let before = try openDescriptors()
            var heard = client.listen(to: ["c"]).makeAsyncIterator()
            for _ in 0..<250 {
                #expect(await heard.next() == .connected)
                let kill: PostgresQuery = """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                    WHERE datname = current_database() AND query LIKE 'LISTEN%'
                    """
                _ = try await eventually { try await client.query(kill).rows.count == 1 }
                #expect(await heard.next() == .disconnected)
            }
            let settled = try await eventually { try openDescriptors() < before + slack }
            #expect(settled)
        }
    }
}
