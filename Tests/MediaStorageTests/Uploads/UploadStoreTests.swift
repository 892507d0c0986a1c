import Glibc
import MediaCore
import MediaStorage
import MediaTesting
import Testing

@Suite("The folders of uploads")
struct UploadStoreTests {
    @Test("A new upload is there without a byte, for this process and the next")
    func creation() async throws {
        let root = try TemporaryRoot()
        let uploads = try makeUploads(root)
        let id = UploadID()
        try await uploads.create(id)
        for store in [uploads, try makeUploads(root)] {
            #expect(try await store.progress(of: id)?.offset.bytes == 0)
            let file = try await store.held(id)
            #expect(file.offset.bytes == 0)
            await file.release()
        }
        let remains = UploadRemains(root: root, id: id)
        #expect(root.permissions("staging/uploads") == 0o700)
        #expect(root.permissions(remains.folder) == 0o700)
        #expect(root.permissions("\(remains.folder)/data") == 0o644)
        #expect(await code { () async throws(MediaError) in try await uploads.create(id) } == .internalError)
        #expect(try await uploads.progress(of: id)?.offset.bytes == 0)
    }

    @Test("A3.18: an upload that never was is not found")
    func unknown() async throws {
        let root = try TemporaryRoot()
        let uploads = try makeUploads(root)
        #expect(await code { () async throws(MediaError) in _ = try await uploads.acquire(UploadID()) } == .notFound)
        #expect(try await uploads.progress(of: UploadID()) == nil)
        #expect(try await uploads.uploads().isEmpty)
    }

    @Test("The list has every upload with the time of its last byte, and nothing else that lies there")
    func list() async throws {
        let root = try TemporaryRoot()
        let uploads = try makeUploads(root)
        var ids: Set<UploadID> = []
        for _ in 0..<3 { ids.insert(try await uploads.made([1])) }
        let old = try #require(ids.first)
        for name in ["data", "checkpoint"] {
            try root.setModificationTime("staging/uploads/\(old)/\(name)", secondsSince1970: 1_000_000)
        }
        try root.makeFolder("staging/uploads/not-an-upload")
        try root.write("x", to: "staging/uploads/stray")
        let found = try await uploads.uploads()
        #expect(Set(found.keys) == ids)
        #expect(found[old]?.seconds == 1_000_000)
        #expect(try await uploads.progress(of: old)?.lastActivity.seconds == 1_000_000)
        let before = Timestamp.now()
        let file = try await uploads.held(old)
        try await file.append(verified: false).take([2])
        await file.release()
        let latest = try #require(try await uploads.progress(of: old)?.lastActivity)
        // Kernel times are those of the last tick.
        #expect(latest.microseconds > before.microseconds - 100_000)
    }

    @Test("Uploads are nobody's staging folder: sweeping and closing leave them")
    func sweeping() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        let uploads = try store.uploadStore(checkpointSize: .mebibytes(1))
        let id = try await uploads.made([1, 2, 3])
        let other = try makeStore(root)
        #expect(try await other.staging.deadOwners().isEmpty)
        #expect(try await other.staging.sweep(owner: "uploads") == 0)
        try await store.close()
        #expect(try await makeUploads(root).progress(of: id)?.offset.bytes == 3)
    }

    @Test("A link in the place of an upload's folder or file is not followed", arguments: ["", "/data", "/checkpoint"])
    func links(_ place: String) async throws {
        let root = try TemporaryRoot()
        let uploads = try makeUploads(root)
        let id = try await uploads.made(Array("abc".utf8))
        let outside = try TemporaryRoot()
        let path = "staging/uploads/\(id)\(place)"
        let moved = outside.absolute("moved")
        #expect(rename(root.absolute(path), moved) == 0)
        try root.link(path, to: moved)
        #expect(await code { () async throws(MediaError) in _ = try await uploads.acquire(id) } == .notFound)
        #expect(outside.kind("moved") != nil)
        if !place.isEmpty { #expect(try await uploads.remove(id) != nil) }
        #expect(outside.kind("moved") != nil)
    }

    @Test("Every call fails once, and then the upload goes on as if nothing had been", arguments: [false, true])
    func faults(_ isVerified: Bool) async throws {
        var calls = 0
        repeat {
            calls += 1
            let plan = FaultPlan(failing: calls, mode: .refused)
            let root = try TemporaryRoot()
            let uploads = FaultyUploadStore(try makeUploads(root), plan: plan)
            let id = UploadID()
            plan.arm()
            _ = await code { () async throws(MediaError) in
                try await uploads.create(id)
                guard let file = try await uploads.acquire(id) else { return }
                do throws(MediaError) {
                    let append = try await file.append(verified: isVerified)
                    try append.take([1, 2])
                    _ = try await append.checksum(.sha1)
                    _ = try await append.commit()
                    let staged = try await file.stage()
                    let failure = await code { () async throws(MediaError) in _ = try await staged.synchronize() }
                    await staged.discard()
                    #expect(failure == nil || failure == .storageUnavailable)
                } catch {
                    await file.release()
                    throw error
                }
                await file.release()
            }
            plan.disarm()
            guard let failed = plan.failedCall else { break }
            if failed == "uploads.create" {
                #expect(try await uploads.progress(of: id) == nil)
                continue
            }
            let file = try await uploads.held(id)
            #expect([0, 2].contains(file.offset.bytes), "\(failed)")
            _ = try await file.add([3])
            let content: [UInt8] = file.offset.bytes == 1 ? [3] : [1, 2, 3]
            await file.release()
            #expect(try await uploads.digest(of: id).bytes == sha256(content), "\(failed)")
        } while calls < 100
        #expect(calls == 9)
    }
}
