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
            let log = PostgresChangeLog(client: client, logger: quietLogger)
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
                await code { () async throws(MediaError) in _ = try await log.end() },
                await code { () async throws(MediaError) in _ = try await log.changes(after: nil, limit: 1) },
                await code { () async throws(MediaError) in try await log.prune(through: ChangeCursor(text: "0")) },
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
