import MediaCore
import MediaTesting
import Postgres
import Synchronization
import Testing

@testable import MediaCatalog

@Suite("Resumable uploads in PostgreSQL")
struct UploadTests {
    @Test("Upload, record and event are written together or not at all", arguments: ["outbox", "files", "uploads"])
    func together(table: String) async throws {
        try await withCatalog { catalog, client in
            let upload = SampleRecords.upload(1, state: .processing)
            try await catalog.create(upload, within: SampleRecords.ampleQuota)
            let file = SampleRecords.file("1")
            let intent = SampleRecords.publication(of: file, upload: upload.id)
            try await catalog.begin(intent)
            let refusal: PostgresQuery = """
                ALTER TABLE media.\(identifier: table) ADD CONSTRAINT refuse \
                CHECK (\(unescaped: table == "uploads" ? "state <> 'complete'" : "path <> 'posters/1.jpg'"))
                """
            _ = try await client.query(refusal)
            #expect(await code { () async throws(MediaError) in try await catalog.finish(intent) } == .internalError)
            #expect(try await catalog.upload(id: upload.id) == upload)
            #expect(try await catalog.file(id: file.id) == nil)
            #expect(try await client.texts("SELECT kind FROM media.outbox") == [])
            #expect(try await catalog.openIntents() == [intent])
            _ = try await client.query("ALTER TABLE media.\(identifier: table) DROP CONSTRAINT refuse")
            try await catalog.finish(intent)
            #expect(try await catalog.upload(id: upload.id)?.state == .complete)
            #expect(try await catalog.file(id: file.id) == file)
            #expect(try await client.texts("SELECT kind FROM media.outbox") == ["file.created"])
        }
    }

    @Test("Of several finishers at once, in several daemons, one completes the upload, with one event")
    func finishers() async throws {
        try await withTwoCatalogs { catalogs, client in
            let upload = SampleRecords.upload(1, state: .processing)
            try await catalogs[0].create(upload, within: SampleRecords.ampleQuota)
            let file = SampleRecords.file("1")
            let intent = SampleRecords.publication(of: file, upload: upload.id)
            try await catalogs[0].begin(intent)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<10 { group.addTask { try await catalogs[number % 2].finish(intent) } }
                try await group.waitForAll()
            }
            #expect(try await catalogs[1].upload(id: upload.id)?.fileID == file.id)
            #expect(try await client.texts("SELECT kind FROM media.outbox") == ["file.created"])
        }
    }

    @Test("The quotas are exact also when two daemons take uploads at once")
    func twoDaemons() async throws {
        try await withTwoCatalogs { catalogs, client in
            let quota = UploadQuota(maximumOpenPerClient: 20, maximumStagingSize: ByteCount(bytes: 3099))
            let codes = await withTaskGroup(of: MediaError.Code?.self) { group in
                for number in 0..<80 {
                    let upload = SampleRecords.upload(number, length: 100, client: "192.0.2.\(number / 2 % 2)")
                    group.addTask {
                        await code { () async throws(MediaError) in
                            try await catalogs[number % 2].create(upload, within: quota)
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(codes[nil] == 30)
            #expect(codes[.tooManyUploads, default: 0] + codes[.stagingQuota, default: 0] == 50)
            #expect(codes.count <= 3)
            #expect(try await catalogs[0].reservedBytes() == ByteCount(bytes: 3000))
            let tooMany = try await client.texts(
                "SELECT client FROM media.uploads GROUP BY client HAVING count(*) > 20"
            )
            #expect(tooMany == [])
        }
    }

    @Test("A daemon that freezes in the middle of a creation holds up the others for seconds only")
    func frozen() async throws {
        try await withTwoCatalogs { catalogs, client in
            let created = Mutex(false)
            let frozen = await code { () async throws(MediaError) in
                try await CatalogFailure.translate {
                    try await client.withTransaction { connection in
                        _ = try await connection.query(PostgresCatalog.creationLock)
                        try await catalogs[1].create(SampleRecords.upload(1), within: SampleRecords.ampleQuota)
                        created.withLock { $0 = true }
                    }
                }
            }
            #expect(created.withLock { $0 })
            #expect(frozen == .catalogUnavailable)
        }
    }

    @Test("A text that cannot be kept in a commit's record is invalid_request, not a defect")
    func unstorableRecord() async throws {
        try await withCatalog { catalog, _ in
            var file = SampleRecords.file("1")
            file.originalFilename = "a\0b"
            let intent = SampleRecords.publication(of: file)
            #expect(await code { () async throws(MediaError) in try await catalog.begin(intent) } == .invalidRequest)
            #expect(await code { () async throws(MediaError) in try await catalog.adopt(file) } == .invalidRequest)
        }
    }

    @Test("The queries of each creation and of the sweeper use the indexes made for them")
    func indexes() async throws {
        try await withCatalog { catalog, client in
            try await client.fillWithUploads()
            let quota = SampleRecords.ampleQuota
            let wanted = [
                "uploads_client_open_idx", "uploads_expires_at_idx", "uploads_reserved_open_idx",
                "uploads_state_created_at_idx", "uploads_updated_at_ended_idx",
            ]
            // A session's counters reach the view with a delay, so the questions are asked until they have.
            let areUsed = try await eventually {
                try await catalog.create(Self.stranger(), within: quota)
                _ = try await catalog.uploads(in: .processing, limit: 10)
                _ = try await catalog.expired(before: SampleRecords.uploadTime, limit: 10)
                _ = try await catalog.forgetEnded(before: SampleRecords.uploadTime)
                let used = try await client.texts(
                    """
                    SELECT indexrelname::text FROM pg_stat_user_indexes \
                    WHERE relname = 'uploads' AND idx_scan > 0 AND indexrelname <> 'uploads_pkey' ORDER BY 1
                    """
                )
                return used == wanted
            }
            #expect(areUsed)
        }
    }

    private static func stranger() -> Upload {
        Upload(
            id: UploadID(),
            transport: .tus,
            length: nil,
            target: Upload.Target(),
            client: "10.0.0.5",
            createdAt: SampleRecords.uploadTime,
            expiresAt: Timestamp(microseconds: .max / 2)
        )
    }
}

extension PostgresClient {
    /// A thousand open uploads of a hundred clients, and twenty thousand ended ones.
    fileprivate func fillWithUploads() async throws {
        _ = try await self.query(
            """
            INSERT INTO media.uploads \
            (id, transport, kind, length, reserved, replace, client, state, created_at, updated_at, expires_at) \
            SELECT md5(n::text), 'tus', 'whole', 1000, 1000, false, '10.0.0.' || n % 100, \
            CASE WHEN n > 1000 THEN 'complete' WHEN n % 100 = 0 THEN 'processing' ELSE 'receiving' END, \
            now(), now() + interval '10 years', now() + interval '10 years' FROM generate_series(1, 21000) AS n
            """
        )
        _ = try await self.query("ANALYZE media.uploads")
    }
}
