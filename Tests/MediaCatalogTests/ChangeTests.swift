import MediaCatalog
import MediaCore
import MediaTesting
import Postgres
import Synchronization
import Testing

@Suite("Changes")
struct ChangeTests {
    private static func log(_ client: PostgresClient) async throws -> [String] {
        try await client.texts(
            """
            SELECT kind || ' ' || path || ' ' || coalesce(previous_path, '-') || ' ' || left(version, 2) \
            FROM media.changes ORDER BY id
            """
        )
    }

    @Test("Each commit writes exactly one event, with the version and the path before")
    func events() async throws {
        try await withCatalog { catalog, client in
            let png = SampleRecords.file("1", type: .png, seed: 1)
            let first = SampleRecords.publication(of: png)
            try await catalog.begin(first)
            #expect(try await Self.log(client) == [])
            try await catalog.finish(first)
            try await catalog.finish(first)
            let jpeg = SampleRecords.file("1", type: .jpeg, seed: 2, id: png.id)
            let second = SampleRecords.publication(of: jpeg, obsolete: png.path)
            try await catalog.begin(second)
            try await catalog.finish(second)
            try await catalog.finish(second)
            try await catalog.close(second)
            try await catalog.adopt(SampleRecords.file("1", type: .jpeg, seed: 3, id: png.id))
            let removal = SampleRecords.removal(of: jpeg)
            try await catalog.remove(removal)
            try await catalog.close(removal)
            let expected = [
                "created posters/1.png - 01", "replaced posters/1.jpg posters/1.png 02", "replaced posters/1.jpg - 03",
                "deleted posters/1.jpg - 02",
            ]
            #expect(try await Self.log(client) == expected)
        }
    }

    @Test("What changes of a record whose bytes stay is an event too, unless nothing changes")
    func updates() async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            let point = FocalPoint(x: 0.5, y: 0.25)
            _ = try await catalog.setFocalPoint(nil, of: file.id, at: file.updatedAt)
            _ = try await catalog.setFocalPoint(point, of: file.id, at: file.updatedAt)
            _ = try await catalog.setFocalPoint(point, of: file.id, at: file.updatedAt)
            _ = try await catalog.fillIn(SampleRecords.fileWithFacts("1", seed: 1, id: file.id))
            _ = try await catalog.fillIn(SampleRecords.fileWithFacts("1", seed: 1, id: file.id))
            let expected = ["created posters/1.jpg - 01", "updated posters/1.jpg - 01", "updated posters/1.jpg - 01"]
            #expect(try await Self.log(client) == expected)
            _ = try await client.query(
                "ALTER TABLE media.changes ADD CONSTRAINT refuse CHECK (kind <> 'updated') NOT VALID"
            )
            let refused = await code { () async throws(MediaError) in
                _ = try await catalog.setFocalPoint(nil, of: file.id, at: file.updatedAt)
            }
            #expect(refused == .internalError)
            #expect(try await catalog.file(id: file.id)?.focalPoint == point, "neither the one nor the other")
        }
    }

    @Test("When the event cannot be written, neither is the record, and the intent stays as it was")
    func together() async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("1")
            let intent = SampleRecords.publication(of: file)
            try await catalog.begin(intent)
            _ = try await client.query(
                "ALTER TABLE media.changes ADD CONSTRAINT refuse CHECK (path <> 'posters/1.jpg')"
            )
            #expect(await code { () async throws(MediaError) in try await catalog.finish(intent) } == .internalError)
            #expect(try await catalog.file(id: file.id) == nil)
            #expect(try await catalog.openIntents() == [intent])
            _ = try await client.query("ALTER TABLE media.changes DROP CONSTRAINT refuse")
            try await catalog.finish(intent)
            _ = try await client.query("ALTER TABLE media.changes ADD CONSTRAINT refuse CHECK (kind <> 'deleted')")
            let removal = SampleRecords.removal(of: file)
            #expect(await code { () async throws(MediaError) in try await catalog.remove(removal) } == .internalError)
            #expect(try await catalog.file(id: file.id) == file)
            #expect(try await catalog.openIntents() == [])
        }
    }

    @Test("A file that the API service references can be replaced, but neither removed nor forgotten")
    func referenced() async throws {
        try await withCatalog { catalog, client in
            _ = try await client.query(
                "CREATE TABLE films (id int PRIMARY KEY, poster uuid REFERENCES media.files (id))"
            )
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            _ = try await client.query("INSERT INTO films VALUES (1, \(file.id))")
            try await catalog.adopt(SampleRecords.file("1", seed: 2, id: file.id))
            let removal = SampleRecords.removal(of: file)
            let error = await failure { () async throws(MediaError) in try await catalog.remove(removal) }
            #expect(error?.code == .fileReferenced)
            #expect(error?.message.contains("films") == true)
            #expect(try await catalog.openIntents() == [])
            #expect(await code { () async throws(MediaError) in try await catalog.forget(file) } == .fileReferenced)
            _ = try await client.query("DELETE FROM films")
            try await catalog.remove(removal)
        }
    }

    @Test("A listener hears of what was there before, only after the commit, and of changes by hand too")
    func listening() async throws {
        try await withCatalog { catalog, client in
            let heard = Heard()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let log = PostgresChangeLog(client: client, logger: quietLogger)
                    for await notification in log.notifications() { heard.add(notification) }
                }
                #expect(try await eventually { heard.notifications.contains(.connected) })
                let png = SampleRecords.file("a b/\"1\" ü", type: .png, seed: 1)
                let intent = SampleRecords.publication(of: png)
                try await catalog.begin(intent)
                try await catalog.finish(intent)
                let jpeg = SampleRecords.file("a b/\"1\" ü", type: .jpeg, seed: 2, id: png.id)
                try await catalog.adopt(jpeg)
                _ = try await client.query("UPDATE media.files SET original_filename = 'by hand.jpg'")
                _ = try await client.query("DELETE FROM media.files")
                _ = try await client.query("TRUNCATE media.files CASCADE")
                let expected: [ChangeNotification] = [
                    .connected, .recordChanged(png.path), .recordChanged(jpeg.path), .recordChanged(jpeg.path),
                    .recordChanged(jpeg.path), .allRecordsChanged,
                ]
                #expect(try await eventually { heard.notifications == expected })
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}

/// What a listener was told.
private final class Heard: Sendable {
    private let state = Mutex<[ChangeNotification]>([])

    var notifications: [ChangeNotification] { self.state.withLock { $0 } }

    func add(_ notification: ChangeNotification) { self.state.withLock { $0.append(notification) } }
}
