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

    @Test(
        "F6: is promised to one of two plain uploads that are announced at once, and is free again when its bytes are there"
    )
    func promised() async throws {
        let room = StorageRoom(room: { ByteCount(bytes: 1000) }, catalog: InMemoryCatalog())
        // At the same time: each sees the other, and still one of them gets the room.
        for _ in 0..<50 {
            async let one = Self.promise(600, of: room)
            async let other = Self.promise(600, of: room)
            let promises = await [one, other]
            #expect(promises.count { $0 != nil } == 1)
            for promise in promises { promise?.end() }
        }
        let first = try #require(await Self.promise(600, of: room))
        #expect(await Self.promise(401, of: room) == nil)
        let second = try #require(await Self.promise(400, of: room))
        #expect(await Self.promise(1, of: room) == nil)
        // What has come is counted by the disk, not here.
        first.isFilled(by: { ByteCount(bytes: 590) })
        #expect(await Self.promise(591, of: room) == nil)
        second.add(395)
        #expect(await Self.promise(985, of: room) != nil)
        first.end()
        second.end()
        first.end()
        #expect(await Self.promise(1000, of: room) != nil)
        // Nobody holds that one.
        #expect(await Self.promise(1000, of: room) != nil)
    }

    @Test("F6: plain and resumable uploads are promised nothing twice")
    func beside() async throws {
        let catalog = InMemoryCatalog()
        let parts = try UploadParts(TemporaryRoot(), catalog, room: { ByteCount(bytes: 1000) })
        let room = parts.room
        let plain = try #require(await Self.promise(600, of: room))
        let refused = await code { () async throws(MediaError) in
            try await parts.quota.admit(try await Self.upload(401, parts))
        }
        #expect(refused == Self.full)
        try await parts.quota.admit(try await Self.upload(400, parts))
        #expect(await Self.promise(200, of: room) == nil)
        plain.end()
        #expect(await Self.promise(601, of: room) == nil)
        #expect(await Self.promise(600, of: room) != nil)
    }

    @Test("F6: of resumable uploads that are announced at once, no more are let in than the disk has room for")
    func rush() async throws {
        let parts = try UploadParts(TemporaryRoot(), room: { ByteCount(bytes: 1000) })
        let admitted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    await code { () async throws(MediaError) in
                        try await parts.quota.admit(try await Self.upload(300, parts))
                    } == nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(admitted == 3)
    }

    private static func promise(_ bytes: Int64, of room: StorageRoom) async -> RoomPromise? {
        try? await room.promise(ByteCount(bytes: bytes))
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
