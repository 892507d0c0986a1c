import MediaCore
import MediaTesting
import Postgres
import Testing

@testable import MediaCatalog

/// Stamps as daemons do, some of which die in the middle of it.
struct SoakStamper: Sendable {
    let client: PostgresClient
    let seed: UInt64

    private struct Died: Error {}

    func run(until end: ContinuousClock.Instant) async throws {
        var numbers = SeededNumbers(seed: self.seed)
        while .now < end {
            let dies = Int.random(in: 0..<5, using: &numbers) == 0
            let pause = Duration.milliseconds(Int.random(in: 0..<20, using: &numbers))
            do {
                if dies {
                    try await self.client.withTransaction { connection in
                        _ = try await connection.query("SELECT media.stamp(7)")
                        // Pause: the others find the lock taken meanwhile.
                        try await Task.sleep(for: pause)
                        throw Died()
                    }
                } else {
                    _ = try await PostgresFeed(client: self.client).stamp()
                }
            } catch is Died {
            } catch let error as MediaError where error.code == .catalogUnavailable {
                // Its connection was killed.
            } catch let error as PostgresError where error.isPassing {
            }
            // Pause: so that stampings meet few and many transactions.
            try await Task.sleep(for: pause)
        }
    }

    /// Kills stampers and listeners, stamps from a snapshot that does not move on, and prunes.
    func disturb(until end: ContinuousClock.Instant) async throws {
        var numbers = SeededNumbers(seed: self.seed &+ 1)
        let kills = [
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
            AND pid <> pg_backend_pid() AND query LIKE '%media.stamp(%' LIMIT 1
            """,
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
            AND query LIKE 'LISTEN%' LIMIT 1
            """,
        ]
        while .now < end {
            let choice = Int.random(in: 0..<4, using: &numbers)
            switch choice {
            case 0, 1: _ = try? await self.client.query(PostgresQuery(unsafeSQL: kills[choice]))
            case 2:
                await #expect(throws: PostgresError.self) {
                    try await self.client.withTransaction(isolation: .repeatableRead) {
                        try await $0.query("SELECT media.stamp()")
                    }
                }
            default:
                _ = try? await PostgresFeed(client: self.client).prune(olderThan: .seconds(3600), keeping: 500)
            }
            // Pause: disturbances come now and then.
            try await Task.sleep(for: .milliseconds(Int.random(in: 50..<300, using: &numbers)))
        }
    }
}
