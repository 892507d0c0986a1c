import MediaCore
import MediaTesting
import Testing

@testable import MediaEngine

@Suite("The room of the disk")
struct StorageRoomTests {
    private static let full = MediaError.Code.storageFull

    @Test("is what is announced compared with, beside what other uploads have reserved")
    func announced() async throws {
        let parts = try UploadParts(TemporaryRoot(), room: { ByteCount(bytes: 1000) })
        let refused = await code { () async throws(MediaError) in
            try await parts.quota.admit(try await Self.upload(1001, parts))
        }
        #expect(refused == Self.full)
        let first = try await parts.make(600)
        let second = await code { () async throws(MediaError) in
            try await parts.quota.admit(try await Self.upload(401, parts))
        }
        #expect(second == Self.full)
        _ = try await parts.make(400)
        // One that becomes longer than there is room for.
        let open = try await parts.make(nil)
        let longer = await code { () async throws(MediaError) in
            _ = try await parts.quota.declareLength(ByteCount(bytes: 20), of: open)
        }
        #expect(longer == Self.full)
        try await parts.records.end(first, as: .terminated)
        _ = try await parts.quota.declareLength(ByteCount(bytes: 20), of: open)
    }

    @Test("is asked before a plain upload sends its bytes; a length that is not announced is not judged")
    func plain() async throws {
        let room = StorageRoom(room: { ByteCount(bytes: 100) }, catalog: InMemoryCatalog())
        try await room.check(growth: ByteCount(bytes: 100))
        try await room.check(growth: ByteCount(bytes: 0))
        #expect(
            await code { () async throws(MediaError) in try await room.check(growth: ByteCount(bytes: 101)) }
                == Self.full
        )
        let none = StorageRoom(room: { ByteCount(bytes: -5) }, catalog: InMemoryCatalog())
        #expect(
            await code { () async throws(MediaError) in try await none.check(growth: ByteCount(bytes: 1)) } == Self.full
        )
        try await none.check(growth: ByteCount(bytes: 0))
        let endless = StorageRoom(room: { ByteCount(bytes: .max) }, catalog: InMemoryCatalog())
        try await endless.check(growth: ByteCount(bytes: .max))
    }

    private static func upload(_ length: Int64, _ parts: UploadParts) async throws(MediaError) -> Upload {
        let now = Timestamp(microseconds: 0)
        return Upload(
            id: UploadID(),
            transport: .tus,
            length: ByteCount(bytes: length),
            target: .init(collection: "documents"),
            client: "somebody",
            createdAt: now,
            expiresAt: now
        )
    }
}
