import MediaCore
import MediaTesting
import Testing

@testable import MediaEngine

/// What happens between two looks at an upload. Calls are kept waiting at the place where the other one comes in.
@Suite("Resumable uploads: races")
struct UploadRaceTests {
    @Test(
        "An upload that becomes a file while it is looked at is complete, not lost",
        arguments: ["uploads.progress", "uploads.acquire"]
    )
    func completedWhileLookedAt(_ call: String) async throws {
        let (root, memory, plan) = (try TemporaryRoot(), InMemoryCatalog(), FaultPlan.harmless())
        let (looking, sending) = (try EngineFixture(root, memory, plan: plan), try EngineFixture(root, memory))
        let id = try await sending.announce(8)
        _ = await sending.refusal(
            "abcdefgh",
            at: 0,
            to: id,
            body: Bodies.cut(after: call == "uploads.acquire" ? "abcdefgh" : "abcd")
        )
        plan.hold(call)
        let look = Task { try await looking.look(at: id) }
        #expect(try await eventually { plan.heldCalls == 1 })
        try await sending.send(call == "uploads.acquire" ? "" : "efgh", at: call == "uploads.acquire" ? 8 : 4, to: id)
        #expect(try await memory.upload(id: id)?.state == .complete)
        plan.release()
        #expect(try await look.value.upload.state == .complete)
        #expect(try await memory.upload(id: id)?.state == .complete)
    }

    @Test("A sweep does not end an upload that became a file since it was found to be expired")
    func completedWhileSwept() async throws {
        let (root, memory, plan, clock) = (try TemporaryRoot(), InMemoryCatalog(), FaultPlan.harmless(), MovableClock())
        let sending = try EngineFixture(root, memory)
        let id = try await sending.announce(4)
        clock.advance(by: UploadEndTests.day + .seconds(60))
        let sweeping = try EngineFixture(root, memory, plan: plan, uploadClock: { clock.now })
        plan.hold("uploads.progress")
        let sweep = Task { try await sweeping.reaper.sweep() }
        #expect(try await eventually { plan.heldCalls == 1 })
        try await sending.send("abcd", at: 0, to: id)
        plan.release()
        #expect(try await sweep.value.expired == 0)
        #expect(try await memory.upload(id: id)?.state == .complete)
    }

    @Test("A sweep leaves an upload to which bytes, and a length, came since it was found to be expired")
    func revivedWhileSwept() async throws {
        let (root, memory, plan, clock) = (try TemporaryRoot(), InMemoryCatalog(), FaultPlan.harmless(), MovableClock())
        let sending = try EngineFixture(root, memory)
        let id = try await sending.announce(nil)
        clock.advance(by: UploadEndTests.day + .seconds(60))
        let sweeping = try EngineFixture(root, memory, plan: plan, uploadClock: { clock.now })
        plan.hold("uploads.acquire")
        let sweep = Task { try await sweeping.reaper.sweep() }
        #expect(try await eventually { plan.heldCalls == 1 })
        try await sending.send("abcd", at: 0, to: id, length: 8)
        try root.setModificationTime("staging/uploads/\(id)/data", secondsSince1970: Int(clock.now.seconds))
        plan.release()
        #expect(try await sweep.value == .init())
        let upload = try #require(try await memory.upload(id: id))
        #expect(upload.state == .receiving && upload.length?.bytes == 8)
        #expect(upload.expiresAt > clock.now, "it is put off")
    }

    @Test("A4.32: who waits for an upload that becomes a file meanwhile is told of the file, without delay")
    func completedWhileWaiting() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(4)
        let gate = Gate()
        let older = Task {
            await fixture.refusal("abcd", at: 0, to: id, body: Bodies.whole("abcd", then: { await gate.wait() }))
        }
        #expect(try await eventually { gate.isReached })
        let append = Task { try await fixture.send("", at: 4, to: id) }
        #expect(try await eventually { !fixture.memory.takeoverRequests.isEmpty })
        gate.open()
        let start = ContinuousClock.now
        _ = try await append.value
        // Clock: without delay is what is promised; who is not told waits for twenty seconds.
        #expect(ContinuousClock.now - start < .seconds(10), "half of the time-out")
        #expect(await older.value == nil)
        #expect(try await fixture.texts() == ["abcd"])
    }

    @Test("A5.42: a request that waited does not miss the length that was declared meanwhile")
    func lengthWhileWaiting() async throws {
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(TemporaryRoot(), plan: plan)
        let id = try await fixture.announce(nil)
        let body = HangingBody()
        plan.hold("catalog.uploads.update")
        let older = Task {
            await fixture.refusal("", at: 0, to: id, length: 4, isLengthKnown: false, body: body.source("ab"))
        }
        #expect(try await eventually { plan.heldCalls == 1 })
        let newer = Task { await fixture.refusal("cdefgh", at: 2, to: id) }
        #expect(try await eventually { !fixture.memory.takeoverRequests.isEmpty })
        plan.release()
        #expect(await newer.value == .uploadTooLong)
        #expect(await older.value == .uploadInterrupted)
        #expect(try await fixture.resumable.settledStatus(of: id, for: .anybody).upload.length?.bytes == 4)
        #expect(try await fixture.texts() == ["abcd"])
    }

    @Test("A file that is in the tree without its record does not come a second time, under another generated name")
    func unsettledCommit() async throws {
        let plan = FaultPlan(failing: 1, mode: .refused, only: "catalog.finish")
        let fixture = try EngineFixture(TemporaryRoot(), plan: plan)
        let id = try await fixture.announce(4, to: "receipts")
        plan.arm()
        try await fixture.send("pdf!", at: 0, to: id)
        #expect(fixture.unsettled.count == 1)
        for _ in 0..<3 { try await fixture.pipeline.retry() }
        #expect(fixture.root.tree("files").count == 1)
        #expect(try await fixture.look(at: id).upload.state == .processing)
        #expect(try await fixture.settleAll())
        #expect(try await fixture.look(at: id).upload.state == .complete)
        try await fixture.pipeline.retry()
        #expect(try await fixture.texts() == ["pdf!"])
        _ = try await fixture.reaper.sweep()
        #expect(fixture.root.tree("staging") == [])
    }

    @Test("Nor does it when another daemon takes up the upload of one that died before its commit was settled")
    func unsettledCommitOfTheDead() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let plan = FaultPlan.harmless()
        var dead: EngineFixture? = try EngineFixture(root, memory, plan: plan) { if $0 == .renamed { plan.kill() } }
        let owner = dead?.staging.owner
        let id = try #require(try await dead?.announce(4, to: "receipts"))
        _ = await dead?.refusal("pdf!", at: 0, to: id)
        await dead?.pipeline.stop()
        dead = nil
        let living = try EngineFixture(root, memory)
        #expect(try await eventually { try await living.staging.deadOwners().contains { $0.name == owner } })
        try await living.pipeline.resumeInterrupted()
        try await living.pipeline.retry()
        await living.pipeline.outcome(of: id, atMost: nil)
        #expect(root.tree("files").count == 1)
        try await living.recovery.recover()
        try await living.settleUploads()
        #expect(try await living.look(at: id).upload.state == .complete)
        #expect(try await living.texts() == ["pdf!"])
        #expect(try await living.findings() == [])
    }

    @Test("An upload that somebody holds when its processing is to be tried again is tried once more")
    func heldAtRetry() async throws {
        let (root, memory, plan) = (try TemporaryRoot(), InMemoryCatalog(), FaultPlan.harmless())
        let (fixture, other) = (try EngineFixture(root, memory), try EngineFixture(root, memory, plan: plan))
        let id = try await fixture.announce(4)
        _ = await fixture.refusal("abcd", at: 0, to: id, body: Bodies.cut(after: "abcd"))
        try await memory.setState(.processing, of: id)
        let taken = try #require(try await other.resumables.leases.acquireIfFree(id))
        try await fixture.pipeline.resumeInterrupted()
        #expect(try await memory.upload(id: id)?.state == .processing)
        await taken.release()
        try await fixture.pipeline.retry()
        #expect(try await fixture.resumable.result(of: id, for: .anybody).upload.state == .complete)
    }
}
