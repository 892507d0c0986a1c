import MediaCore
import MediaStorage
import MediaTesting
import Testing

@Suite("The tree")
struct TreeTests {
    @Test("Publishing makes the folders; without replacing, what lies there stays, and is path_occupied")
    func publishing() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        let path = MediaPath("videos/trailers/2026/movie1.mp4")
        try await store.put("one", at: path)
        #expect(root.read("files/videos/trailers/2026/movie1.mp4") == "one")
        #expect(await code { () async throws(MediaError) in try await store.put("two", at: path) } == .pathOccupied)
        #expect(root.read("files/videos/trailers/2026/movie1.mp4") == "one")
        try await store.put("three", at: path, replacing: true)
        #expect(root.read("files/videos/trailers/2026/movie1.mp4") == "three")
        #expect(root.tree("staging") == [])
        try await store.tree.synchronizeFolder(of: path)
    }

    @Test("An open file keeps its bytes while it is replaced and removed")
    func openKeepsTheOldVersion() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        let path = MediaPath("avatars/me.jpg")
        let first = try await store.put("old bytes", at: path)
        let open = try await store.tree.open(path)
        let second = try await store.put("new", at: path, replacing: true)
        #expect(String(decoding: OpenFileBytes.read(open), as: UTF8.self) == "old bytes")
        #expect(open.identity == first.identity)
        #expect(try await store.tree.open(path).identity == second.identity)
        try await store.tree.remove(path)
        #expect(try await store.tree.digest(of: open) == first.digest)
    }

    @Test(
        "A folder where the file should be, or a file where a folder should be, is path_occupied",
        arguments: [false, true]
    )
    func inTheWay(_ replacing: Bool) async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        try root.makeFolder("files/posters/1.jpg")
        try root.write("a file", to: "files/posters/folder")
        for path in ["posters/1.jpg", "posters/folder/x.jpg"] {
            let code = await code { () async throws(MediaError) in
                try await store.put("x", at: MediaPath(path), replacing: replacing)
            }
            #expect(code == .pathOccupied)
        }
        #expect(root.read("files/posters/folder") == "a file")
        #expect(root.tree("staging") == [])
    }

    @Test("Removing takes the folders it leaves empty, never the collection's, never one with something in it")
    func removing() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        try await store.put("1", at: MediaPath("videos/a/b/1.mp4"))
        try await store.put("2", at: MediaPath("videos/a/2.mp4"))
        try await store.tree.remove(MediaPath("videos/a/b/1.mp4"))
        #expect(root.kind("files/videos/a/b") == nil)
        #expect(root.kind("files/videos/a") == .folder)
        try await store.tree.remove(MediaPath("videos/a/2.mp4"))
        #expect(root.names(in: "files/videos") == [])
        #expect(root.kind("files/videos") == .folder)
        try await store.tree.remove(MediaPath("videos/a/2.mp4"))
        try await store.tree.remove(MediaPath("nothing/here.jpg"))
    }

    @Test("Removing where a folder lies is path_occupied and keeps it")
    func removingFolder() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        try root.write("inside", to: "files/posters/1.jpg/inside.txt")
        #expect(
            await code { () async throws(MediaError) in try await store.tree.remove(MediaPath("posters/1.jpg")) }
                == .pathOccupied
        )
        #expect(root.read("files/posters/1.jpg/inside.txt") == "inside")
    }

    @Test("Of 20 publications to one path at once, exactly one is let in")
    func concurrentPublications() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        let path = MediaPath("documents/deep/er/one.pdf")
        let codes = await withTaskGroup(of: MediaError.Code?.self) { group in
            for number in 0..<20 {
                group.addTask {
                    await code { () async throws(MediaError) in
                        try await store.put(String(repeating: "\(number % 10)", count: 5000), at: path)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.filter { $0 == nil }.count == 1)
        #expect(codes.filter { $0 == .pathOccupied }.count == 19)
        let text = try #require(root.read("files/documents/deep/er/one.pdf"))
        #expect(text.count == 5000 && Set(text).count == 1)
        #expect(root.tree("staging") == [])
    }

    @Test("Publications and removals beside each other in one folder all succeed")
    func racesWithEmptyFolders() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    for _ in 0..<25 {
                        let path = MediaPath("videos/shared/folder/\(number).mp4")
                        try await store.put("x", at: path)
                        try await store.tree.remove(path)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(root.names(in: "files/videos") == [])
    }

    @Test("Opening what is not there, or is no regular file, is not_found, and a named pipe does not hang")
    func opening() async throws {
        let root = try TemporaryRoot()
        let store = try makeStore(root)
        try root.makePipe("files/posters/pipe.jpg")
        try root.makeFolder("files/posters/folder.jpg")
        try root.write("x", to: "files/posters/file")
        for path in [
            "posters/pipe.jpg", "posters/folder.jpg", "posters/none.jpg", "none/none.jpg", "posters/file/x.jpg",
        ] {
            #expect(
                await code { () async throws(MediaError) in _ = try await store.tree.open(MediaPath(path)) }
                    == .notFound
            )
        }
    }
}
