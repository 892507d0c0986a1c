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
        _ change: (EngineFixture) async throws(MediaError) -> Void
    ) async throws -> String {
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(root, memory, plan: plan) { if $0 == step { plan.kill() } }
        _ = await code { () async throws(MediaError) in try await change(fixture) }
        #expect(plan.isDead, "the step was reached")
        return fixture.staging.owner
    }

    private static func prepare(_ root: TemporaryRoot, _ memory: InMemoryCatalog) async throws {
        try await EngineFixture(root, memory).upload("png old")
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
    func publish(
        _ step: CommitStep,
        _ tree: [String],
        _ staged: Int,
        _ phases: [CommitIntent.Phase?],
        _ text: String
    ) async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        try await Self.prepare(root, memory)
        let dead = try await Self.crash(after: step, root, memory) { fixture async throws(MediaError) in
            try await fixture.upload("jpeg new")
        }
        #expect(root.tree("files") == tree)
        #expect(root.names(in: "staging/\(dead)").count == staged)
        #expect(try await memory.openIntents().map(\.phase) == phases.compactMap { $0 })
        let fixture = try await FaultTests.recover(root, memory, after: dead)
        let file = try #require(try await memory.file(collection: "posters", name: MediaName(trusted: "1")))
        #expect(try await fixture.text(at: file.path.text) == text)
        #expect(root.tree("files") == [file.path.text])
        #expect(root.tree("staging") == [])
        #expect(try await fixture.findings() == [])
        #expect(try await fixture.recovery.recover().settledIntents == 0, "recovering twice does nothing")
    }

    /// Where RENAME_NOREPLACE is not known, a file is published by link(2) and unlink(2).
    @Test("F1: between the link and the unlink of a file system that knows no RENAME_NOREPLACE")
    func linked() async throws {
        for replaces in [false, true] {
            let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
            if replaces { try await Self.prepare(root, memory) }
            let dead = try await Self.crash(after: .renamed, root, memory) { fixture async throws(MediaError) in
                try await fixture.upload("jpeg new")
            }
            // Both names of one inode are there.
            let staged = try #require(try await memory.openIntents().first?.stagingName)
            try root.hardLink("staging/\(dead)/\(staged)", to: "files/posters/1.jpg")
            #expect(root.names(in: "staging/\(dead)") == [staged])
            let fixture = try await FaultTests.recover(root, memory, after: dead)
            #expect(root.tree("files") == ["posters/1.jpg"])
            #expect(root.tree("staging") == [])
            #expect(try await fixture.text(at: "posters/1.jpg") == "jpeg new")
            #expect(try await memory.openIntents() == [])
            #expect(try await fixture.findings() == [])
            #expect(try await fixture.recovery.recover().settledIntents == 0, "recovering twice does nothing")
        }
    }

    @Test("Removing", arguments: [(CommitStep.removalRecorded, ["posters/1.png"]), (.removalUnlinked, [])])
    func remove(_ step: CommitStep, _ tree: [String]) async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        try await Self.prepare(root, memory)
        let file = try #require(try await memory.file(path: MediaPath(trusted: "posters/1.png")))
        let dead = try await Self.crash(after: step, root, memory) { fixture async throws(MediaError) in
            try await fixture.files.delete(id: file.id)
        }
        #expect(root.tree("files") == tree)
        #expect(try await memory.openIntents().map(\.kind) == [.remove])
        let fixture = try await FaultTests.recover(root, memory, after: dead)
        #expect(root.tree("files") == [])
        #expect(try await memory.file(id: file.id) == nil)
        #expect(try await fixture.findings() == [])
    }

    @Test("Rewriting leaves the old bytes and the new ones in staging, and nothing else")
    func rewriting() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let dead = try await Self.crash(after: .rewritten, root, memory) { fixture async throws(MediaError) in
            try await fixture.upload("jpeg secret new", to: "avatars")
        }
        #expect(root.tree("files") == [])
        #expect(root.names(in: "staging/\(dead)").count == 2)
        #expect(try await memory.openIntents() == [])
        let fixture = try await FaultTests.recover(root, memory, after: dead)
        #expect(root.tree("staging") == [])
        #expect(try await fixture.findings() == [])
    }

    @Test("Every step is one of the table's")
    func complete() {
        #expect(CommitStep.allCases.count == 13)
    }
}
