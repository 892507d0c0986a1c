import MediaCore
import MediaTesting
import Testing

@testable import MediaEngine

@Suite("The quota of the staging area")
struct StagingQuotaTests {
    private static let full = MediaError.Code.stagingQuota

    @Test("A declared length is reserved, once there is room for it, and is written to uploads that are open only")
    func declaring() async throws {
        let parts = try UploadParts(TemporaryRoot(), maximumStagingSize: ByteCount(bytes: 10))
        _ = try await parts.make(4)
        let upload = try await parts.make(nil)
        let refused = await code { () async throws(MediaError) in
            _ = try await parts.quota.declareLength(ByteCount(bytes: 7), of: upload)
        }
        #expect(refused == Self.full)
        #expect(try await parts.catalog.upload(id: upload.id)?.length == nil)
        let known = try await parts.quota.declareLength(ByteCount(bytes: 6), of: upload)
        #expect(try await parts.catalog.upload(id: upload.id) == known)
        #expect(known.length?.bytes == 6 && known.reserved.bytes == 6)
        #expect(try await parts.catalog.reservedBytes().bytes == 10)
        try await parts.records.end(known, as: .terminated)
        let late = await code { () async throws(MediaError) in
            _ = try await parts.quota.declareLength(ByteCount(bytes: 6), of: upload)
        }
        #expect(late == .uploadGone)
    }

    @Test("What is to come is reserved as far as there is room; what has come is counted, more or less than that")
    func reserving() async throws {
        let parts = try UploadParts(TemporaryRoot(), maximumStagingSize: ByteCount(bytes: 10))
        var upload = try await parts.make(nil)
        upload = try await parts.quota.reserve(upTo: ByteCount(bytes: 8), for: upload)
        #expect(upload.reserved.bytes == 8)
        #expect(try await parts.quota.reserve(upTo: ByteCount(bytes: 5), for: upload).reserved.bytes == 8)
        let present = upload
        let refused = await code { () async throws(MediaError) in
            _ = try await parts.quota.reserve(upTo: ByteCount(bytes: 11), for: present)
        }
        #expect(refused == Self.full)
        for offset in [3, 12] as [Int64] {
            upload = try await parts.quota.count(ByteCount(bytes: offset), of: upload)
            #expect(try await parts.catalog.reservedBytes().bytes == offset)
        }
    }

    @Test("The nearer bound limits a request, and names itself when more comes")
    func room() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let limit = try fixture.uploads.sizeLimit(of: SampleRecords.upload(1))
        #expect(limit.size.bytes == 1000)
        let tooLong = MediaError(.uploadTooLong, "too long")
        for (staging, bytes, code) in [
            (5000, 990, MediaError.Code.fileTooLarge), (500, 490, Self.full),
        ] as [(Int64, Int64, MediaError.Code)] {
            let parts = try UploadParts(TemporaryRoot(), maximumStagingSize: ByteCount(bytes: staging))
            var upload = try await parts.make(nil, to: "posters")
            upload = try await parts.quota.count(ByteCount(bytes: 10), of: upload)
            let room = try await parts.quota.room(for: upload, at: upload.reserved, limit: limit)
            #expect(room.bytes.bytes == bytes)
            #expect(room.explain(tooLong).code == code)
            #expect(room.explain(MediaError(.uploadIncomplete, "cut off")).code == .uploadIncomplete)
        }
        let parts = try UploadParts(TemporaryRoot(), maximumStagingSize: ByteCount(bytes: 10))
        _ = try await parts.make(10)
        let upload = try await parts.make(nil)
        let full = await code { () async throws(MediaError) in
            _ = try await parts.quota.room(for: upload, at: ByteCount(bytes: 0), limit: limit)
        }
        #expect(full == Self.full)
    }
}
