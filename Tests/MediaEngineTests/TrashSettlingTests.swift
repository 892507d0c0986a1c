import MediaCore
import MediaEngine
import MediaStorage
import MediaTesting
import Testing

/// What lies in the tree, or in the trash, where a removal or restoration that was cut off goes on: perhaps another file by now.
@Suite("A removal or restoration that is settled late")
struct TrashSettlingTests {
    /// Deletes a file in a process that dies at a step, and returns the file and the process.
    private static func cutOff(
        at step: CommitStep,
        _ root: TemporaryRoot,
        _ memory: InMemoryCatalog,
        _ body: (EngineFixture, MediaFile) async throws(MediaError) -> Void
    ) async throws -> (file: MediaFile, owner: String) {
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(root, memory, plan: plan, observe: { if $0 == step { plan.kill() } })
        let file = try await fixture.upload("jpeg one")
        do { try await body(fixture, file) } catch {}
        #expect(plan.isDead, "the step was reached")
        return (file, fixture.staging.owner)
    }

    @Test("Another file that somebody put in the place of one that is in the trash stays there")
    func placedAfterwards() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let (file, owner) = try await Self.cutOff(at: .removalUnlinked, root, memory) {
            (fixture, file) async throws(MediaError) in try await fixture.files.delete(id: file.id)
        }
        try root.write("by hand", to: "files/posters/1.jpg")
        let fixture = try await FaultTests.recover(root, memory, after: owner)
        #expect(try await memory.openIntents() == [], "the name is free")
        #expect(root.read("files/posters/1.jpg") == "by hand" && root.tree("trash") == [file.id.description])
        try root.remove("files/posters/1.jpg")
        _ = try await fixture.trash.restore(file.id)
        #expect(try await fixture.text(at: "posters/1.jpg") == "jpeg one")
    }

    @Test("A permanent removal that is settled late deletes the file that was recorded, and no other")
    func permanent() async throws {
        for isOther in [true, false] {
            let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
            let (_, owner) = try await Self.cutOff(at: .removalRecorded, root, memory) {
                (fixture, file) async throws(MediaError) in
                try await fixture.files.delete(id: file.id, isPermanent: true)
            }
            if isOther { try root.write("by hand", to: "files/posters/1.jpg") }
            _ = try await FaultTests.recover(root, memory, after: owner)
            #expect(try await memory.openIntents() == [])
            #expect(root.tree("files") == (isOther ? ["posters/1.jpg"] : []))
        }
    }

    @Test("A file that was recorded past the daemon meanwhile keeps its bytes")
    func recorded() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let (file, owner) = try await Self.cutOff(at: .removalUnlinked, root, memory) {
            (fixture, file) async throws(MediaError) in try await fixture.files.delete(id: file.id)
        }
        try root.write("jpeg two", to: "files/posters/1.jpg")
        var other = file
        other.id = MediaID(now: Timestamp.now())
        try await memory.adopt(other)
        _ = try await FaultTests.recover(root, memory, after: owner)
        #expect(try await memory.openIntents() == [])
        #expect(root.read("files/posters/1.jpg") == "jpeg two")
    }

    @Test("Bytes of an entry that was lost give way to those of the deletion")
    func stale() async throws {
        let root = try TemporaryRoot()
        let fixture = try EngineFixture(root)
        let file = try await fixture.upload("jpeg one")
        // As a database that was restored, with its tree, to a state before an earlier deletion leaves it.
        try root.write("of an earlier life", to: "trash/\(file.id)")
        try await fixture.files.delete(id: file.id)
        #expect(root.tree("files") == [] && root.read("trash/\(file.id)") == "jpeg one")
        #expect(try await fixture.memory.openIntents() == [])
    }

    @Test("With both names of a file there, the one in the tree is durable before the one in the trash goes")
    func bothNames() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let (file, owner) = try await Self.cutOff(at: .restoreRecorded, root, memory) {
            (fixture, file) async throws(MediaError) in
            try await fixture.files.delete(id: file.id)
            _ = try await fixture.trash.restore(file.id)
        }
        // Where a rename that replaces nothing is not known, it is a link(2) and then an unlink(2).
        try root.makeFolder("files/posters")
        try root.hardLink("files/posters/1.jpg", to: "trash/\(file.id)")
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(root, memory, plan: plan)
        try #require(try await eventually { try await fixture.staging.deadOwners().contains { $0.name == owner } })
        plan.arm()
        try await fixture.recovery.recover()
        let synchronized = try #require(plan.calls.firstIndex(of: "store.synchronizeFolder"))
        let removed = try #require(plan.calls.firstIndex(of: "trash.remove"))
        #expect(synchronized < removed, "\(plan.calls)")
        #expect(root.tree("files") == ["posters/1.jpg"] && root.tree("trash") == [])
        #expect(try await memory.file(id: file.id) != nil)
    }
}
