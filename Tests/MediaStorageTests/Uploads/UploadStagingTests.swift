import Glibc
import MediaCore
import MediaStorage
import MediaTesting
import Testing

@Suite("Publishing an upload")
struct UploadStagingTests {
    private let root: TemporaryRoot
    private let store: DiskStorage
    private let uploads: DiskUploadStore
    private let id: UploadID
    private let bytes = Array("the bytes of a film".utf8)

    init() async throws {
        self.root = try TemporaryRoot()
        self.store = try makeStore(self.root)
        self.uploads = try self.store.uploadStore(checkpointSize: .mebibytes(64))
        self.id = try await self.uploads.made(self.bytes)
    }

    private func links(_ relative: String) -> UInt? {
        var status = stat()
        return stat(self.root.absolute(relative), &status) == 0 ? UInt(status.st_nlink) : nil
    }

    private var data: String { "staging/uploads/\(self.id)/data" }

    @Test("The bytes get a second name, are published under it, and stay when the upload is removed")
    func publication() async throws {
        let file = try await self.uploads.held(self.id)
        let staged = try await file.stage()
        #expect(await staged.size.bytes == Int64(self.bytes.count))
        #expect(self.links(self.data) == 2)
        let opened = try await staged.open()
        #expect(OpenFileBytes.read(opened) == self.bytes)
        let version = try await staged.synchronize()
        #expect(version.digest.bytes == sha256(self.bytes))
        let path = MediaPath("videos/film.mp4")
        try await self.store.tree.publish(staged.name, owner: self.store.staging.owner, to: path, replacing: false)
        #expect(self.root.names(in: "staging/\(self.store.staging.owner)") == [])
        #expect(self.links("files/videos/film.mp4") == 2)
        #expect(try await file.remove().bytes == 0)
        #expect(self.links("files/videos/film.mp4") == 1)
        #expect(self.root.permissions("files/videos/film.mp4") == 0o644)
        let published = try await self.store.tree.open(path)
        #expect(published.identity == version.identity)
        #expect(try await self.store.tree.digest(of: published) == version.digest)
        #expect(OpenFileBytes.read(published) == self.bytes)
    }

    @Test("A publication that fails leaves the upload its bytes, and it can be staged again")
    func discard() async throws {
        let file = try await self.uploads.held(self.id)
        for _ in 0..<2 {
            let staged = try await file.stage()
            #expect(try await staged.synchronize().digest.bytes == sha256(self.bytes))
            await staged.discard()
            await staged.discard()
            #expect(self.links(self.data) == 1)
        }
        #expect(try await file.add([1]).bytes == Int64(self.bytes.count + 1))
        await file.release()
    }

    @Test("Bytes that have become a file of the tree cannot be written through the upload")
    func sharedBytes() async throws {
        let file = try await self.uploads.held(self.id)
        let staged = try await file.stage()
        _ = try await staged.synchronize()
        let path = MediaPath("videos/film.mp4")
        try await self.store.tree.publish(staged.name, owner: self.store.staging.owner, to: path, replacing: false)
        let append = try await file.append(verified: false)
        #expect(await code { () async throws(MediaError) in try append.take([1]) } == .uploadComplete)
        #expect(await code { () async throws(MediaError) in try await file.concatenate([]) } == .uploadComplete)
        #expect(await code { () async throws(MediaError) in try await staged.append([1]) } == .internalError)
        #expect(try await append.commit().bytes == Int64(self.bytes.count))
        await file.release()
        #expect(try await self.store.text(at: path) == String(decoding: self.bytes, as: UTF8.self))
    }

    @Test("A process that is killed while publishing leaves the upload whole; its staging folder is swept")
    func killed() async throws {
        let gone = try await Self.stageAndVanish(self.id, in: self.root)
        #expect(self.links(self.data) == 2)
        #expect(try await eventually { try await self.store.staging.deadOwners().map(\.name) == [gone] })
        #expect(try await self.store.staging.sweep(owner: gone) == 1)
        #expect(self.links(self.data) == 1)
        #expect(try await self.uploads.digest(of: self.id).bytes == sha256(self.bytes))
    }

    private static func stageAndVanish(_ id: UploadID, in root: TemporaryRoot) async throws -> String {
        let store = try makeStore(root)
        let file = try await store.uploadStore(checkpointSize: .mebibytes(64)).held(id)
        _ = try await file.stage().synchronize()
        return store.staging.owner
    }

    @Test("Bytes that somebody else appended to the data are noticed before they are published")
    func foreignBytes() async throws {
        let file = try await self.uploads.held(self.id)
        let staged = try await file.stage()
        try UploadRemains(root: self.root, id: self.id).write([0], at: self.bytes.count)
        #expect(await code { () async throws(MediaError) in _ = try await staged.synchronize() } == .storageUnavailable)
        await staged.discard()
        await file.release()
    }
}
