import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("Import")
struct AdoptionTests {
    private static func importAll(_ house: House, under folder: String? = nil) async throws -> [String] {
        var lines: [String] = []
        try await house.adoption.importTree(under: folder.map { MediaPath.Folder($0) }) { path, outcome in
            switch outcome {
            case .recorded(let file): lines.append("\(path) recorded as \(file.collection) \(file.name)")
            case .alreadyRecorded: lines.append("\(path) known")
            case .skipped: lines.append("\(path) skipped")
            }
        }
        return lines
    }

    @Test("An existing tree is recorded in place; the second time everything is known")
    func tree() async throws {
        let house = try House(TemporaryRoot())
        try house.root.write("jpeg a", to: "files/posters/a.jpg")
        try house.root.write("mp4", to: "files/videos/trailers/m.mp4")
        try house.root.write("html", to: "files/posters/evil.jpg")
        try house.root.write("", to: "files/posters/empty.jpg")
        try house.root.write("broken", to: "files/posters/broken.jpg")
        try house.root.write("x", to: "files/other/x.jpg")
        try house.root.link("files/posters/link.jpg", to: "a.jpg")
        let lines = try await Self.importAll(house)
        #expect(
            lines == [
                "other/x.jpg skipped", "posters/a.jpg recorded as posters a", "posters/broken.jpg skipped",
                "posters/empty.jpg skipped", "posters/evil.jpg skipped", "posters/link.jpg skipped",
                "videos/trailers/m.mp4 recorded as videos trailers/m",
            ]
        )
        #expect(try await house.text(at: "videos/trailers/m.mp4") == "mp4")
        #expect(try await Self.importAll(house).filter { $0.hasSuffix("known") }.count == 2)
        #expect(house.memory.events.count == 2)
        #expect(house.root.read("files/posters/evil.jpg") == "html", "nothing is moved or changed")
    }

    @Test("1.jpg and 1.png side by side are two records; the second has its whole file name as its name")
    func sideBySide() async throws {
        let house = try House(TemporaryRoot())
        try house.root.write("jpeg", to: "files/posters/1.jpg")
        try house.root.write("png", to: "files/posters/1.png")
        let lines = try await Self.importAll(house)
        #expect(lines == ["posters/1.jpg recorded as posters 1", "posters/1.png recorded as posters 1.png"])
        #expect(try await house.text(at: "posters/1.png") == "png")
        #expect(try await Self.importAll(house) == ["posters/1.jpg known", "posters/1.png known"])
        #expect(try await house.findings() == [])
    }

    @Test("An extension that lies is kept in place; the type is the bytes'")
    func lyingExtension() async throws {
        let house = try House(TemporaryRoot())
        try house.root.write("png inside", to: "files/posters/1.jpg")
        _ = try await Self.importAll(house)
        let file = try await house.files.file(path: MediaPath(trusted: "posters/1.jpg"))
        #expect(file.type == .png)
        // Replaced by an upload, the file gets the extension of its bytes, and there is one file.
        try await house.upload("png new")
        #expect(house.root.tree("files") == ["posters/1.png"])
        #expect(try await house.findings() == [])
    }

    @Test("One folder only")
    func oneFolder() async throws {
        let house = try House(TemporaryRoot())
        try house.root.write("jpeg", to: "files/posters/1.jpg")
        try house.root.write("mp4", to: "files/videos/a/1.mp4")
        #expect(try await Self.importAll(house, under: "videos/a") == ["videos/a/1.mp4 recorded as videos a/1"])
    }

    @Test("A file of a commit under way is left to that commit", arguments: ["catalog.finish", "store.remove"])
    func underWay(_ held: String) async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let plan = FaultPlan.harmless()
        let (daemon, importer) = (try House(root, memory, plan: plan), try House(root, memory))
        let task: Task<Void, any Error>
        if held == "store.remove" {
            let file = try await daemon.upload("jpeg one")
            plan.hold(held)
            task = Task { try await daemon.files.delete(id: file.id) }
        } else {
            plan.hold(held)
            task = Task { try await daemon.upload("jpeg one") }
        }
        #expect(try await eventually { plan.heldCalls == 1 })
        #expect(root.kind("files/posters/1.jpg") == .file)
        #expect(try await Self.importAll(importer) == ["posters/1.jpg skipped"])
        plan.release()
        try await task.value
        #expect(try await importer.findings() == [])
        #expect(try await memory.openIntents() == [])
    }
}
