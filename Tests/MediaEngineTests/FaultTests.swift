import MediaCore
import MediaEngine
import MediaTesting
import Testing

/// "Fail the nth call": every commit is run again and again, each time with the next call on catalog or store failing, until it
/// gets through. Afterwards tree and catalog must agree, what was acknowledged must be there whole, and the name must be free.
@Suite("Commits with a fault at every call")
struct FaultTests {
    enum Change: String, Sendable, CaseIterable {
        case publishNew
        case replaceSameType
        case replaceOtherType
        case remove

        var before: String? { self == .publishNew ? nil : "png old" }

        var after: String? {
            switch self {
            case .publishNew, .replaceOtherType: "jpeg new"
            case .replaceSameType: "png new"
            case .remove: nil
            }
        }

        func run(in fixture: EngineFixture) async throws(MediaError) {
            if let after = self.after {
                try await fixture.upload(after, to: "posters", "deep/1")
            } else {
                let name = MediaName(trusted: "deep/1")
                guard let file = try await fixture.memory.file(collection: "posters", name: name) else { return }
                try await fixture.files.delete(id: file.id)
            }
        }
    }

    @Test("One call fails, the process lives on", arguments: Change.allCases, [FaultPlan.Mode.refused, .answerLost])
    func oneFault(_ change: Change, _ mode: FaultPlan.Mode) async throws {
        try await Self.everyCall(change, mode)
    }

    @Test("The process is killed at one call", arguments: Change.allCases, [FaultPlan.Mode.killedBefore, .killedAfter])
    func crash(_ change: Change, _ mode: FaultPlan.Mode) async throws {
        try await Self.everyCall(change, mode)
    }

    private static func everyCall(_ change: Change, _ mode: FaultPlan.Mode) async throws {
        for nth in 1...60 {
            let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
            if let before = change.before {
                try await EngineFixture(root, memory).upload(before, to: "posters", "deep/1")
            }
            let plan = FaultPlan(failing: nth, mode: mode)
            let (outcome, owner) = try await Self.attempt(change, root, memory, plan)
            let comment = Comment(rawValue: "call \(nth), \(plan.failedCall ?? "none"), of \(plan.calls)")
            guard plan.failedCall != nil else {
                #expect(outcome == nil, comment)
                #expect(nth > 4, "the loop met the commit's calls")
                return
            }
            let mended = try await mode.isCrash ? Self.recover(root, memory, after: owner) : EngineFixture(root, memory)
            #expect(try await mended.findings().map(\.description) == [], comment)
            #expect(root.tree("staging") == [], comment)
            #expect(try await memory.openIntents() == [], comment)
            let found = try await Self.text(in: mended)
            if outcome == nil {
                #expect(found == change.after, comment)
            } else {
                #expect(found == change.before || found == change.after, comment)
            }
            // One event for each change that happened, none for one that did not.
            let expectedEvents = (change.before == nil ? 0 : 1) + (found == change.before ? 0 : 1)
            #expect(memory.events.count == expectedEvents, comment)
            // The name is not left busy, and the same change goes through now.
            try await change.run(in: mended)
            #expect(try await Self.text(in: mended) == change.after, comment)
            #expect(try await mended.findings() == [], comment)
        }
        Issue.record("the change makes more than 60 calls")
    }

    /// Runs the change in a process of its own, which has settled what it could, or is gone, when this returns.
    private static func attempt(
        _ change: Change,
        _ root: TemporaryRoot,
        _ memory: InMemoryCatalog,
        _ plan: FaultPlan
    ) async throws -> (MediaError?, String) {
        let fixture = try EngineFixture(root, memory, plan: plan)
        plan.arm()
        var outcome: MediaError?
        do throws(MediaError) {
            try await change.run(in: fixture)
        } catch {
            outcome = error
        }
        plan.disarm()
        if !plan.isDead {
            let isSettled = try await fixture.settleAll()
            #expect(isSettled, "what waits to be settled is settled")
        }
        return (outcome, fixture.staging.owner)
    }

    private static func text(in fixture: EngineFixture) async throws -> String? {
        var texts: [String] = []
        for file in try await fixture.memory.files(matching: FileFilter(), before: nil, limit: 10) {
            texts.append(try await fixture.text(at: file.path.text))
        }
        #expect(texts.count <= 1)
        return texts.first
    }

    /// What the next start does, after the kernel has let go of the dead process's lock.
    static func recover(
        _ root: TemporaryRoot,
        _ memory: InMemoryCatalog,
        after owner: String
    ) async throws -> EngineFixture {
        let fixture = try EngineFixture(root, memory)
        let isDead = try await eventually { try await fixture.staging.deadOwners().contains { $0.name == owner } }
        #expect(isDead, "the dead process's folder is unlocked")
        try await fixture.recovery.recover()
        return fixture
    }
}
