import MediaCore
import MediaTesting
import Testing

@testable import MediaEngine

/// "Fail the nth call", as in FaultTests: each journey again and again, each time with the next call on catalog, store or bytes
/// failing. What the client was told is true afterwards, the client can go on, and in the end there is one file and nothing else.
@Suite("Resumable uploads with a fault at every call")
struct UploadFaultTests {
    enum Journey: String, Sendable, CaseIterable {
        case pieces
        case deferred
        case verified
        case announcedEnd
        case generatedName
        case concatenation
        case again
        case termination
    }

    @Test("One call fails, the process lives on", arguments: Journey.allCases, [FaultPlan.Mode.refused, .answerLost])
    func oneFault(_ journey: Journey, _ mode: FaultPlan.Mode) async throws {
        try await Self.everyCall(journey, mode)
    }

    @Test(
        "The process is killed at one call",
        arguments: Journey.allCases,
        [FaultPlan.Mode.killedBefore, .killedAfter]
    )
    func crash(_ journey: Journey, _ mode: FaultPlan.Mode) async throws {
        try await Self.everyCall(journey, mode)
    }

    private static func everyCall(_ journey: Journey, _ mode: FaultPlan.Mode) async throws {
        for nth in 1...120 {
            let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
            let plan = FaultPlan(failing: nth, mode: mode)
            let (story, owner) = try await Self.tell(journey, root, memory, plan)
            let comment = Comment(rawValue: "call \(nth), \(plan.failedCall ?? "none"), of \(plan.calls)")
            let clock = MovableClock()
            let mended = try EngineFixture(root, memory, uploadClock: { clock.now })
            if mode.isCrash, plan.failedCall != nil {
                let isDead = try await eventually {
                    try await mended.staging.deadOwners().contains { $0.name == owner }
                }
                #expect(isDead, comment)
                try await mended.recovery.recover()
            }
            try await story.goOn(in: mended, comment)
            // All that is left over goes with time.
            clock.advance(by: .seconds(48 * 3600))
            _ = try await mended.reaper.sweep()
            try await mended.settleUploads()
            clock.advance(by: .seconds(48 * 3600))
            _ = try await mended.reaper.sweep()
            #expect(root.tree("staging") == [], comment)
            #expect(root.names(in: "staging/uploads") == [], comment)
            #expect(try await memory.reservedBytes().bytes == 0, comment)
            #expect(try await memory.openIntents() == [], comment)
            #expect(try await mended.findings().map(\.description) == [], comment)
            guard plan.failedCall != nil else {
                #expect(story.failure == nil, comment)
                #expect(nth > 8, "the loop met the journey's calls")
                return
            }
        }
        Issue.record("the journey makes more than 120 calls")
    }

    /// The journey in a process of its own, which has settled what it could, or is gone, when this returns.
    private static func tell(
        _ journey: Journey,
        _ root: TemporaryRoot,
        _ memory: InMemoryCatalog,
        _ plan: FaultPlan
    ) async throws -> (UploadStory, String) {
        let fixture = try EngineFixture(root, memory, plan: plan)
        let story = UploadStory(journey)
        try await story.prepare(in: fixture)
        plan.arm()
        await story.run(in: fixture)
        plan.disarm()
        if !plan.isDead {
            let isSettled = try await fixture.settleAll()
            #expect(isSettled, "what waits to be settled is settled")
            try await fixture.settleUploads()
        }
        await fixture.pipeline.stop()
        return (story, fixture.staging.owner)
    }
}
