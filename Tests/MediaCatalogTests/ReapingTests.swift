import MediaCatalog
import MediaCore
import MediaTesting
import Postgres
import Testing

/// Whether a file may be reaped is judged under the lock of its row: what was read before may be old.
@Suite("Reaping in PostgreSQL")
struct ReapingTests {
    private static func reaping(since time: Timestamp) -> Removal {
        Removal(reason: .reaped, retention: .seconds(3600), unusedSince: time)
    }

    @Test("A file that changed, was linked, or came back since it was listed is refused; one that did none of it goes")
    func recheck() async throws {
        try await withCatalog { catalog, client in
            let files = (1...3).map { SampleRecords.file("\($0)", seed: UInt8($0)) }
            for file in files { try await catalog.adopt(file) }
            let time = try #require(files.map(\.updatedAt).max())
            let link = FileLink(entity: "movie", entityID: "1", role: "poster")
            _ = try await catalog.link(link, to: files[0].id, isSingle: nil)
            _ = try await catalog.unlink(link, from: files[0].id)
            try await client.execute(
                script: "UPDATE media.files SET updated_at = updated_at + interval '1 day' WHERE id = '\(files[1].id)'"
            )
            for file in files.prefix(2) {
                let refused = await code { () async throws(MediaError) in
                    try await catalog.remove(SampleRecords.removal(of: file), as: Self.reaping(since: time))
                }
                #expect(refused == .fileReferenced)
            }
            #expect(try await catalog.openIntents() == [])
            try await catalog.remove(SampleRecords.removal(of: files[2]), as: Self.reaping(since: time))
            #expect(try await catalog.trashEntry(files[2].id)?.reason == .reaped)
            #expect(
                try await client.texts("SELECT kind FROM media.outbox WHERE file_id = \(files[2].id) ORDER BY id")
                    == ["file.created", "file.reaped"]
            )
        }
    }

    @Test(
        "A file that any foreign key refers to is never reaped, whatever the key says of a deletion",
        arguments: ["", "ON DELETE CASCADE", "ON DELETE SET NULL", "ON DELETE SET DEFAULT"]
    )
    func referenced(action: String) async throws {
        try await withCatalog { catalog, client in
            let (used, unused) = (SampleRecords.file("1", seed: 1), SampleRecords.file("2", seed: 2))
            for file in [used, unused] { try await catalog.adopt(file) }
            try await client.execute(
                script: """
                    CREATE TABLE movies (poster uuid REFERENCES media.files (id) \(action));
                    INSERT INTO movies VALUES ('\(used.id)');
                    """
            )
            let removal = Self.reaping(since: max(used.updatedAt, unused.updatedAt))
            let refused = await code { () async throws(MediaError) in
                try await catalog.remove(SampleRecords.removal(of: used), as: removal)
            }
            #expect(refused == .fileReferenced)
            #expect(try await client.texts("SELECT poster::text FROM movies") == ["\(used.id)"])
            try await catalog.remove(SampleRecords.removal(of: unused), as: removal)
            #expect(try await catalog.trashEntry(unused.id) != nil)
        }
    }

    @Test("A reference that is made while the reaper looks is waited for")
    func race() async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            try await client.execute(
                script: "CREATE TABLE movies (poster uuid REFERENCES media.files (id) ON DELETE CASCADE)"
            )
            let refused = try await client.withTransaction { connection in
                _ = try await connection.query("INSERT INTO movies VALUES (\(file.id))")
                let reaping = Task {
                    await code { () async throws(MediaError) in
                        try await catalog.remove(
                            SampleRecords.removal(of: file),
                            as: Self.reaping(since: file.updatedAt)
                        )
                    }
                }
                try await client.waitUntilOneWaits()
                return reaping
            }
            #expect(await refused.value == .fileReferenced)
            #expect(try await client.texts("SELECT count(*)::text FROM movies") == ["1"])
        }
    }
}

extension PostgresClient {
    /// Waits until a session of this database waits for a lock.
    func waitUntilOneWaits() async throws {
        let found = try await eventually {
            try await self.texts(
                """
                SELECT pid::text FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
                """
            ).count == 1
        }
        try #require(found, "nobody waits")
    }
}
