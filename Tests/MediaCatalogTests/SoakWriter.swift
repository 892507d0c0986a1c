import MediaTesting
import Postgres

@testable import MediaCatalog

/// Writes transactions of random changes. Each file's path counts its changes, and every change of a transaction bears its tag as the
/// owner, so that whoever reads the feed can tell what came before what, and what belongs together.
struct SoakWriter: Sendable {
    let client: PostgresClient
    let number: Int
    let seed: UInt64

    /// Rows that all writers meet on.
    private static let rows = 25

    func run(until end: ContinuousClock.Instant) async throws {
        var numbers = SeededNumbers(seed: self.seed &+ UInt64(self.number) &* 7919)
        var count = 0
        while .now < end {
            count += 1
            let (tag, copy) = ("w\(self.number)-\(count)", numbers)
            for _ in 0..<40 { _ = numbers.next() }
            do {
                try await self.client.withTransaction { connection in
                    var numbers = copy
                    try await Self.transaction(tag, on: connection, &numbers)
                }
            } catch is Undone {
                continue
            } catch let error as PostgresError where error.isTransactionConflict {
                continue
            }
            if Int.random(in: 0..<4, using: &numbers) == 0 {
                // Pause: so that stampings meet few and many transactions.
                try await Task.sleep(for: .milliseconds(Int.random(in: 0..<10, using: &numbers)))
            }
        }
    }

    private struct Undone: Error {}

    private static func transaction(
        _ tag: String,
        on connection: PostgresConnection,
        _ numbers: inout SeededNumbers
    ) async throws {
        _ = try await connection.query("SELECT set_config('media.deleting', 'yes', true)")
        var changes = 0
        for _ in 0...Int.random(in: 0..<4, using: &numbers) {
            let row = Int.random(in: 0..<Self.rows, using: &numbers)
            let kind = Int.random(in: 0..<10, using: &numbers)
            if Int.random(in: 0..<8, using: &numbers) == 0 {
                try? await connection.withSavepoint {
                    _ = try await Self.change(row, kind, tag, on: connection)
                    throw Undone()
                }
            }
            changes += try await Self.change(row, kind, tag, on: connection)
        }
        if Int.random(in: 0..<6, using: &numbers) == 0 { throw Undone() }
        guard changes > 0 else { return }
        _ = try await connection.query("INSERT INTO soak VALUES (\(tag), \(changes))")
    }

    /// - Returns: how many changes that is.
    private static func change(
        _ row: Int,
        _ kind: Int,
        _ tag: String,
        on connection: PostgresConnection
    ) async throws -> Int {
        let name = "r\(row)"
        switch kind {
        case 0...2: return try await self.insert(name, tag, on: connection)
        case 3: return try await self.update(name, tag, on: connection) + self.delete(name, tag, on: connection)
        default: return try await self.update(name, tag, on: connection)
        }
    }

    static func insert(_ name: String, _ tag: String, on connection: PostgresConnection) async throws -> Int {
        try await connection.query(
            """
            INSERT INTO media.files (id, collection, name, path, type, size, sha256, owner, modified_at, created_at, updated_at) \
            VALUES (md5(\(name))::uuid, 'posters', \(name), \("posters/\(name)-0.jpg"), 'image/jpeg', 1, sha256('x'), \(tag), \
            now(), now(), now()) ON CONFLICT DO NOTHING
            """
        ).affectedRows
    }

    private static func update(_ name: String, _ tag: String, on connection: PostgresConnection) async throws -> Int {
        try await connection.query(
            """
            UPDATE media.files SET owner = \(tag), \
            path = regexp_replace(path, '-.*', '') || '-' || substring(path FROM '-([0-9]+)')::int + 1 || '.jpg' \
            WHERE name = \(name)
            """
        ).affectedRows
    }

    /// Only what this transaction has tagged: another one may have made the file since it was looked for.
    private static func delete(_ name: String, _ tag: String, on connection: PostgresConnection) async throws -> Int {
        try await connection.query("DELETE FROM media.files WHERE name = \(name) AND owner = \(tag)").affectedRows
    }

    // MARK: Transactions that stay

    /// One transaction that is open nearly all of the time.
    func holdOpen(until end: ContinuousClock.Instant) async throws {
        try await self.client.withTransaction { connection in
            var changes = 0
            for number in 0..<3 { changes += try await Self.insert("long\(number)", "long", on: connection) }
            _ = try await connection.query("INSERT INTO soak VALUES ('long', \(changes))")
            // Pause: the transaction that stays open is the subject.
            try await Task.sleep(until: end - .seconds(2), clock: .continuous)
        }
    }

    /// Transactions that are prepared, and committed or rolled back by another connection later.
    func prepare(until end: ContinuousClock.Instant) async throws {
        var numbers = SeededNumbers(seed: self.seed &+ 91)
        var (count, open): (Int, [String]) = (0, [])
        while .now < end {
            count += 1
            let name = "p\(count)"
            try await self.client.withConnection { connection in
                try await connection.execute(script: "BEGIN")
                let changes = try await Self.insert(name, name, on: connection)
                _ = try await connection.query("INSERT INTO soak VALUES (\(name), \(changes))")
                try await connection.execute(script: "PREPARE TRANSACTION '\(name)'")
            }
            open.append(name)
            while open.count > Int.random(in: 0..<10, using: &numbers) {
                let ended = open.remove(at: Int.random(in: 0..<open.count, using: &numbers))
                let how = Int.random(in: 0..<3, using: &numbers) == 0 ? "ROLLBACK" : "COMMIT"
                try await self.client.withConnection { try await $0.execute(script: "\(how) PREPARED '\(ended)'") }
            }
            // Pause: so that prepared transactions last.
            try await Task.sleep(for: .milliseconds(Int.random(in: 20..<200, using: &numbers)))
        }
    }
}
