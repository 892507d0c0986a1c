import MediaCore
import MediaStorage
import MediaTesting
import Testing

@Suite("Uploads on a full disk", .enabled(if: TestMounts.canMount, "needs root and CAP_SYS_ADMIN to mount a tmpfs"))
struct UploadFullDiskTests {
    @Test("A4.28: storage_full; what was written before counts, and it goes on when there is room again")
    func append() async throws {
        let root = try TemporaryRoot()
        try await TestMounts.withTmpfs(at: root.path, size: "1m") {
            let store = try makeStore(root)
            let uploads = try store.uploadStore(checkpointSize: .mebibytes(64))
            try root.write(String(repeating: "b", count: 200_000), to: "files/ballast")
            var numbers = SeededNumbers(test: 31)
            let bytes = numbers.bytes(900_000)
            let id = try await uploads.made([])
            let file = try await uploads.held(id)
            let append = try await file.append(verified: false)
            #expect(await code { () async throws(MediaError) in try append.take(bytes) } == .storageFull)
            #expect(await code { () async throws(MediaError) in try append.take(bytes) } == .storageFull)
            let received = Int(append.received.bytes)
            #expect(received > 500_000 && received < bytes.count)
            #expect(try await append.commit().bytes == Int64(received))
            try root.remove("files/ballast")
            #expect(try await file.add(Array(bytes[received...])).bytes == 900_000)
            await file.release()
            #expect(try await makeUploads(root).digest(of: id).bytes == sha256(bytes))
            try await store.close()
        }
    }

    @Test("A verified request that does not fit is dropped; a concatenation that does not fit leaves its parts")
    func discard() async throws {
        let root = try TemporaryRoot()
        try await TestMounts.withTmpfs(at: root.path, size: "1m") {
            let store = try makeStore(root)
            let uploads = try store.uploadStore(checkpointSize: .mebibytes(64))
            let part = try await uploads.made([UInt8](repeating: 7, count: 400_000))
            let file = try await uploads.held(part)
            let append = try await file.append(verified: true)
            let tooMuch = [UInt8](repeating: 8, count: 900_000)
            #expect(await code { () async throws(MediaError) in try append.take(tooMuch) } == .storageFull)
            try await append.discard()
            #expect(file.offset.bytes == 400_000)
            await file.release()
            let final = try await uploads.made([])
            let concatenation = try await uploads.held(final)
            #expect(
                await code { () async throws(MediaError) in try await concatenation.concatenate([part, part, part]) }
                    == .storageFull
            )
            #expect(concatenation.offset.bytes == 0)
            try await concatenation.concatenate([part])
            #expect(concatenation.offset.bytes == 400_000)
            await concatenation.release()
            #expect(try await uploads.digest(of: part) == uploads.digest(of: final))
            try await store.close()
        }
    }

    @Test("A creation that does not fit leaves nothing")
    func creation() async throws {
        let root = try TemporaryRoot()
        try await TestMounts.withTmpfs(at: root.path, size: "1m") {
            let store = try makeStore(root)
            let uploads = try store.uploadStore(checkpointSize: .mebibytes(64))
            let found = await code { () async throws(MediaError) in
                let id = try await uploads.made(filling: [UInt8](repeating: 1, count: 65536))
                _ = id
            }
            #expect(found == .storageFull)
            let before = try await uploads.uploads()
            let id = UploadID()
            #expect(await code { () async throws(MediaError) in try await uploads.create(id) } == .storageFull)
            #expect(try await uploads.uploads() == before)
            try await store.close()
        }
    }
}

extension UploadStore {
    /// Writes until the disk is full.
    fileprivate func made(filling piece: [UInt8]) async throws(MediaError) -> UploadID {
        let id = UploadID()
        try await self.create(id)
        guard let file = try await self.acquire(id) else { return id }
        let append = try await file.append(verified: false)
        for _ in 0..<1000 { try append.take(piece) }
        return id
    }
}
