import Glibc
import MediaCore
import MediaTesting
import NIOPosix
import Testing

@testable import MediaStorage

@Suite("The reserve of the disk", .enabled(if: TestMounts.canMount, "needs root and CAP_SYS_ADMIN to mount a tmpfs"))
struct DiskSpaceTests {
    private func store(_ root: TemporaryRoot, reserve: ByteCount?) throws -> DiskStorage {
        try DiskStorage(
            layout: StorageLayout(root: root.path),
            io: BlockingIO(pool: .singleton),
            reserve: reserve
        )
    }

    @Test("is left free by plain and by resumable uploads; it is a hundredth of the disk unless it is set")
    func kept() async throws {
        let root = try TemporaryRoot()
        try await TestMounts.withTmpfs(at: root.path, size: "40m") {
            let standard = try store(root, reserve: nil).area.space
            let none = try store(root, reserve: ByteCount(bytes: 0)).area.space
            let difference = try none.free() - standard.free()
            #expect(abs(difference - (40 << 20) / 100) < 64 << 10)
            let store = try store(root, reserve: .mebibytes(30))
            let staged = try await store.staging.stage()
            let megabyte = [UInt8](repeating: 7, count: 1 << 20)
            var written = 0
            let full = await code { () async throws(MediaError) in
                while written < 40 {
                    try await staged.append(megabyte)
                    written += 1
                }
            }
            #expect(full == .storageFull && written >= 9 && written < 30)
            #expect(try none.free() > 10 << 20)
            let second = try await store.staging.stage()
            let refused = await code { () async throws(MediaError) in try await second.append([1]) }
            await staged.discard()
            await second.discard()
            #expect(refused == (written >= 10 ? .storageFull : nil))
        }
    }

    @Test("leaves room in which what open uploads have received counts once")
    func room() async throws {
        let root = try TemporaryRoot()
        try await TestMounts.withTmpfs(at: root.path, size: "40m") {
            let store = try store(root, reserve: .mebibytes(10))
            let uploads = try store.uploadStore(checkpointSize: .mebibytes(64))
            let before = try await store.room().bytes
            #expect(before > 28 << 20 && before <= 30 << 20)
            let id = UploadID()
            try await uploads.create(id)
            let file = try #require(try await uploads.acquire(id))
            let append = try await file.append(verified: false)
            try append.take([UInt8](repeating: 7, count: 4 << 20))
            _ = try await append.commit()
            await file.release()
            #expect(abs(try await store.room().bytes - before) < 1 << 20)
        }
    }
}
