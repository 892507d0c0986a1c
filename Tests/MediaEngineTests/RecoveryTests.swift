import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("Recovery")
struct RecoveryTests {
    /// What a process leaves that dies right after a step of replacing posters/1.
    private static func leave(
        _ step: CommitStep,
        _ root: TemporaryRoot,
        _ memory: InMemoryCatalog,
        _ name: String
    ) async throws -> String {
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(root, memory, plan: plan) { if $0 == step { plan.kill() } }
        _ = await code { () async throws(MediaError) in try await fixture.upload("jpeg \(name)", to: "posters", name) }
        return fixture.staging.owner
    }

    @Test("The open commit of a living process is left alone")
    func living() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(root, memory, plan: plan)
        plan.hold("catalog.finish")
        let upload = Task { try await fixture.upload("jpeg new") }
        #expect(try await eventually { plan.heldCalls == 1 })
        let other = try EngineFixture(root, memory)
        #expect(try await other.recovery.deadIntents() == [])
        let summary = try await other.recovery.recover()
        #expect(summary.settledIntents == 0 && summary.sweptFiles == 0)
        #expect(try await other.findings() == [], "a commit under way is no finding")
        plan.release()
        _ = try await upload.value
        #expect(try await other.findings() == [])
    }

    @Test("An intent whose owner's folder is gone altogether is settled too")
    func ownerGone() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let dead = try await Self.leave(.renamed, root, memory, "1")
        let fixture = try EngineFixture(root, memory)
        #expect(try await eventually { try await fixture.staging.deadOwners().contains { $0.name == dead } })
        _ = try await fixture.staging.sweep(owner: dead)
        #expect(try await fixture.recovery.recover().settledIntents == 1)
        #expect(try await fixture.text(at: "posters/1.jpg") == "jpeg 1")
        #expect(try await fixture.findings() == [])
    }

    @Test("A file that somebody removed by hand meanwhile is dropped, and the name is free again")
    func removedByHand() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let dead = try await Self.leave(.renamed, root, memory, "1")
        try root.remove("files/posters/1.jpg")
        let fixture = try await FaultTests.recover(root, memory, after: dead)
        #expect(try await memory.openIntents() == [])
        #expect(try await fixture.findings() == [])
        try await fixture.upload("jpeg again")
    }

    @Test("A name that another process recorded meanwhile does not stop the recovery; the unacknowledged file goes")
    func nameGone() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let dead = try await Self.leave(.folderSynchronized, root, memory, "1")
        try root.write("png by hand", to: "files/posters/1.png")
        var adopted = SampleRecords.file("1", type: .png)
        let importer = try EngineFixture(root, memory)
        let open = try await importer.tree.open(adopted.path)
        adopted.version = FileVersion(
            size: open.identity.size,
            digest: try await importer.tree.digest(of: open),
            modifiedAt: open.identity.modifiedAt
        )
        try await memory.adopt(adopted)
        let fixture = try await FaultTests.recover(root, memory, after: dead)
        #expect(try await memory.openIntents() == [])
        #expect(root.tree("files") == ["posters/1.png"])
        #expect(try await fixture.findings() == [])
    }

    @Test("One commit that cannot be settled does not keep the others, or the start, waiting")
    func stuck() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        try await EngineFixture(root, memory).upload("jpeg a", to: "posters", "a")
        let file = try #require(try await memory.file(path: MediaPath(trusted: "posters/a.jpg")))
        try await memory.remove(SampleRecords.removal(of: file))
        // Where the removed file was, somebody has put a folder with something in it.
        try root.remove("files/posters/a.jpg")
        try root.write("x", to: "files/posters/a.jpg/inside.txt")
        let dead = try await Self.leave(.renamed, root, memory, "b")
        let fixture = try await FaultTests.recover(root, memory, after: dead)
        #expect(try await fixture.text(at: "posters/b.jpg") == "jpeg b")
        #expect(try await memory.openIntents().map(\.file.path.text) == ["posters/a.jpg"])
        #expect(root.tree("staging") == [])
    }

    @Test("The same while running: a commit that cannot be settled does not keep later ones")
    func stuckWhileRunning() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let plan = FaultPlan(failing: 1, mode: .refused, only: "catalog.finish")
        let fixture = try EngineFixture(root, memory, plan: plan)
        let file = try await fixture.upload("jpeg a", to: "posters", "a")
        try root.remove("files/posters/a.jpg")
        try root.write("x", to: "files/posters/a.jpg/inside.txt")
        // Nobody is told "deleted" while something still lies there.
        let stuck = await code { () async throws(MediaError) in try await fixture.files.delete(id: file.id) }
        #expect(stuck == .pathOccupied)
        #expect(fixture.unsettled.count == 1)
        plan.arm()
        let lost = await code { () async throws(MediaError) in try await fixture.upload("jpeg b", to: "posters", "b") }
        #expect(lost == .catalogUnavailable)
        #expect(fixture.unsettled.count == 2)
        let task = Task { try await fixture.engine.maintenance.commitRetrier.run() }
        defer { task.cancel() }
        #expect(try await eventually { fixture.unsettled.count == 1 })
        #expect(try await fixture.text(at: "posters/b.jpg") == "jpeg b")
        try root.remove("files/posters/a.jpg")
        #expect(try await eventually { fixture.unsettled.count == 0 })
        #expect(try await memory.openIntents() == [])
    }
}
