import Foundation
import MediaCore
import MediaTesting
import Postgres
import Synchronization
import Testing

@testable import MediaCatalog

/// Everything that has broken feeds before, at once and for a while: writers that meet on rows and roll back, savepoints, a transaction
/// that stays open, prepared ones, stampers that are killed between their statements, listeners that are cut off, pruning.
///
/// A minute; `MEDIAD_TEST_FEED_SOAK_SECONDS=3600` makes it an hour.
@Suite("The feed's soak", .timeLimit(.minutes(90)))
struct FeedSoakTests {
    private static var duration: Duration {
        .seconds(ProcessInfo.processInfo.environment["MEDIAD_TEST_FEED_SOAK_SECONDS"].flatMap(Int.init) ?? 60)
    }

    @Test("No gap, no torn transaction, no change before one that it saw, whatever happens beside it")
    func soak() async throws {
        let seed = SeededNumbers.seed(12)
        let settings = ["max_prepared_transactions": "20", "deadlock_timeout": "50ms"]
        let cluster = try await ThrowawayPostgres.make(
            settings: ThrowawayPostgres.fast.merging(settings) { _, new in new }
        )
        let target = try await cluster.createDatabase()
        try await withDatabase(of: target) { client in
            try await Migrator(client: client, logger: quietLogger).migrate()
            _ = try await client.query("CREATE TABLE soak (tag text PRIMARY KEY, changes integer NOT NULL)")
            let readers = (0..<3).map { SoakReader(PostgresFeed(client: client), keepsUp: $0 > 0) }
            try await Self.run(client, target: target, seed: seed, readers: readers)
            try await Self.settle(client)
            let expected = try await client.query("SELECT tag, changes FROM soak").rows.reduce(into: [String: Int]()) {
                $0[try $1.decode(at: 0)] = try $1.decode(at: 1)
            }
            let head = try await PostgresFeed(client: client).bounds().head.position
            #expect(
                head == Int64(expected.values.reduce(0, +)),
                "every committed change, and no other, has its position"
            )
            for reader in readers {
                try await reader.readToTheEnd()
                for problem in reader.problems(expecting: expected, head: head).prefix(20) {
                    Issue.record("\(problem)")
                }
            }
            #expect(try await PostgresFeed(client: client).verify().findings == [])
            print("soak: \(head) changes of \(expected.count) transactions")
        }
        try await cluster.remove()
    }

    private static func run(
        _ client: PostgresClient,
        target: String,
        seed: UInt64,
        readers: [SoakReader]
    ) async throws {
        let end = ContinuousClock.now + Self.duration
        // Writers wait for each other's rows; stampers and readers have connections of their own.
        try await withDatabase(of: target) { writing in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<6 {
                    let writer = SoakWriter(client: writing, number: number, seed: seed)
                    group.addTask { try await writer.run(until: end) }
                }
                group.addTask { try await SoakWriter(client: writing, number: 90, seed: seed).holdOpen(until: end) }
                group.addTask { try await SoakWriter(client: writing, number: 91, seed: seed).prepare(until: end) }
                for number in 0..<3 {
                    group.addTask {
                        try await SoakStamper(client: client, seed: seed &+ UInt64(number)).run(until: end)
                    }
                }
                group.addTask { try await SoakStamper(client: client, seed: seed).disturb(until: end) }
                for reader in readers {
                    group.addTask { try await reader.run(until: end, waking: reader.keepsUp ? client : nil) }
                }
                try await group.waitForAll()
            }
        }
    }

    /// What was still prepared is committed, and all gets its position.
    private static func settle(_ client: PostgresClient) async throws {
        for name in try await client.texts("SELECT gid FROM pg_prepared_xacts") {
            try await client.withConnection { try await $0.execute(script: "COMMIT PREPARED '\(name)'") }
        }
        while true {
            switch try await PostgresFeed(client: client).stamp() {
            case .nothing: return
            case .busy, .stamped: continue
            }
        }
    }
}
