import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("Import")
struct AdoptionTests {
    private static func importAll(_ fixture: EngineFixture, under folder: String? = nil) async throws -> [String] {
        var lines: [String] = []
        try await fixture.adoption.importTree(under: folder.map { MediaPath.Folder($0) }) { path, outcome in
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
        let fixture = try EngineFixture(TemporaryRoot())
        try fixture.root.write("jpeg a", to: "files/posters/a.jpg")
        try fixture.root.write("mp4", to: "files/videos/trailers/m.mp4")
        try fixture.root.write("html", to: "files/posters/evil.jpg")
        try fixture.root.write("", to: "files/posters/empty.jpg")
        try fixture.root.write("broken", to: "files/posters/broken.jpg")
        try fixture.root.write("x", to: "files/other/x.jpg")
        try fixture.root.link("files/posters/link.jpg", to: "a.jpg")
        let lines = try await Self.importAll(fixture)
        #expect(
            lines == [
                "other/x.jpg skipped", "posters/a.jpg recorded as posters a", "posters/broken.jpg skipped",
                "posters/empty.jpg skipped", "posters/evil.jpg skipped", "posters/link.jpg skipped",
                "videos/trailers/m.mp4 recorded as videos trailers/m",
            ]
        )
        #expect(try await fixture.text(at: "videos/trailers/m.mp4") == "mp4")
        #expect(try await Self.importAll(fixture).filter { $0.hasSuffix("known") }.count == 2)
        #expect(fixture.memory.events.count == 2)
        #expect(fixture.root.read("files/posters/evil.jpg") == "html", "nothing is moved or changed")
    }

    @Test("1.jpg and 1.png side by side are two records; the second has its whole file name as its name")
    func sideBySide() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        try fixture.root.write("jpeg", to: "files/posters/1.jpg")
        try fixture.root.write("png", to: "files/posters/1.png")
        let lines = try await Self.importAll(fixture)
        #expect(lines == ["posters/1.jpg recorded as posters 1", "posters/1.png recorded as posters 1.png"])
        #expect(try await fixture.text(at: "posters/1.png") == "png")
        #expect(try await Self.importAll(fixture) == ["posters/1.jpg known", "posters/1.png known"])
        #expect(try await fixture.findings() == [])
    }

    @Test("An extension that lies is kept in place; the type is the bytes'")
    func lyingExtension() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        try fixture.root.write("png inside", to: "files/posters/1.jpg")
        _ = try await Self.importAll(fixture)
        let file = try await fixture.files.file(path: MediaPath(trusted: "posters/1.jpg"))
        #expect(file.type == .png)
        // Replaced by an upload, the file gets the extension of its bytes, and there is one file.
        try await fixture.upload("png new")
        #expect(fixture.root.tree("files") == ["posters/1.png"])
        #expect(try await fixture.findings() == [])
    }

    @Test("One folder only")
    func oneFolder() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        try fixture.root.write("jpeg", to: "files/posters/1.jpg")
        try fixture.root.write("mp4", to: "files/videos/a/1.mp4")
        #expect(try await Self.importAll(fixture, under: "videos/a") == ["videos/a/1.mp4 recorded as videos a/1"])
    }

    @Test("A file of a commit under way is left to that commit", arguments: ["catalog.finish", "trash.take"])
    func underWay(_ held: String) async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let plan = FaultPlan.harmless()
        let (daemon, importer) = (try EngineFixture(root, memory, plan: plan), try EngineFixture(root, memory))
        let task: Task<Void, any Error>
        if held == "trash.take" {
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
