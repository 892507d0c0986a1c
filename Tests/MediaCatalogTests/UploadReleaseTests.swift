import MediaCatalog
import MediaCore
import MediaTesting
import Postgres
import Synchronization
import Testing

@Suite("Release of uploads")
struct UploadReleaseTests {
    @Test("Every daemon hears whose release is asked for, also the one that asks")
    func heard() async throws {
        try await withTwoCatalogs { catalogs, client in
            try await Self.listening(to: client, asking: catalogs[0]) { heard in
                let ids = (1...20).map { SampleRecords.uploadID($0) }
                for (index, id) in ids.enumerated() {
                    try await catalogs[index % 2].requestTakeover(of: id, asked: Timestamp(microseconds: 7))
                }
                #expect(try await eventually { heard.ids.count == ids.count })
                #expect(heard.ids == ids)
            }
        }
    }

    @Test(
        "What is no identifier is ignored, and what comes after it is heard",
        arguments: ["", " ", "{}", "0", String(repeating: "g", count: 32), String(repeating: "A", count: 32), "é\n"]
    )
    func malformed(payload: String) async throws {
        try await withCatalog { catalog, client in
            try await Self.listening(to: client, asking: catalog) { heard in
                _ = try await client.query("SELECT pg_notify('media_uploads', \(payload))")
                _ = try await client.query("SELECT pg_notify('media_uploads', \(SampleRecords.uploadID(1).text + "0"))")
                _ = try await client.query("SELECT pg_notify('media_changes', \(SampleRecords.uploadID(3)))")
                try await catalog.requestTakeover(of: SampleRecords.uploadID(2), asked: Timestamp(microseconds: 7))
                #expect(try await eventually { !heard.ids.isEmpty })
                #expect(heard.ids == [SampleRecords.uploadID(2)])
            }
        }
    }

    @Test("A listener whose connection is cut hears again")
    func cut() async throws {
        try await withCatalog { catalog, client in
            try await Self.listening(to: client, asking: catalog) { heard in
                let cut = try await client.query(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                    WHERE datname = current_database() AND query LIKE 'LISTEN%"media_uploads"'
                    """
                )
                #expect(cut.affectedRows == 1)
                #expect(
                    try await eventually {
                        try await catalog.requestTakeover(
                            of: SampleRecords.uploadID(5),
                            asked: Timestamp(microseconds: 7)
                        )
                        return heard.ids.contains(SampleRecords.uploadID(5))
                    }
                )
            }
        }
    }

    @Test("In memory, too, whoever listens is told, and what was asked for is known afterwards")
    func memory() async throws {
        let (catalog, heard) = (InMemoryCatalog(), HeardUploads())
        try await catalog.requestTakeover(of: SampleRecords.uploadID(1), asked: Timestamp(microseconds: 7))
        catalog.onTakeoverRequest { id, _ in heard.add(id) }
        try await catalog.requestTakeover(of: SampleRecords.uploadID(2), asked: Timestamp(microseconds: 7))
        catalog.onTakeoverRequest(nil)
        try await catalog.requestTakeover(of: SampleRecords.uploadID(3), asked: Timestamp(microseconds: 7))
        #expect(heard.ids == [SampleRecords.uploadID(2)])
        #expect(catalog.takeoverRequests == [1, 2, 3].map { SampleRecords.uploadID($0) })
    }

    /// Runs the body while a listener that is heard to work tells `Heard`, which is empty at first.
    private static func listening(
        to client: PostgresClient,
        asking catalog: PostgresCatalog,
        _ body: (HeardUploads) async throws -> Void
    ) async throws {
        let heard = HeardUploads()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await notification in PostgresNotifications(client: client, logger: quietLogger).notifications() {
                    guard case .uploadTakeoverRequested(let id, let time) = notification else { continue }
                    #expect(time == Timestamp(microseconds: 7))
                    heard.add(id)
                }
            }
            let (first, last) = (SampleRecords.uploadID(0xF1), SampleRecords.uploadID(0xF2))
            let isListening = try await eventually {
                try await catalog.requestTakeover(of: first, asked: Timestamp(microseconds: 7))
                return heard.ids.contains(first)
            }
            #expect(isListening)
            // Notifications come in order: after this one there are none of the first kind under way.
            try await catalog.requestTakeover(of: last, asked: Timestamp(microseconds: 7))
            #expect(try await eventually { heard.ids.contains(last) })
            heard.clear()
            try await body(heard)
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}

/// What a listener was told.
private final class HeardUploads: Sendable {
    private let state = Mutex<[UploadID]>([])

    var ids: [UploadID] { self.state.withLock { $0 } }

    func add(_ id: UploadID) { self.state.withLock { $0.append(id) } }

    func clear() { self.state.withLock { $0 = [] } }
}
