import MediaCore
import MediaEngine
import MediaStorage
import MediaTesting
import Testing

@Suite("Room for renditions")
struct RenditionSweeperTests {
    private struct Shelf {
        let fixture: EngineFixture

        init(plan: FaultPlan = .harmless()) throws { self.fixture = try EngineFixture(TemporaryRoot(), plan: plan) }

        static func key(_ number: Int) -> RenditionKey {
            RenditionKey(
                digest: SampleRecords.digest(UInt8(number)),
                recipe: .picture(PictureRecipe(width: number, format: .webp))
            )
        }

        /// Stores one that takes a block of the disk, and was last used so many hours ago.
        func put(_ number: Int, hoursAgo: Int64) async throws {
            let staged = try await self.fixture.staging.stage()
            try await staged.append([UInt8](repeating: UInt8(number), count: 4096))
            try await staged.synchronizeForeignBytes()
            try await self.fixture.renditionStore.storeRendition(staged.name, as: Self.key(number))
            try self.fixture.root.setModificationTime(
                "renditions/\(Self.key(number).path)",
                secondsSince1970: Int(Timestamp.now().seconds - hoursAgo * 3600)
            )
        }

        func sweeper(blocks: Int64, inUse: @escaping @Sendable () -> [OpenFile] = { [] }) -> RenditionSweeper {
            RenditionSweeper(
                store: self.fixture.renditionStore,
                maximumSize: ByteCount(bytes: blocks * 4096),
                interval: .milliseconds(5),
                inUse: inUse,
                logger: quietLogger
            )
        }

        var left: [Int] {
            (1...20).filter { self.fixture.root.kind("renditions/\(Self.key($0).path)") == .file }
        }
    }

    @Test("is made by those that were not asked for for the longest time, and nothing else goes")
    func oldestFirst() async throws {
        let shelf = try Shelf()
        for number in 1...20 { try await shelf.put(number, hoursAgo: Int64(number) * 10) }
        #expect(try await shelf.sweeper(blocks: 20).sweep() == 0)
        // Down to nine tenths of the bound.
        #expect(try await shelf.sweeper(blocks: 10).sweep() == 11)
        #expect(shelf.left == Array(1...9))
        #expect(shelf.fixture.root.tree("renditions").count == 9, "no empty folder is left")
    }

    @Test("counts who asks as a use, also who has it open")
    func uses() async throws {
        let shelf = try Shelf()
        for number in 1...10 { try await shelf.put(number, hoursAgo: Int64(number) * 10) }
        let served = try #require(try await shelf.fixture.renditionStore.openRendition(Shelf.key(10)))
        try shelf.fixture.root.setModificationTime("renditions/\(Shelf.key(10).path)", secondsSince1970: 1_000_000)
        _ = try await shelf.fixture.renditionStore.openRendition(Shelf.key(9))
        #expect(try await shelf.sweeper(blocks: 5, inUse: { [served].compactMap(\.local) }).sweep() == 6)
        #expect(shelf.left == [1, 2, 9, 10])
        // Who reads one that goes reads on.
        #expect(try await shelf.sweeper(blocks: 0).sweep() == 4)
        #expect(OpenFileBytes.read(served) == [UInt8](repeating: 10, count: 4096))
        #expect(try await shelf.fixture.renditionStore.openRendition(Shelf.key(10)) == nil)
    }

    @Test("of one hour, as many go as have to")
    func sameHour() async throws {
        let shelf = try Shelf()
        for number in 1...20 { try await shelf.put(number, hoursAgo: 100) }
        #expect(try await shelf.sweeper(blocks: 10).sweep() == 11)
        #expect(shelf.left.count == 9)
    }

    @Test("is made by itself, when what is added goes past the bound")
    func service() async throws {
        let shelf = try Shelf()
        let sweeper = shelf.sweeper(blocks: 10)
        let run = Task { try await sweeper.run() }
        defer { run.cancel() }
        for number in 1...20 {
            try await shelf.put(number, hoursAgo: Int64(number))
            sweeper.added(ByteCount(bytes: 4096))
        }
        #expect(try await eventually { shelf.left.count <= 10 })
        run.cancel()
        try await run.value
    }

    @Test("is tried again when the disk could not be looked at")
    func fault() async throws {
        let plan = FaultPlan(failing: 1, mode: .refused, only: "store.renditions")
        let shelf = try Shelf(plan: plan)
        let sweeper = shelf.sweeper(blocks: 10)
        #expect(try await sweeper.sweep() == 0)
        for number in 1...20 {
            try await shelf.put(number, hoursAgo: Int64(number))
            sweeper.added(ByteCount(bytes: 4096))
        }
        plan.arm()
        let run = Task { try await sweeper.run() }
        defer { run.cancel() }
        #expect(try await eventually { shelf.left.count <= 10 })
        #expect(plan.failedCall != nil)
        run.cancel()
        try await run.value
    }
}
