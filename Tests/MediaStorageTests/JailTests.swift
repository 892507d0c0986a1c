import MediaCore
import MediaStorage
import MediaTesting
import Testing

@Suite("The jail")
struct JailTests {
    /// A root with every kind of symbolic link planted in it, and a folder outside.
    private struct Trap {
        let root: TemporaryRoot
        let outside: TemporaryRoot
        let store: DiskStorage

        init() throws {
            self.root = try TemporaryRoot()
            self.outside = try TemporaryRoot()
            self.store = try makeStore(root)
            try outside.write("secret", to: "secret.jpg")
            try root.write("inside", to: "files/posters/real.jpg")
            try root.link("files/posters/file.jpg", to: outside.absolute("secret.jpg"))
            try root.link("files/posters/inner.jpg", to: "real.jpg")
            try root.link("files/posters/dangling.jpg", to: "nowhere")
            try root.link("files/posters/loop.jpg", to: "loop.jpg")
            try root.link("files/posters/folder", to: outside.path)
            try root.link("files/posters/up", to: "../..")
            try root.link("files/linked", to: outside.path)
        }

        static let links = [
            "posters/file.jpg", "posters/inner.jpg", "posters/dangling.jpg", "posters/loop.jpg",
            "posters/folder/secret.jpg",
            "posters/up/files/posters/real.jpg", "linked/secret.jpg",
        ]
    }

    @Test("No symbolic link is read through", arguments: Trap.links)
    func reading(_ path: String) async throws {
        let trap = try Trap()
        #expect(
            await code { () async throws(MediaError) in _ = try await trap.store.tree.open(MediaPath(path)) }
                == .notFound
        )
    }

    @Test("No symbolic link is written through", arguments: Trap.links, [false, true])
    func writing(_ path: String, _ replacing: Bool) async throws {
        let trap = try Trap()
        let code = await code { () async throws(MediaError) in
            try await trap.store.put("x", at: MediaPath(path), replacing: replacing)
        }
        // A link at the very place is what gets replaced; it is never followed.
        let isLast = path.hasSuffix(".jpg") && path.split(separator: "/").count == 2 && path.hasPrefix("posters/")
        #expect(code == (isLast && replacing ? nil : .pathOccupied))
        if isLast { #expect(trap.root.kind("files/\(path)") == (replacing ? .file : .link)) }
        #expect(trap.outside.names(in: "") == ["secret.jpg"])
        #expect(trap.outside.read("secret.jpg") == "secret")
        #expect(trap.root.read("files/posters/real.jpg") == "inside")
        #expect(trap.root.kind("files/posters/nowhere") == nil)
    }

    @Test("No symbolic link is removed through", arguments: Trap.links)
    func removing(_ path: String) async throws {
        let trap = try Trap()
        _ = await code { () async throws(MediaError) in try await trap.store.tree.remove(MediaPath(path)) }
        #expect(trap.outside.read("secret.jpg") == "secret")
        #expect(trap.root.read("files/posters/real.jpg") == "inside")
    }

    @Test(
        "A path that was never checked does not lead out either",
        arguments: [
            "../outside.jpg", "posters/../../staging/x", "posters/../../../etc/passwd", "/etc/passwd",
            "posters//etc/passwd",
        ]
    )
    func unchecked(_ text: String) async throws {
        let trap = try Trap()
        try trap.root.write("top", to: "outside.jpg")
        #expect(
            await code { () async throws(MediaError) in _ = try await trap.store.tree.open(MediaPath(text)) } != nil
        )
        _ = await code { () async throws(MediaError) in try await trap.store.tree.remove(MediaPath(text)) }
        #expect(trap.root.read("outside.jpg") == "top")
    }

    @Test(
        "A slash that a combining mark hides from Character is a slash all the same: nothing is written behind a link"
    )
    func hiddenSlash() async throws {
        let trap = try Trap()
        let path = MediaPath("posters/folder/\u{301}x.jpg")
        _ = await code { () async throws(MediaError) in try await trap.store.put("x", at: path) }
        _ = await code { () async throws(MediaError) in try await trap.store.tree.remove(path) }
        #expect(trap.outside.names(in: "") == ["secret.jpg"])
        #expect(path.segments == ["posters", "folder", "\u{301}x.jpg"])
    }

    @Test("A linked staging, files or renditions folder of another file system is refused at the start")
    func otherFileSystem() throws {
        let root = try TemporaryRoot()
        try root.link("files", to: "/dev/shm")
        try #require(TestMounts.areSeparate("/dev/shm", root.path), "needs /dev/shm on a file system of its own")
        #expect(throws: MediaError.self) { try StorageLayout(root: root.path) }
    }

    @Test("Walking goes in byte order, follows no link, and names everything that is not a file of ours")
    func walking() async throws {
        let trap = try Trap()
        try trap.root.write("x", to: "files/videos/a/1.mp4")
        try trap.root.write("x", to: "files/videos/a.mp4")
        try trap.root.write("x", to: "files/posters/.hidden")
        try trap.root.write("x", to: "files/loose.jpg")
        try trap.root.makePipe("files/posters/pipe")
        try trap.root.write("x", to: "files/posters/\u{301}mark.jpg")
        let labels = try await trap.store.allEntries().map(\.label)
        #expect(
            labels == [
                "!linked", "!loose.jpg", "!posters/.hidden", "!posters/dangling.jpg", "!posters/file.jpg",
                "!posters/folder",
                "!posters/inner.jpg", "!posters/loop.jpg", "!posters/pipe", "posters/real.jpg", "!posters/up",
                "!posters/\u{301}mark.jpg", "videos/a/1.mp4", "videos/a.mp4",
            ]
        )
        #expect(try await trap.store.allEntries(under: "videos/a").map(\.label) == ["videos/a/1.mp4"])
        #expect(try await trap.store.allEntries(under: "nothing").map(\.label) == [])
    }

    @Test("A name that is not UTF-8 is reported as foreign, not passed over")
    func notUTF8() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        try root.makeFolder("files/posters")
        try TestMounts.makeFile(in: root.absolute("files/posters"), nameBytes: [0x61, 0xFF, 0x2E, 0x6A, 0x70, 0x67])
        #expect(try await store.allEntries().map(\.label) == ["!posters/a\u{FFFD}.jpg"])
    }
}
