import MediaCore
import MediaTesting
import Testing

@testable import MediaEngine

/// "Fail the nth call" while uploads are tended: what has all its bytes becomes a file all the same, what expired goes, and
/// nothing else happens.
@Suite("Tending uploads with a fault at every call")
struct SweepFaultTests {
    @Test("Taking up and sweeping", arguments: FaultPlan.Mode.allCases)
    func everyCall(_ mode: FaultPlan.Mode) async throws {
        for nth in 1...120 {
            let (root, memory, clock) = (try TemporaryRoot(), InMemoryCatalog(), MovableClock())
            let uploads = try await Self.prepare(EngineFixture(root, memory))
            clock.advance(by: UploadEndTests.day + .seconds(60))
            let plan = FaultPlan(failing: nth, mode: mode)
            let owner = try await Self.tend(root, memory, plan, clock)
            let comment = Comment(rawValue: "call \(nth), \(plan.failedCall ?? "none"), of \(plan.calls)")
            let mended = try EngineFixture(root, memory, uploadClock: { clock.now })
            if mode.isCrash, plan.failedCall != nil {
                let isDead = try await eventually {
                    try await mended.staging.deadOwners().contains { $0.name == owner }
                }
                #expect(isDead, comment)
                try await mended.recovery.recover()
            }
            try await mended.settleUploads()
            _ = try await mended.reaper.sweep()
            try await mended.settleUploads()
            // Once more: folders of what was completed in between.
            _ = try await mended.reaper.sweep()
            #expect(try await memory.upload(id: uploads.expired)?.state == .expired, comment)
            for id in [uploads.finished, uploads.interrupted] {
                #expect(try await memory.upload(id: id)?.state == .complete, comment)
            }
            #expect(try await mended.texts() == ["finished", "processing"], comment)
            #expect(root.tree("staging") == [] && root.names(in: "staging/uploads") == [], comment)
            #expect(try await mended.findings().map(\.description) == [], comment)
            guard plan.failedCall != nil else {
                #expect(nth > 20, "the loop met the calls")
                return
            }
        }
        Issue.record("tending makes more than 120 calls")
    }

    private struct Uploads {
        /// Some of its bytes came, long ago.
        var expired: UploadID
        /// All bytes came; the step after that was lost.
        var finished: UploadID
        /// A process died while it became a file.
        var interrupted: UploadID
    }

    private static func prepare(_ fixture: EngineFixture) async throws -> Uploads {
        let uploads = Uploads(
            expired: try await fixture.announce(8),
            finished: try await fixture.announce(8),
            interrupted: try await fixture.announce(10)
        )
        for (id, text) in [
            (uploads.expired, "expi"), (uploads.finished, "finished"), (uploads.interrupted, "processing"),
        ] {
            await fixture.refusal(text, at: 0, to: id, body: Bodies.cut(after: text))
        }
        try await fixture.memory.setState(.processing, of: uploads.interrupted)
        try fixture.root.makeFolder("staging/uploads/\(UploadID())")
        return uploads
    }

    /// - Returns: the name of the process, which is done or dead.
    private static func tend(
        _ root: TemporaryRoot,
        _ memory: InMemoryCatalog,
        _ plan: FaultPlan,
        _ clock: MovableClock
    ) async throws -> String {
        let fixture = try EngineFixture(root, memory, plan: plan, uploadClock: { clock.now })
        plan.arm()
        _ = await code { () async throws(MediaError) in try await fixture.pipeline.resumeInterrupted() }
        _ = await code { () async throws(MediaError) in _ = try await fixture.reaper.sweep() }
        for upload in try await memory.uploads(in: .processing, limit: 9) {
            await fixture.pipeline.outcome(of: upload.id, atMost: nil)
        }
        plan.disarm()
        if !plan.isDead {
            let isSettled = try await fixture.settleAll()
            #expect(isSettled, "what waits to be settled is settled")
        }
        await fixture.pipeline.stop()
        return fixture.staging.owner
    }
}
