import MediaCore
import MediaEngine
import MediaStorage
import MediaTesting
import Testing

@Suite("The trash")
struct TrashTests {
    @Test("A deleted file is out of the tree and comes back with id, path and bytes")
    func journey() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let fixture = try EngineFixture(root, memory)
        let file = try await fixture.upload("jpeg one", to: "posters", "deep/1")
        try await fixture.files.delete(id: file.id)
        #expect(root.tree("files") == [] && root.tree("trash") == [file.id.description])
        #expect(root.kind("files/posters/deep") == nil, "folders that became empty go")
        #expect(try await fixture.findings() == [])
        #expect(try await fixture.trash.entry(file.id).file == file)
        let restored = try await fixture.trash.restore(file.id)
        #expect(restored == file)
        #expect(root.tree("files") == ["posters/deep/1.jpg"] && root.tree("trash") == [])
        #expect(try await fixture.text(at: "posters/deep/1.jpg") == "jpeg one")
        #expect(try await fixture.findings() == [])
        #expect(try await fixture.trash.restore(file.id) == file, "whoever lost the response gets it again")
        #expect(try await fixture.findings() == [])
    }

    @Test("Bytes in the trash of a file that a restored database still has are kept, and fsck puts them back")
    func restoredDatabase() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let fixture = try EngineFixture(root, memory)
        let file = try await fixture.upload("jpeg one")
        try await fixture.files.delete(id: file.id)
        // As if the database was restored to a state before the deletion.
        _ = try await memory.forgetTrash(file.id, expiredBy: nil)
        try await memory.adopt(file)
        #expect(try await fixture.findings().map(\.kind) == [.missing])
        #expect(root.tree("trash") == [file.id.description])
        #expect(try await fixture.findings(repair: true).map(\.isRepaired) == [true])
        #expect(try await fixture.text(at: "posters/1.jpg") == "jpeg one")
        #expect(root.tree("trash") == [])
    }

    @Test("A deletion that meets a replacement of another type by another process deletes what is there by then")
    func replacedMeanwhile() async throws {
        let (root, memory, plan) = (try TemporaryRoot(), InMemoryCatalog(), FaultPlan.harmless())
        let fixture = try EngineFixture(root, memory, plan: plan)
        let file = try await fixture.upload("jpeg one")
        plan.hold("catalog.remove")
        let deletion = Task {
            await code { () async throws(MediaError) in try await fixture.files.delete(id: file.id) }
        }
        #expect(try await eventually { plan.heldCalls == 1 })
        let other = try await EngineFixture(root, memory).upload("png two")
        #expect(other.id == file.id && other.path != file.path)
        plan.release()
        #expect(await deletion.value == nil)
        #expect(root.tree("files") == [] && root.tree("trash") == [file.id.description])
        #expect(try await fixture.trash.entry(file.id).file == other)
        #expect(try await memory.openIntents() == [])
    }

    @Test("Permanently, or with a retention of nothing, there is no way back")
    func permanent() async throws {
        for isKept in [true, false] {
            let root = try TemporaryRoot()
            let fixture = try EngineFixture(root, adjust: { if !isKept { $0.trash.retention = .zero } })
            let file = try await fixture.upload("jpeg one")
            try await fixture.files.delete(id: file.id, isPermanent: isKept)
            #expect(root.tree("files") == [] && root.tree("trash") == [])
            let back = await code { () async throws(MediaError) in _ = try await fixture.trash.restore(file.id) }
            #expect(back == .notFound)
        }
    }

    @Test("A name or a place that is taken by now is a refusal, and the file stays in the trash")
    func taken() async throws {
        let root = try TemporaryRoot()
        let fixture = try EngineFixture(root)
        let file = try await fixture.upload("jpeg one")
        try await fixture.files.delete(id: file.id)
        let other = try await fixture.upload("png two")
        func restoring() async -> MediaError.Code? {
            await code { () async throws(MediaError) in _ = try await fixture.trash.restore(file.id) }
        }
        #expect(await restoring() == .nameTaken)
        try await fixture.files.delete(id: other.id, isPermanent: true)
        try root.write("by hand", to: "files/posters/1.jpg")
        #expect(await restoring() == .pathOccupied)
        #expect(try await fixture.memory.openIntents() == [])
        try root.remove("files/posters/1.jpg")
        #expect(await restoring() == nil)
        #expect(try await fixture.text(at: "posters/1.jpg") == "jpeg one")
    }

    /// Deletes or restores in a process of its own, which has settled what it could, or is gone, when this returns.
    private static func attempt(
        restoring: Bool,
        _ id: MediaID,
        _ root: TemporaryRoot,
        _ memory: InMemoryCatalog,
        _ plan: FaultPlan,
        observe: @escaping CommitObserver = { _ in }
    ) async throws -> (MediaError.Code?, owner: String) {
        let fixture = try EngineFixture(root, memory, plan: plan, observe: observe)
        plan.arm()
        let outcome = await code { () async throws(MediaError) in
            if restoring {
                _ = try await fixture.trash.restore(id)
            } else {
                try await fixture.files.delete(id: id)
            }
        }
        plan.disarm()
        if !plan.isDead {
            let isSettled = try await fixture.settleAll()
            #expect(isSettled, "what waits to be settled is settled")
        }
        return (outcome, fixture.staging.owner)
    }

    @Test(
        "A crash after each step of a restoration",
        arguments: [
            (CommitStep.restoreRecorded, false), (.restoreRenamed, true), (.restored, true),
        ]
    )
    func crash(_ step: CommitStep, _ isBack: Bool) async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let before = try EngineFixture(root, memory)
        let file = try await before.upload("jpeg one")
        try await before.files.delete(id: file.id)
        let plan = FaultPlan.harmless()
        let (_, owner) = try await Self.attempt(restoring: true, file.id, root, memory, plan) {
            if $0 == step { plan.kill() }
        }
        #expect(plan.isDead, "the step was reached")
        let fixture = try await FaultTests.recover(root, memory, after: owner)
        #expect(try await memory.openIntents() == [])
        #expect(root.tree("files") == (isBack ? ["posters/1.jpg"] : []))
        #expect(root.tree("trash") == (isBack ? [] : [file.id.description]))
        #expect(try await fixture.findings() == [])
        if !isBack { _ = try await fixture.trash.restore(file.id) }
        #expect(try await fixture.text(at: "posters/1.jpg") == "jpeg one")
    }

    @Test(
        "A fault at every call of a deletion and of a restoration",
        arguments: [true, false],
        [
            FaultPlan.Mode.refused, .answerLost, .killedBefore, .killedAfter,
        ]
    )
    func faults(_ restores: Bool, _ mode: FaultPlan.Mode) async throws {
        for nth in 1...60 {
            let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
            let before = try EngineFixture(root, memory)
            let file = try await before.upload("jpeg one", to: "posters", "deep/1")
            if restores { try await before.files.delete(id: file.id) }
            let plan = FaultPlan(failing: nth, mode: mode)
            let (outcome, owner) = try await Self.attempt(restoring: restores, file.id, root, memory, plan)
            let comment = Comment(rawValue: "call \(nth), \(plan.failedCall ?? "none"), of \(plan.calls)")
            let mended =
                try await plan.isDead
                ? FaultTests.recover(root, memory, after: owner) : EngineFixture(root, memory)
            #expect(try await mended.findings().map(\.description) == [], comment)
            #expect(try await memory.openIntents() == [], comment)
            // In exactly one of the two places, whatever happened.
            let isInTree = root.tree("files") == ["posters/deep/1.jpg"]
            #expect(root.tree("trash") == (isInTree ? [] : [file.id.description]), comment)
            #expect((try await memory.file(id: file.id) != nil) == isInTree, comment)
            #expect((try await memory.trashEntry(file.id) != nil) == !isInTree, comment)
            guard plan.failedCall != nil else {
                #expect(outcome == nil && isInTree == restores && nth > 4, comment)
                return
            }
        }
        Issue.record("more than 60 calls")
    }

    @Test("What was deleted in SQL is taken out of the tree at the next notice, and at the next start")
    func bySQL() async throws {
        for isRunning in [true, false] {
            let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
            let fixture = try EngineFixture(root, memory, adjust: { $0.trash.sweepInterval = .seconds(3600) })
            let file = try await fixture.upload("jpeg one")
            let maintenance = Task { if isRunning { try await fixture.engine.trashMaintenance.run() } }
            defer { maintenance.cancel() }
            if isRunning { #expect(try await eventually { fixture.engine.trashMaintenance.totals != nil }) }
            var intent = SampleRecords.removal(of: file)
            intent.owner = CommitIntent.sqlOwner
            try await memory.remove(intent, as: Removal(retention: .seconds(60)))
            if isRunning {
                await fixture.changes.dispatch(.recordChanged(file.path))
            } else {
                #expect(try await fixture.findings().map(\.kind) == [.unfinished])
                try await EngineFixture(root, memory).recovery.recover()
            }
            #expect(try await eventually { root.tree("trash") == [file.id.description] })
            #expect(root.tree("files") == [])
            #expect(try await eventually { try await memory.openIntents() == [] })
        }
    }

    @Test("A restoration that meets a deletion in SQL under way finishes it first")
    func restoredAtOnce() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let fixture = try EngineFixture(root, memory)
        let file = try await fixture.upload("jpeg one")
        var intent = SampleRecords.removal(of: file)
        intent.owner = CommitIntent.sqlOwner
        try await memory.remove(intent, as: Removal(retention: .seconds(60)))
        #expect(try await fixture.trash.restore(file.id) == file)
        #expect(try await fixture.text(at: "posters/1.jpg") == "jpeg one")
        #expect(try await fixture.findings() == [])
    }

    @Test("What expired goes for good, what did not stays; left-over bytes go within bounds")
    func expiry() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let clock = MovableClock()
        let fixture = try EngineFixture(
            root,
            memory,
            uploadClock: { clock.now },
            adjust: { $0.trash = TrashSettings(retention: .seconds(3600), sweepInterval: .milliseconds(5)) }
        )
        let file = try await fixture.upload("jpeg one")
        try await fixture.files.delete(id: file.id)
        try root.write("left", to: "trash/018f2b3c-0000-7000-8000-00000000000a")
        #expect(try await fixture.findings().map(\.kind) == [.leftover])
        let maintenance = Task { try await fixture.engine.trashMaintenance.run() }
        defer { maintenance.cancel() }
        #expect(try await eventually { root.tree("trash") == [file.id.description] })
        #expect(try await fixture.trash.totals() == TrashTotals(files: 1, size: file.version.size))
        clock.advance(by: .seconds(3700))
        #expect(try await eventually { root.tree("trash") == [] })
        #expect(try await memory.trashEntry(file.id) == nil)
        #expect(memory.trashRetention == .seconds(3600), "media.delete() keeps to it too")
    }

    @Test("An entry that is forgotten just before a crash leaves bytes, which the next sweep removes")
    func forgotten() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(root, memory, plan: plan, observe: { if $0 == .trashForgotten { plan.kill() } })
        let file = try await fixture.upload("jpeg one")
        try await fixture.files.delete(id: file.id)
        _ = await code { () async throws(MediaError) in try await fixture.trash.delete(file.id) }
        #expect(plan.isDead && root.tree("trash") == [file.id.description])
        let next = try EngineFixture(root, memory)
        #expect(try await next.findings(repair: true).map(\.description).allSatisfy { $0.hasSuffix("[repaired]") })
        #expect(root.tree("trash") == [])
    }

    @Test("Bytes that somebody removed from the trash are a finding, and the file cannot come back")
    func lost() async throws {
        let root = try TemporaryRoot()
        let fixture = try EngineFixture(root)
        let file = try await fixture.upload("jpeg one")
        try await fixture.files.delete(id: file.id)
        try root.remove("trash/\(file.id)")
        let back = await code { () async throws(MediaError) in _ = try await fixture.trash.restore(file.id) }
        #expect(back == .treeMismatch)
        #expect(try await fixture.memory.openIntents() == [])
        #expect(try await fixture.findings().map(\.kind) == [.missing])
        #expect(try await fixture.findings(repair: true, forgetMissing: true).allSatisfy(\.isRepaired))
        #expect(try await fixture.findings() == [])
    }

    @Test("Never linked and not referenced for as long as the collection says: reaped, and nothing else")
    func unlinked() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let clock = MovableClock()
        let fixture = try EngineFixture(
            root,
            memory,
            uploadClock: { clock.now },
            adjust: { settings in
                for index in settings.collections.indices {
                    settings.collections[index].collectUnlinkedAfter = .seconds(60)
                }
                settings.trash.sweepInterval = .milliseconds(5)
            }
        )
        let names = ["linked", "was-linked", "referenced", "unused"]
        var ids: [String: MediaID] = [:]
        for name in names { ids[name] = try await fixture.upload("jpeg \(name)", to: "posters", name).id }
        let link = FileLink(entity: "movie", entityID: "1", role: "poster")
        for name in ["linked", "was-linked"] {
            _ = try await fixture.engine.links.link(link, to: try #require(ids[name]), isSingle: nil)
        }
        try await fixture.engine.links.unlink(link, from: try #require(ids["was-linked"]))
        memory.setReferenced(try #require(ids["referenced"]), true)
        let maintenance = Task { try await fixture.engine.trashMaintenance.run() }
        defer { maintenance.cancel() }
        #expect(try await eventually { fixture.engine.trashMaintenance.totals != nil })
        #expect(root.tree("files").count == 4, "none is old enough")
        clock.advance(by: .seconds(61))
        #expect(try await eventually { root.tree("files").count == 3 })
        let unused = try #require(ids["unused"])
        #expect(try await eventually { root.tree("trash") == [unused.description] })
        #expect(try await fixture.trash.entry(unused).reason == .reaped)
        // As soon as nothing refers to it any more.
        memory.setReferenced(try #require(ids["referenced"]), false)
        #expect(try await eventually { root.tree("files") == ["posters/linked.jpg", "posters/was-linked.jpg"] })
        // What somebody brought back stays.
        _ = try await fixture.trash.restore(unused)
        let totals = try await fixture.trash.totals()
        #expect(totals.files == 1)
        #expect(root.tree("files").contains("posters/unused.jpg"))
    }
}
