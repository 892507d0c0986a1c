import MediaCatalog
import MediaCore
import MediaTesting
import Postgres
import Testing

@Suite("A database that is away")
struct OutageTests {
    @Test("Down is catalog_unavailable for every call, and back is back")
    func downAndUp() async throws {
        let cluster = try await ThrowawayPostgres.make()
        let target = try await cluster.createDatabase()
        try await withDatabase(of: target) { client in
            _ = try await Migrator(client: client, logger: quietLogger).migrate()
        }
        try await withDatabase(of: target, acquireTimeout: .milliseconds(500)) { client in
            let migrator = Migrator(client: client, logger: quietLogger)
            let catalog = PostgresCatalog(client: client)
            let feed = PostgresFeed(client: client)
            // On a busy machine the first connection may take longer than that.
            #expect(
                try await eventually { await code { () async throws(MediaError) in try await catalog.ping() } == nil }
            )
            let file = SampleRecords.file("1")
            try await catalog.adopt(file)
            let (upload, quota) = (SampleRecords.upload(1), SampleRecords.ampleQuota)
            await cluster.kill9()
            // The backend that the connection belongs to outlives its postmaster for a moment.
            #expect(
                try await eventually {
                    await code { () async throws(MediaError) in try await catalog.ping() } == .catalogUnavailable
                }
            )
            let intent = SampleRecords.publication(of: SampleRecords.file("2", seed: 2))
            let codes = [
                await code { () async throws(MediaError) in try await catalog.ping() },
                await code { () async throws(MediaError) in _ = try await catalog.file(id: file.id) },
                await code { () async throws(MediaError) in try await catalog.begin(intent) },
                await code { () async throws(MediaError) in try await catalog.finish(intent) },
                await code { () async throws(MediaError) in try await catalog.remove(SampleRecords.removal(of: file)) },
                await code { () async throws(MediaError) in _ = try await catalog.openIntents() },
                await code { () async throws(MediaError) in try await migrator.migrate() },
                await code { () async throws(MediaError) in try await catalog.create(upload, within: quota) },
                await code { () async throws(MediaError) in _ = try await catalog.upload(id: upload.id) },
                await code { () async throws(MediaError) in _ = try await catalog.uploads(ids: [upload.id]) },
                await code { () async throws(MediaError) in _ = try await catalog.update(upload, from: [.receiving]) },
                await code { () async throws(MediaError) in _ = try await catalog.reservedBytes() },
                await code { () async throws(MediaError) in _ = try await catalog.uploads(in: .failed, limit: 1) },
                await code { () async throws(MediaError) in
                    _ = try await catalog.expired(before: upload.expiresAt, limit: 1)
                },
                await code { () async throws(MediaError) in
                    _ = try await catalog.shortenExpiry(after: upload.expiresAt, to: upload.expiresAt)
                },
                await code { () async throws(MediaError) in _ = try await catalog.forgetEnded(before: upload.expiresAt)
                },
                await code { () async throws(MediaError) in
                    try await catalog.requestTakeover(of: upload.id, asked: Timestamp(microseconds: 7))
                },
                await code { () async throws(MediaError) in _ = try await feed.bounds() },
                await code { () async throws(MediaError) in
                    _ = try await feed.page(after: nil, filter: .all, limit: 1)
                },
                await code { () async throws(MediaError) in _ = try await feed.stamp() },
                await code { () async throws(MediaError) in
                    try await feed.prune(olderThan: .seconds(1), keeping: 1)
                },
                await code { () async throws(MediaError) in try await feed.noteRendition(preset: "w92", of: file) },
            ]
            #expect(codes == Array(repeating: .catalogUnavailable, count: codes.count))
            try await cluster.start()
            #expect(
                try await eventually { await code { () async throws(MediaError) in try await catalog.ping() } == nil }
            )
            #expect(try await catalog.file(id: file.id) == file)
        }
        try await cluster.remove()
    }
}
