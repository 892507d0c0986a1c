import MediaCore
import MediaEngine
import MediaTesting
import Testing

/// The table of docs/storage-tree.md: what each crash point leaves, and what the next start makes of it.
@Suite("A crash after each step")
struct CrashStepTests {
    /// Runs a change that is killed right after `step`.
    /// - Returns: the dead process's name in the staging area.
    private static func crash(
        after step: CommitStep,
        _ root: TemporaryRoot,
        _ memory: InMemoryCatalog,
        _ change: (House) async throws(MediaError) -> Void
    ) async throws -> String {
        let plan = FaultPlan.harmless()
        let house = try House(root, memory, plan: plan) { if $0 == step { plan.kill() } }
        _ = await code { () async throws(MediaError) in try await change(house) }
        #expect(plan.isDead, "the step was reached")
        return house.store.owner
    }

    private static func prepare(_ root: TemporaryRoot, _ memory: InMemoryCatalog) async throws {
        try await House(root, memory).upload("png old")
    }

    @Test(
        "Replacing a PNG by a JPEG",
        arguments: [
            // What lies in the tree and in staging after the crash, which intents are open, what is there after recovery.
            (CommitStep.synchronized, ["posters/1.png"], 1, [CommitIntent.Phase?.none], "png old"),
            (.intentRecorded, ["posters/1.png"], 1, [.pending], "png old"),
            (.renamed, ["posters/1.jpg", "posters/1.png"], 0, [.pending], "jpeg new"),
            (.folderSynchronized, ["posters/1.jpg", "posters/1.png"], 0, [.pending], "jpeg new"),
            (.recorded, ["posters/1.jpg", "posters/1.png"], 0, [.recorded], "jpeg new"),
            (.obsoleteRemoved, ["posters/1.jpg"], 0, [.recorded], "jpeg new"),
        ] as [(CommitStep, [String], Int, [CommitIntent.Phase?], String)]
    )
    func publish(_ step: CommitStep, _ tree: [String], _ staged: Int, _ phases: [CommitIntent.Phase?], _ text: String) async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        try await Self.prepare(root, memory)
        let dead = try await Self.crash(after: step, root, memory) { house async throws(MediaError) in
            try await house.upload("jpeg new")
        }
        #expect(root.tree("files") == tree)
        #expect(root.names(in: "staging/\(dead)").count == staged)
        #expect(try await memory.openIntents().map(\.phase) == phases.compactMap { $0 })
        let house = try await FaultTests.recover(root, memory, after: dead)
        let file = try #require(try await memory.file(collection: "posters", name: MediaName(trusted: "1")))
        #expect(try await house.text(at: file.path.text) == text)
        #expect(root.tree("files") == [file.path.text])
        #expect(root.tree("staging") == [])
        #expect(try await house.findings() == [])
        #expect(try await house.recovery.recover().settledIntents == 0, "recovering twice does nothing")
    }

    @Test("Removing", arguments: [(CommitStep.removalRecorded, ["posters/1.png"]), (.removalUnlinked, [])])
    func remove(_ step: CommitStep, _ tree: [String]) async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        try await Self.prepare(root, memory)
        let file = try #require(try await memory.file(path: MediaPath(trusted: "posters/1.png")))
        let dead = try await Self.crash(after: step, root, memory) { house async throws(MediaError) in
            try await house.files.delete(id: file.id)
        }
        #expect(root.tree("files") == tree)
        #expect(try await memory.openIntents().map(\.kind) == [.remove])
        let house = try await FaultTests.recover(root, memory, after: dead)
        #expect(root.tree("files") == [])
        #expect(try await memory.file(id: file.id) == nil)
        #expect(try await house.findings() == [])
    }

    @Test("Every step is one of the table's")
    func complete() {
        #expect(CommitStep.allCases.count == 8)
    }
}

@Suite("Recovery")
struct RecoveryTests {
    /// What a process leaves that dies right after a step of replacing posters/1.
    private static func leave(_ step: CommitStep, _ root: TemporaryRoot, _ memory: InMemoryCatalog, _ name: String) async throws -> String {
        let plan = FaultPlan.harmless()
        let house = try House(root, memory, plan: plan) { if $0 == step { plan.kill() } }
        _ = await code { () async throws(MediaError) in try await house.upload("jpeg \(name)", to: "posters", name) }
        return house.store.owner
    }

    @Test("The open commit of a living process is left alone")
    func living() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let plan = FaultPlan.harmless()
        let house = try House(root, memory, plan: plan)
        plan.hold("catalog.finish")
        let upload = Task { try await house.upload("jpeg new") }
        #expect(try await eventually { plan.heldCalls == 1 })
        let other = try House(root, memory)
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
        let house = try House(root, memory)
        #expect(try await eventually { try await house.store.deadOwners().contains { $0.name == dead } })
        _ = try await house.store.sweep(owner: dead)
        #expect(try await house.recovery.recover().settledIntents == 1)
        #expect(try await house.text(at: "posters/1.jpg") == "jpeg 1")
        #expect(try await house.findings() == [])
    }

    @Test("A file that somebody removed by hand meanwhile is dropped, and the name is free again")
    func removedByHand() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let dead = try await Self.leave(.renamed, root, memory, "1")
        try root.remove("files/posters/1.jpg")
        let house = try await FaultTests.recover(root, memory, after: dead)
        #expect(try await memory.openIntents() == [])
        #expect(try await house.findings() == [])
        try await house.upload("jpeg again")
    }

    @Test("A name that another process recorded meanwhile does not stop the recovery; the unacknowledged file goes")
    func nameGone() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let dead = try await Self.leave(.folderSynchronized, root, memory, "1")
        try root.write("png by hand", to: "files/posters/1.png")
        var adopted = SampleRecords.file("1", type: .png)
        let importer = try House(root, memory)
        let open = try await importer.store.open(adopted.path)
        adopted.version = FileVersion(size: open.identity.size, digest: try await importer.store.digest(of: open), modifiedAt: open.identity.modifiedAt)
        try await memory.adopt(adopted)
        let house = try await FaultTests.recover(root, memory, after: dead)
        #expect(try await memory.openIntents() == [])
        #expect(root.tree("files") == ["posters/1.png"])
        #expect(try await house.findings() == [])
    }

    @Test("One commit that cannot be settled does not keep the others, or the start, waiting")
    func stuck() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        try await House(root, memory).upload("jpeg a", to: "posters", "a")
        let file = try #require(try await memory.file(path: MediaPath(trusted: "posters/a.jpg")))
        try await memory.remove(SampleRecords.removal(of: file))
        // Where the removed file was, somebody has put a folder with something in it.
        try root.remove("files/posters/a.jpg")
        try root.write("x", to: "files/posters/a.jpg/inside.txt")
        let dead = try await Self.leave(.renamed, root, memory, "b")
        let house = try await FaultTests.recover(root, memory, after: dead)
        #expect(try await house.text(at: "posters/b.jpg") == "jpeg b")
        #expect(try await memory.openIntents().map(\.file.path.text) == ["posters/a.jpg"])
        #expect(root.tree("staging") == [])
    }

    @Test("The same while running: a commit that cannot be settled does not keep later ones")
    func stuckWhileRunning() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let plan = FaultPlan(failing: 1, mode: .refused, only: "catalog.finish")
        let house = try House(root, memory, plan: plan)
        let file = try await house.upload("jpeg a", to: "posters", "a")
        try root.remove("files/posters/a.jpg")
        try root.write("x", to: "files/posters/a.jpg/inside.txt")
        try await house.files.delete(id: file.id)
        #expect(house.unsettled.count == 1)
        plan.arm()
        let lost = await code { () async throws(MediaError) in try await house.upload("jpeg b", to: "posters", "b") }
        #expect(lost == .catalogUnavailable)
        #expect(house.unsettled.count == 2)
        let task = Task { try await house.unsettled.run() }
        defer { task.cancel() }
        #expect(try await eventually { house.unsettled.count == 1 })
        #expect(try await house.text(at: "posters/b.jpg") == "jpeg b")
        try root.remove("files/posters/a.jpg")
        #expect(try await eventually { house.unsettled.count == 0 })
        #expect(try await memory.openIntents() == [])
    }
}
