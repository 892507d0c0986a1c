import Logging
import MediaCore
import MediaStorage
import MediaTesting
import NIOPosix
import Synchronization
import Testing

@testable import MediaEngine

@Suite("F3: storage root and database know each other")
struct TreePairingTests {
    /// The identity of a database.
    private final class Database: IdentityCatalog {
        private let identity = Mutex<TreeIdentity?>(nil)
        /// The process dies before its next step.
        let isOutOfReach = Mutex(false)

        func treeIdentity() async throws(MediaError) -> TreeIdentity? { self.identity.withLock { $0 } }

        func claim(_ identity: TreeIdentity) async throws(MediaError) -> TreeIdentity {
            try self.reach()
            return self.identity.withLock { present in
                if present == nil { present = identity }
                return present ?? identity
            }
        }

        func assign(_ identity: TreeIdentity) async throws(MediaError) {
            try self.reach()
            self.identity.withLock { $0 = identity }
        }

        private func reach() throws(MediaError) {
            if self.isOutOfReach.withLock({ $0 }) { throw MediaError(.catalogUnavailable, "away") }
        }
    }

    /// A storage root, and pairings of it with databases.
    private struct Scene {
        let root: TemporaryRoot
        let disk: DiskStorage

        init() throws {
            self.root = try TemporaryRoot()
            self.disk = try DiskStorage(layout: StorageLayout(root: self.root.path), io: BlockingIO(pool: .singleton))
        }

        func pairing(
            _ database: Database,
            _ catalog: InMemoryCatalog = InMemoryCatalog(),
            mark: (any TreeMark)? = nil
        ) -> TreePairing {
            TreePairing(
                mark: mark ?? self.disk.mark,
                identities: database,
                catalog: catalog,
                tree: self.disk.tree,
                staging: self.disk.staging,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        }
    }

    /// Dies before the last step.
    private struct DyingMark: TreeMark {
        let mark: any TreeMark

        func identity() async throws(MediaError) -> TreeIdentity? { try await self.mark.identity() }
        func announced() async throws(MediaError) -> TreeIdentity? { try await self.mark.announced() }
        func announce(_ identity: TreeIdentity) async throws(MediaError) { try await self.mark.announce(identity) }
        func confirm() async throws(MediaError) { throw MediaError(.storageUnavailable, "dead") }
        func hasTraces() async throws(MediaError) -> Bool { try await self.mark.hasTraces() }
    }

    @Test("A new root and a new database become a pair, and stay one")
    func fresh() async throws {
        let (scene, database) = (try Scene(), Database())
        #expect(try await !scene.pairing(database).verify())
        try await scene.pairing(database).pair()
        #expect(try await scene.pairing(database).verify())
        try await scene.pairing(database).pair()
        let identity = try #require(try await database.treeIdentity())
        #expect(scene.root.read("identity") == "\(identity)\n")
        #expect(scene.root.kind("identity.new") == nil)
    }

    @Test("Another database is refused, new or not; another root as well")
    func strangers() async throws {
        let (scene, other, database, elsewhere) = (try Scene(), try Scene(), Database(), Database())
        try await scene.pairing(database).pair()
        try await other.pairing(elsewhere).pair()
        let new = try Scene()
        for (scene, database) in [(scene, Database()), (scene, elsewhere), (other, database), (new, database)] {
            do throws(MediaError) {
                try await scene.pairing(database).pair()
                Issue.record("strangers became a pair")
            } catch {
                #expect(error.code == .invalidConfiguration)
                #expect(error.message.contains("adopt-database"))
            }
        }
        #expect(new.root.kind("identity") == nil)
    }

    @Test("An operator's word makes any two a pair, and parts them from others")
    func adopt() async throws {
        let (scene, database, restored) = (try Scene(), Database(), Database())
        try await scene.pairing(database).pair()
        _ = try await scene.pairing(restored).adopt()
        #expect(try await scene.pairing(restored).verify())
        #expect(
            await code { () async throws(MediaError) in try await scene.pairing(database).verify() }
                == .invalidConfiguration
        )
    }

    @Test("What a crash leaves in the middle is finished by the next start")
    func crashes() async throws {
        let (scene, database) = (try Scene(), Database())
        // Before the database had it.
        database.isOutOfReach.withLock { $0 = true }
        #expect(
            await code { () async throws(MediaError) in try await scene.pairing(database).pair() }
                == .catalogUnavailable
        )
        database.isOutOfReach.withLock { $0 = false }
        // Before the root had it.
        let dying = scene.pairing(database, mark: DyingMark(mark: scene.disk.mark))
        #expect(await code { () async throws(MediaError) in try await dying.pair() } == .storageUnavailable)
        #expect(try await !scene.pairing(database).verify())
        try await scene.pairing(database).pair()
        #expect(try await scene.pairing(database).verify())
        // The same of an adoption.
        let restored = Database()
        let dyingAdoption = scene.pairing(restored, mark: DyingMark(mark: scene.disk.mark))
        #expect(
            await code { () async throws(MediaError) in _ = try await dyingAdoption.adopt() } == .storageUnavailable
        )
        try await scene.pairing(restored).pair()
        #expect(try await scene.pairing(restored).verify())
    }

    @Test("Without an identity yet: a database that knows nothing is refused where thumbnails or uploads lie")
    func traces() async throws {
        for path in [
            "renditions/ab/\(String(repeating: "ab", count: 16))/w92.webp", "staging/uploads/\(UploadID())/data",
        ] {
            let scene = try Scene()
            try scene.root.write("x", to: path)
            #expect(
                await code { () async throws(MediaError) in try await scene.pairing(Database()).pair() }
                    == .invalidConfiguration
            )
            #expect(scene.root.read(path) == "x")
        }
    }

    @Test("Without an identity yet: records whose files are not here are refused; those of the tree are taken")
    func records() async throws {
        let (scene, catalog) = (try Scene(), InMemoryCatalog())
        try await catalog.adopt(SampleRecords.file("1", seed: 1))
        #expect(
            await code { () async throws(MediaError) in try await scene.pairing(Database(), catalog).pair() }
                == .invalidConfiguration
        )
        try scene.root.write("x", to: "files/posters/1.jpg")
        try await scene.pairing(Database(), catalog).pair()
    }
}

@Suite("F3: one sweep removes no more than a crash can explain")
struct SweepBoundTests {
    private static func prefix(_ seed: UInt8) -> String { SampleRecords.digest(seed).prefix }

    private static func write(_ prefixes: [String], in fixture: EngineFixture) throws {
        for prefix in prefixes {
            try fixture.root.write("x", to: "renditions/\(prefix.prefix(2))/\(prefix)/w92.webp")
        }
    }

    @Test("Thumbnails stay when the database suddenly knows no file, or few; a repair removes them")
    func renditions() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        try Self.write([Self.prefix(7)], in: fixture)
        #expect(try await fixture.recovery.sweepRenditions() == [])
        _ = try await fixture.upload("jpeg one")
        #expect(try await fixture.recovery.sweepRenditions() == [Self.prefix(7)])
        let many = (10..<30).map { Self.prefix($0) }
        try Self.write(many, in: fixture)
        #expect(try await fixture.recovery.sweepRenditions() == [])
        #expect(fixture.root.tree("renditions").count >= 20)
        #expect(try await fixture.recovery.sweepRenditions(isBounded: false).sorted() == many.sorted())
    }

    @Test("The acknowledged bytes of a paused upload stay when the database suddenly does not know it")
    func uploads() async throws {
        let clock = MovableClock()
        let fixture = try EngineFixture(TemporaryRoot(), uploadClock: { clock.now })
        let id = try await fixture.announce(8)
        try await fixture.send("abcd", at: 0, to: id)
        try await fixture.memory.setState(.terminated, of: id)
        clock.advance(by: .seconds(3 * 86_400))
        // Ended long ago, and forgotten before its bytes were removed: as an older database would have it.
        _ = try await fixture.memory.forgetEnded(before: clock.now)
        #expect(try await fixture.memory.upload(id: id) == nil)
        #expect(try await fixture.reaper.sweep() == .init())
        #expect(fixture.root.read("staging/uploads/\(id)/data") == "abcd")
        let orphans = fixture.reaper.orphans
        var removed: [UploadID] = []
        try await orphans.removeUnknown { id, _ in removed.append(id) }
        #expect(removed == [id])
    }
}
