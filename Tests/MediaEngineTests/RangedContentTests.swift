import MediaCore
import MediaEngine
import MediaStorage
import MediaTesting
import Testing

@Suite("Files whose bytes lie elsewhere")
struct RangedContentTests {
    /// A process whose tree gives no descriptors.
    private struct Site {
        let fixture: EngineFixture
        let tree: RangedFileTree

        init(renderer: any Renderer = StubRenderer()) throws {
            var ranged: RangedFileTree?
            self.fixture = try EngineFixture(
                TemporaryRoot(),
                renderer: renderer,
                tree: { base in
                    let tree = RangedFileTree(base)
                    ranged = tree
                    return tree
                }
            )
            self.tree = try #require(ranged)
        }

        var files: FileService { self.fixture.files }

        /// Records everything; the outcomes by path.
        func importAll() async throws -> [String: AdoptionService.Outcome] {
            var outcomes: [String: AdoptionService.Outcome] = [:]
            try await self.fixture.adoption.importTree(under: nil) { path, outcome in outcomes[path] = outcome }
            return outcomes
        }

        /// What fsck finds.
        func findings() async throws -> [Finding.Kind] { try await self.fixture.findings().map(\.kind) }
    }

    private static let path = MediaPath(trusted: "posters/1.jpg")

    @Test("are recorded with the store's token, and recognised by it whatever their times are")
    func importing() async throws {
        let site = try Site()
        try site.fixture.root.write("jpeg elsewhere", to: "files/posters/1.jpg")
        guard case .recorded(let file) = try await site.importAll()[Self.path.text] else {
            Issue.record("not recorded")
            return
        }
        #expect(file.version.token != nil)
        #expect(file.dimensions != nil)
        let opened = try await site.files.open(Self.path)
        #expect(opened.content.local == nil)
        #expect(opened.content.identity == file.version.identity)
        guard case .alreadyRecorded = try await site.importAll()[Self.path.text] else {
            Issue.record("not recognised")
            return
        }
        #expect(try await site.findings() == [])
    }

    @Test("are another version, and changed for fsck, as soon as the token is another")
    func changing() async throws {
        let site = try Site()
        try site.fixture.root.write("jpeg one", to: "files/posters/1.jpg")
        _ = try await site.importAll()
        try site.fixture.root.write("jpeg two", to: "files/posters/1.jpg")
        let found = await code { () async throws(MediaError) in _ = try await site.files.open(Self.path) }
        #expect(found == .treeMismatch)
        #expect(try await site.findings() == [.changed])
    }

    @Test("are rendered from a descriptor that has all their bytes, once")
    func rendering() async throws {
        let renderer = StubRenderer()
        let site = try Site(renderer: renderer)
        try site.fixture.root.write("jpeg elsewhere", to: "files/posters/1.jpg")
        _ = try await site.importAll()
        let service = site.fixture.renditions
        let opened = try await site.files.open(Self.path)
        let key = try service.key(for: opened.record, RenditionOptions(preset: "w92"), format: .webp)
        let before = site.tree.fetchedRanges.count
        for _ in 0..<2 {
            let rendition = try await service.rendition(key, of: opened)
            #expect(rendition.content.local != nil)
            let text = String(decoding: OpenFileBytes.read(rendition.content), as: UTF8.self)
            #expect(text.hasSuffix("of 14 bytes"))
        }
        #expect(renderer.requests.count == 1)
        #expect(site.tree.fetchedRanges.dropFirst(before) == [0..<14])
    }
}
