import MediaCore
import MediaStorage
import MediaTesting
import Testing

@Suite("Renditions on disk")
struct RenditionStoreTests {
    private static func key(_ seed: UInt8, _ width: Int = 342) -> RenditionKey {
        RenditionKey(
            digest: SampleRecords.digest(seed),
            recipe: .picture(PictureRecipe(width: width, format: .webp))
        )
    }

    private static func put(_ text: String, _ key: RenditionKey, in store: DiskStorage) async throws {
        let staged = try await store.staging.stage()
        try await staged.append(Array(text.utf8))
        try await staged.synchronizeForeignBytes()
        try await store.renditions.storeRendition(staged.name, as: key)
    }

    @Test("A rendition is stored, opened, replaced, and removed with all others of its original")
    func lifeCycle() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        let (one, two, other) = (Self.key(1), Self.key(1, 92), Self.key(2))
        #expect(try await store.renditions.openRendition(one) == nil)
        for key in [one, two, other] { try await Self.put("first", key, in: store) }
        try await Self.put("second", one, in: store)
        let file = try #require(try await store.renditions.openRendition(one))
        #expect(String(decoding: OpenFileBytes.read(file), as: UTF8.self) == "second")
        let prefixes = try await allPrefixes(store)
        #expect(Set(prefixes) == [one.digest.prefix, other.digest.prefix])
        try await store.renditions.removeRenditions(of: one.digest)
        try await store.renditions.removeRenditions(of: one.digest)
        #expect(try await store.renditions.openRendition(two) == nil)
        #expect(try await store.renditions.openRendition(other) != nil)
        #expect(try await allPrefixes(store) == [other.digest.prefix])
        #expect(root.tree("staging") == [])
    }

    @Test("An empty file, a folder or a link at a rendition's place is none")
    func notARendition() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        let folder = "renditions/01/\(Self.key(1).digest.prefix)"
        try root.write("", to: "\(folder)/\(Self.key(1, 1).parameters)")
        try root.makeFolder("\(folder)/\(Self.key(1, 2).parameters)")
        try root.link("\(folder)/\(Self.key(1, 3).parameters)", to: "/etc/passwd")
        for width in 1...3 { #expect(try await store.renditions.openRendition(Self.key(1, width)) == nil) }
    }

    @Test("A stray file among the renditions does not stop the listing")
    func strayFile() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        try await Self.put("x", Self.key(1), in: store)
        try root.write("stray", to: "renditions/zz")
        try root.write("stray", to: "renditions/notes.txt")
        #expect(try await allPrefixes(store) == [Self.key(1).digest.prefix])
    }

    @Test(
        "A prefix that is none removes nothing",
        arguments: ["", "..", "../../files", String(repeating: "../", count: 10) + "xx"]
    )
    func badPrefix(_ prefix: String) async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        try root.write("mine", to: "files/posters/1.jpg")
        try await Self.put("x", Self.key(1), in: store)
        _ = await code { () async throws(MediaError) in try await store.renditions.removeRenditions(prefix: prefix) }
        #expect(root.kind("files/posters/1.jpg") == .file)
        #expect(try await store.renditions.openRendition(Self.key(1)) != nil)
    }
}

@Suite("The root")
struct RootTests {
    @Test("A root is served once: the second lock names the process; the lock goes with its holder")
    func lockTwice() throws {
        let root = try TemporaryRoot()
        do {
            let first = try RootLock(root: root.path, isShared: false)
            let error = #expect(throws: MediaError.self) { _ = try RootLock(root: root.path, isShared: false) }
            #expect(error?.code == .storageUnavailable)
            #expect(error?.message.contains(root.path) == true)
            withExtendedLifetime(first) {}
        }
        _ = try RootLock(root: root.path, isShared: false)
    }

    @Test("Daemons that share a database share a root, but none with one that does not")
    func shareLock() throws {
        let root = try TemporaryRoot()
        do {
            let (first, second) = (
                try RootLock(root: root.path, isShared: true), try RootLock(root: root.path, isShared: true)
            )
            let error = #expect(throws: MediaError.self) { _ = try RootLock(root: root.path, isShared: false) }
            #expect(error?.code == .storageUnavailable)
            withExtendedLifetime((first, second)) {}
        }
        let alone = try RootLock(root: root.path, isShared: false)
        #expect(throws: MediaError.self) { _ = try RootLock(root: root.path, isShared: true) }
        withExtendedLifetime(alone) {}
    }

    @Test("A missing root is made with its folders; a file in the way is explained")
    func layout() throws {
        let root = try TemporaryRoot()
        _ = try StorageLayout(root: root.absolute("a/b/c"))
        #expect(root.names(in: "a/b/c") == ["files", "renditions", "staging", "trash"])
        try root.write("x", to: "taken")
        let error = #expect(throws: MediaError.self) { _ = try StorageLayout(root: root.absolute("taken")) }
        #expect(error?.code == .storageUnavailable)
        #expect(error?.message.contains("taken") == true)
    }
}

@Suite("A full disk", .enabled(if: TestMounts.canMount, "needs root and CAP_SYS_ADMIN to mount a tmpfs"))
struct FullDiskTests {
    @Test("storage_full while appending; what was there stays; after a discard there is room again")
    func full() async throws {
        let root = try TemporaryRoot()
        try await TestMounts.withTmpfs(at: root.path, size: "1m") {
            let store = try makeStore(root)
            try await store.put("small", at: MediaPath("posters/1.jpg"))
            try await Self.fill(store)
            #expect(try await store.text(at: MediaPath("posters/1.jpg")) == "small")
            try await store.put(String(repeating: "y", count: 300_000), at: MediaPath("posters/2.jpg"))
            try await store.probe()
            try await store.close()
        }
    }

    /// Writes until the disk is full, and lets go: the room comes back when the last descriptor is closed.
    private static func fill(_ store: DiskStorage) async throws {
        let staged = try await store.staging.stage()
        let chunk = [UInt8](repeating: 7, count: 300_000)
        let found = await code { () async throws(MediaError) in
            for _ in 0..<10 { try await staged.append(chunk) }
        }
        #expect(found == .storageFull)
        await staged.discard()
    }
}

/// The prefixes under every pair of digits.
private func allPrefixes(_ store: DiskStorage) async throws -> [String] {
    var prefixes: [String] = []
    for number in 0..<256 {
        let digits = (number < 16 ? "0" : "") + String(number, radix: 16)
        prefixes += try await store.renditions.renditionPrefixes(beginning: digits)
    }
    return prefixes
}
