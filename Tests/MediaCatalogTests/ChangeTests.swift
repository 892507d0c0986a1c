import MediaCore
import MediaTesting
import Postgres
import Testing

@testable import MediaCatalog

@Suite("Changes")
struct ChangeTests {
    /// Stamps what is there; kind, path, path before and version of all changes.
    private static func story(_ client: PostgresClient) async throws -> [String] {
        _ = try await PostgresFeed(client: client).stamp()
        return try await client.texts(
            """
            SELECT concat_ws(' ', kind, path, previous_path, left(version, 2), \
            (SELECT string_agg(concat_ws('/', l ->> 'entity', l ->> 'entityId', l ->> 'role'), ',') \
            FROM jsonb_array_elements(links) l)) FROM media.changes ORDER BY position
            """
        )
    }

    private static let link = """
        INSERT INTO media.links (entity, entity_id, role, file_id, is_single) \
        SELECT 'movie', '42', 'poster', id, true FROM media.files WHERE name = '1'
        """

    @Test("SQL by hand is heard as the daemon's own, and what changes nothing is no change")
    func byHand() async throws {
        try await withCatalog { catalog, client in
            try await catalog.adopt(SampleRecords.file("1", seed: 1))
            try await client.withConnection { connection in
                try await connection.execute(
                    script: """
                        UPDATE media.files SET original_filename = original_filename;
                        UPDATE media.files SET original_filename = 'by hand.jpg';
                        \(Self.link);
                        UPDATE media.files SET path = 'posters/1.jpeg';
                        UPDATE media.links SET created_at = now() + interval '1 day';
                        UPDATE media.links SET role = 'backdrop';
                        UPDATE media.files SET sha256 = sha256('x');
                        DELETE FROM media.links;
                        """
                )
            }
            try await client.withTransaction { connection in
                _ = try await connection.query("SELECT set_config('media.deleting', 'yes', true)")
                _ = try await connection.query("DELETE FROM media.files")
            }
            let expected = [
                "file.created posters/1.jpg 01", "file.updated posters/1.jpg 01",
                "link.added posters/1.jpg 01 movie/42/poster",
                "file.replaced posters/1.jpeg posters/1.jpg 01 movie/42/poster",
                "link.removed posters/1.jpeg 01 movie/42/poster", "link.added posters/1.jpeg 01 movie/42/backdrop",
                "file.replaced posters/1.jpeg 2d movie/42/backdrop", "link.removed posters/1.jpeg 2d movie/42/backdrop",
                "file.deleted posters/1.jpeg 2d",
            ]
            #expect(try await Self.story(client) == expected)
        }
    }

    @Test("A table that is emptied is a deletion of each file, with what used it")
    func truncated() async throws {
        try await withCatalog { catalog, client in
            for number in 1...3 { try await catalog.adopt(SampleRecords.file("\(number)", seed: UInt8(number))) }
            _ = try await client.query(PostgresQuery(unsafeSQL: Self.link))
            _ = try await Self.story(client)
            try await client.execute(
                script: "BEGIN; SELECT set_config('media.deleting', 'yes', true); TRUNCATE media.files CASCADE; COMMIT"
            )
            let after = try await Self.story(client).dropFirst(4)
            #expect(
                after.sorted() == [
                    "file.deleted posters/1.jpg 01 movie/42/poster", "file.deleted posters/2.jpg 02",
                    "file.deleted posters/3.jpg 03", "link.removed posters/1.jpg 01 movie/42/poster",
                ]
            )
        }
    }

    @Test("The cause and the trash of the same transaction decide what the change is called, and what it says of links")
    func causes() async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            for cause in ["", "reaped"] {
                try await client.withTransaction { connection in
                    _ = try await connection.query(
                        "SELECT set_config('media.cause', \(cause), true), set_config('media.deleting', 'yes', true)"
                    )
                    _ = try await connection.query(
                        """
                        INSERT INTO media.trash (id, collection, name, path, size, record, links, reason, expires_at) \
                        SELECT id, collection, name, path, size, to_jsonb(files), \
                        '[{"entity": "movie", "entityId": "7", "role": "still"}]', 'deleted', now() FROM media.files
                        """
                    )
                    _ = try await connection.query("DELETE FROM media.files")
                }
                try await client.withTransaction { connection in
                    _ = try await connection.query("DELETE FROM media.trash")
                    _ = try await connection.query("SELECT set_config('media.cause', 'restored', true)")
                    try await PostgresCatalog.write(file, on: connection)
                }
            }
            let expected = [
                "file.created posters/1.jpg 01", "file.deleted posters/1.jpg 01 movie/7/still",
                "file.restored posters/1.jpg 01", "file.reaped posters/1.jpg 01 movie/7/still",
                "file.restored posters/1.jpg 01",
            ]
            #expect(try await Self.story(client) == expected)
        }
    }

    @Test("When the change cannot be written, neither is the record, and the intent stays as it was")
    func together() async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("1")
            let intent = SampleRecords.publication(of: file)
            try await catalog.begin(intent)
            _ = try await client.query("ALTER TABLE media.outbox ADD CONSTRAINT refuse CHECK (path <> 'posters/1.jpg')")
            #expect(await code { () async throws(MediaError) in try await catalog.finish(intent) } == .internalError)
            #expect(try await catalog.file(id: file.id) == nil)
            #expect(try await catalog.openIntents() == [intent])
            _ = try await client.query("ALTER TABLE media.outbox DROP CONSTRAINT refuse")
            try await catalog.finish(intent)
            _ = try await client.query("ALTER TABLE media.outbox ADD CONSTRAINT refuse CHECK (kind <> 'file.deleted')")
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

    @Test("Links narrow the feed to what something uses, and a page looks at a bounded number of changes")
    func filtered() async throws {
        try await withCatalog { catalog, client in
            let feed = PostgresFeed(client: client)
            try await catalog.adopt(SampleRecords.file("1", seed: 1))
            _ = try await client.query(PostgresQuery(unsafeSQL: Self.link))
            _ = try await feed.stamp()
            for (entity, count) in [
                ("movie", 1), ("movie/42", 1), ("movie/4", 0), ("movie/42/poster", 0), ("mov", 0), ("", 0),
            ] {
                let page = try await feed.page(after: nil, filter: FeedFilter(entity: entity), limit: 10)
                #expect(page.events.count == count, "\(entity)")
                #expect(
                    page.events.first?.links ?? [FileLink(entity: "movie", entityID: "42", role: "poster")]
                        == [FileLink(entity: "movie", entityID: "42", role: "poster")]
                )
            }
            // One transaction beyond the window, one that begins within it, and the rest.
            for _ in 0..<3 {
                _ = try await client.query(
                    """
                    INSERT INTO media.outbox (kind, collection) \
                    SELECT 'upload.failed', 'other' FROM generate_series(1, \(PostgresFeed.window * 2 / 3))
                    """
                )
            }
            while case .stamped(_, true) = try await feed.stamp() {}
            var (pages, cursor): ([Int64], FeedCursor?) = ([], nil)
            while true {
                let page = try await feed.page(after: cursor, filter: FeedFilter(collections: ["posters"]), limit: 10)
                #expect(page.events.count == (cursor == nil ? 2 : 0))
                pages.append(page.cursor.position)
                cursor = page.cursor
                if !page.hasMore { break }
            }
            let size = Int64(PostgresFeed.window * 2 / 3)
            #expect(pages == [2 + 2 * size, 2 + 3 * size])
        }
    }
}
