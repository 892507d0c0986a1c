import Crypto
import MediaCore
import MediaStorage
import MediaTesting
import Testing

@Suite("Staging")
struct StagingTests {
    @Test("Size and digest are those of the bytes, whatever the pieces; the identity is what the tree shows afterwards")
    func digestAndIdentity() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        let staged = try await store.staging.stage()
        var offset = 0
        for length in [0, 1, 4095, 65536, 1_000_000, bytes.count] {
            let end = min(bytes.count, offset + length)
            try await staged.append(Array(bytes[offset..<end]))
            offset = end
        }
        #expect(await staged.size.bytes == 3_000_000)
        let version = try await staged.synchronize()
        #expect(version.size.bytes == 3_000_000)
        #expect(version.digest.bytes == Array(SHA256.hash(data: bytes)))
        try await store.tree.publish(
            staged.name,
            owner: store.staging.owner,
            to: MediaPath("documents/a.bin"),
            replacing: false
        )
        let file = try await store.tree.open(MediaPath("documents/a.bin"))
        #expect(file.identity == version.identity)
        #expect(try await store.tree.digest(of: file) == version.digest)
        #expect(root.permissions("files/documents/a.bin") == 0o644)
        #expect(root.permissions("staging") == 0o700)
    }

    @Test("An empty staged file has the digest of nothing")
    func empty() async throws {
        let root = try TemporaryRoot()
        let version = try await makeStore(root).staging.stage().synchronize()
        #expect(version.digest.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(version.size.bytes == 0)
    }

    @Test("Bytes that somebody else appended to a staged file are noticed")
    func foreignBytes() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        let staged = try await store.staging.stage()
        try await staged.append(Array("abc".utf8))
        try root.write("abcdef", to: "staging/\(store.staging.owner)/\(staged.name)")
        #expect(await code { () async throws(MediaError) in _ = try await staged.synchronize() } == .storageUnavailable)
    }

    @Test("A discarded file is gone, twice is fine, and so is discarding a published one")
    func discard() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        let staged = try await store.staging.stage()
        #expect(try await store.staging.stagedFileExists(owner: store.staging.owner, name: staged.name))
        await staged.discard()
        await staged.discard()
        #expect(try await !store.staging.stagedFileExists(owner: store.staging.owner, name: staged.name))
        #expect(root.names(in: "staging/\(store.staging.owner)") == [])
        let published = try await store.staging.stage()
        try await published.append([1])
        _ = try await published.synchronize()
        try await store.tree.publish(
            published.name,
            owner: store.staging.owner,
            to: MediaPath("posters/1.jpg"),
            replacing: false
        )
        await published.discard()
        #expect(root.kind("files/posters/1.jpg") == .file)
    }

    @Test("A living owner is never dead, to itself or to a second process, and is not swept")
    func living() async throws {
        let root = try TemporaryRoot()
        let (first, second) = (try makeStore(root), try makeStore(root))
        _ = try await first.staging.stage()
        #expect(first.staging.owner != second.staging.owner)
        #expect(try await first.staging.deadOwners() == [])
        #expect(try await second.staging.deadOwners() == [])
        #expect(try await second.staging.sweep(owner: first.staging.owner) == 0)
        #expect(try await second.staging.ownerExists(first.staging.owner))
        #expect(root.names(in: "staging/\(first.staging.owner)").count == 1)
    }

    @Test("An owner that is gone is dead; sweeping takes its folder and counts its files; twice is fine")
    func dead() async throws {
        let root = try TemporaryRoot()
        let gone = try await Self.leaveStagedFiles(2, in: root)
        let store = try makeStore(root)
        #expect(
            try await eventually { try await store.staging.deadOwners() == [DeadOwner(name: gone, stagedFiles: 2)] }
        )
        #expect(try await store.staging.ownerExists(gone))
        #expect(try await store.staging.sweep(owner: gone) == 2)
        #expect(try await !store.staging.ownerExists(gone))
        #expect(try await store.staging.sweep(owner: gone) == 0)
        #expect(root.names(in: "staging") == [store.staging.owner])
    }

    @Test("Closing takes the process's own folder with what is in it")
    func closing() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        _ = try await store.staging.stage()
        try await store.close()
        #expect(root.names(in: "staging") == [])
    }

    @Test("Sweeping takes only owners' folders inside staging", arguments: ["..", ".", "../files", "/", "notes", ""])
    func sweepingElsewhere(_ owner: String) async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        try root.write("mine", to: "files/posters/1.jpg")
        try root.write("mine", to: "staging/notes/1")
        #expect(try await store.staging.sweep(owner: owner) == 0)
        #expect(root.kind("files/posters/1.jpg") == .file)
        #expect(root.kind("staging/notes/1") == .file)
    }

    @Test("A staged file elsewhere is neither found nor removed", arguments: ["../files/posters", "..", "../../etc"])
    func stagedElsewhere(_ owner: String) async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        try root.write("mine", to: "files/posters/1.jpg")
        #expect(try await !store.staging.stagedFileExists(owner: owner, name: "1.jpg"))
        _ = await code { () async throws(MediaError) in
            try await store.staging.removeStaged(owner: owner, name: "1.jpg")
        }
        #expect(root.kind("files/posters/1.jpg") == .file)
    }

    @Test("The probe leaves nothing behind")
    func probe() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        try await store.probe()
        #expect(root.names(in: "staging/\(store.staging.owner)") == [])
    }

    /// What a process leaves that is gone: its store is let go of, and with it the lock.
    private static func leaveStagedFiles(_ count: Int, in root: TemporaryRoot) async throws -> String {
        let store = try makeStore(root)
        for _ in 0..<count { try await store.staging.stage().append([1, 2, 3]) }
        return store.staging.owner
    }
}
