import MediaCatalog
import MediaCore
import MediaTesting
import Postgres
import Testing

/// `media.delete()` beside mediad's own transactions: both take the name first, and the file's row then.
@Suite("The order of locks of a deletion")
struct DeletionLockTests {
    @Test("A deletion in SQL that meets one of mediad waits without keeping it from its end")
    func order() async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            let bySQL = try await client.withTransaction { connection in
                // What mediad's own deletion does, with a pause in between.
                _ = try await connection.query(
                    """
                    INSERT INTO media.commits (id, kind, phase, owner, collection, name, path, record) \
                    VALUES (gen_random_uuid(), 'remove', 'recorded', 'other', \(file.collection), \(file.name.text), \
                    \(file.path.text), '{}')
                    """
                )
                let bySQL = Task { try await client.texts("SELECT media.delete(\(file.id))::text") }
                try await client.waitUntilOneWaits()
                _ = try await connection.query(
                    "SELECT media.take_out(\(file.id), \(file.path.text), interval '1 day', false, 'deleted')"
                )
                return bySQL
            }
            let error = await #expect(throws: PostgresError.self) { _ = try await bySQL.value }
            #expect(error?.sqlState == "55006", "not 40P01, a deadlock: \(error?.message ?? "")")
            #expect(try await catalog.trashEntry(file.id) != nil)
        }
    }

    @Test("A deletion in SQL that waited for a replacement deletes the version of today, or says that the name is busy")
    func replaced() async throws {
        for isMoved in [false, true] {
            try await withCatalog { catalog, client in
                let file = SampleRecords.file("1", seed: 1)
                try await catalog.adopt(file)
                let other = SampleRecords.file("1", type: isMoved ? .png : .jpeg, seed: 2, id: file.id)
                let bySQL = try await client.withTransaction { connection in
                    _ = try await connection.query(
                        """
                        UPDATE media.files SET sha256 = sha256(sha256), path = \(other.path.text), modified_at = now() \
                        WHERE id = \(file.id)
                        """
                    )
                    let bySQL = Task { try await client.texts("SELECT media.delete(\(file.id))::text") }
                    try await client.waitUntilOneWaits()
                    return bySQL
                }
                if isMoved {
                    let error = await #expect(throws: PostgresError.self) { _ = try await bySQL.value }
                    #expect(error?.sqlState == "55006")
                    #expect(try await catalog.openIntents() == [])
                } else {
                    #expect(try await bySQL.value == ["true"])
                    let entry = try #require(try await catalog.trashEntry(file.id))
                    #expect(try await catalog.openIntents().first?.file.version == entry.file.version)
                }
            }
        }
    }

    @Test("The event of a permanent deletion by force has the links that it removed")
    func linksOfTheEvent() async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            let link = FileLink(entity: "movie", entityID: "42", role: "poster")
            _ = try await catalog.link(link, to: file.id, isSingle: nil)
            try await catalog.remove(
                SampleRecords.removal(of: file),
                as: Removal(retention: .zero, removesLinks: true)
            )
            #expect(
                try await client.texts(
                    "SELECT links -> 0 ->> 'entityId' FROM media.outbox WHERE kind = 'file.deleted'"
                ) == ["42"]
            )
            #expect(try await catalog.trashEntry(file.id) == nil)
        }
    }

    @Test("An event has 1000 links of its file at most: whoever may link must not fill the memory of every reader")
    func manyLinks() async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            try await client.execute(
                script: """
                    INSERT INTO media.links (entity, entity_id, role, file_id, is_single)
                        SELECT 'movie', lpad(n::text, 5, '0'), 'poster', '\(file.id)', false FROM generate_series(1, 1200) AS n;
                    UPDATE media.files SET updated_at = updated_at + interval '1 second';
                    """
            )
            #expect(
                try await client.texts(
                    """
                    SELECT jsonb_array_length(links) || ' ' || (links -> 0 ->> 'entityId') FROM media.outbox \
                    WHERE kind = 'file.updated'
                    """
                ) == ["1000 00001"]
            )
        }
    }

    @Test("Whoever deletes in SQL cannot make the event say another reason")
    func cause() async throws {
        try await withCatalog { catalog, client in
            let file = SampleRecords.file("1", seed: 1)
            try await catalog.adopt(file)
            try await client.withTransaction { connection in
                try await connection.execute(
                    script: "SET LOCAL media.cause = 'reaped'; SELECT media.delete('\(file.id)')"
                )
            }
            #expect(
                try await client.texts("SELECT kind FROM media.outbox ORDER BY id") == ["file.created", "file.deleted"]
            )
        }
    }
}
