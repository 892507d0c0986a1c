import MediaCore
import MediaStorage
import MediaTesting
import Testing

@Suite("What every tree does")
struct FileTreeConformanceTests {
    @Test("On a disk", arguments: FileTreeConformance.checks)
    func disk(_ check: FileTreeConformance.Check) async throws {
        let root = try TemporaryRoot()
        let disk = try makeStore(root)
        try await check.run(disk.tree, disk.staging)
        withExtendedLifetime(root) {}
    }

    @Test("With content that is fetched by range", arguments: FileTreeConformance.checks)
    func ranged(_ check: FileTreeConformance.Check) async throws {
        let root = try TemporaryRoot()
        let disk = try makeStore(root)
        try await check.run(RangedFileTree(disk.tree), disk.staging)
        withExtendedLifetime(root) {}
    }

    @Test("Behind a harmless fault plan: the wrapper hands on every call", arguments: FileTreeConformance.checks)
    func faulty(_ check: FileTreeConformance.Check) async throws {
        let root = try TemporaryRoot()
        let disk = try makeStore(root)
        let plan = FaultPlan.harmless()
        try await check.run(FaultyFileTree(disk.tree, plan: plan), FaultyStaging(disk.staging, plan: plan))
        withExtendedLifetime(root) {}
    }

    @Test("A range is fetched alone, cut at the end; a digest fetches everything once")
    func fetching() async throws {
        let root = try TemporaryRoot()
        try root.write("0123456789", to: "files/posters/1.jpg")
        let tree = RangedFileTree(try makeStore(root).tree)
        let content = try await tree.open(MediaPath("posters/1.jpg"))
        #expect(content.local == nil)
        let file = try await content.file(holding: 5..<7)
        #expect(OpenFileBytes.read(file) == [0, 0, 0, 0, 0] + Array("56".utf8) + [0, 0, 0])
        _ = try await content.file(holding: 8..<100)
        _ = try await tree.digest(of: content)
        #expect(tree.fetchedRanges == [5..<7, 8..<10, 0..<10])
    }
}
