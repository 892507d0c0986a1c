import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("Resumable uploads: concatenation")
struct ConcatenationTests {
    @Test("A10.63: parts in their order, one of them twice; they stay and may be used again")
    func inOrder() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let (first, second) = (try await fixture.part("one "), try await fixture.part("two "))
        let whole = try await fixture.concatenate([second, first, second], "w")
        #expect(whole.upload.state == .complete)
        #expect(whole.offset?.bytes == 12 && whole.upload.length?.bytes == 12)
        let again = try await fixture.concatenate([first], "v")
        #expect(again.upload.state == .complete)
        #expect(try await fixture.texts() == ["one ", "two one two "])
        for part in [first, second] {
            let status = try await fixture.look(at: part)
            #expect(status.upload.state == .receiving && status.offset == status.upload.length)
            try await fixture.resumable.terminate(part, for: .anybody)
        }
        #expect(fixture.root.tree("staging") == [])
    }

    @Test("A10.65: unfinished, whole, final, unknown, ended and other people's uploads, and none at all, are refused")
    func unusable() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let part = try await fixture.part("part")
        let unfinished = try await fixture.announce(8, to: nil, isPartial: true)
        try await fixture.send("abcd", at: 0, to: unfinished)
        let deferred = try await fixture.announce(nil, to: nil, isPartial: true)
        try await fixture.send("abcd", at: 0, to: deferred)
        let whole = try await fixture.announce(4, to: "posters")
        try await fixture.send("pdf!", at: 0, to: whole)
        let final = try await fixture.concatenate([part]).upload.id
        let ended = try await fixture.part("gone")
        try await fixture.resumable.terminate(ended, for: .anybody)
        let foreign = try await fixture.part("anna", for: .anna)
        let before = try await fixture.memory.reservedBytes()
        for bad in [unfinished, deferred, whole, final, ended, foreign, UploadID()] {
            let refused = await code { () async throws(MediaError) in _ = try await fixture.concatenate([part, bad]) }
            #expect(refused == .unusablePart)
        }
        #expect(await code { () async throws(MediaError) in _ = try await fixture.concatenate([]) } == .unusablePart)
        #expect(try await fixture.memory.reservedBytes() == before)
        #expect(try await fixture.texts() == ["part"])
        #expect(try await fixture.concatenate([foreign], for: .anna).upload.state == .complete)
    }

    @Test("A4.27: nothing can be appended to a concatenation, done or not")
    func appending() async throws {
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(TemporaryRoot(), plan: plan)
        let part = try await fixture.part("part")
        let failed = try await fixture.concatenate([part], to: "posters")
        #expect(failed.upload.state == .failed && failed.offset?.bytes == 4)
        let refused = await fixture.refusal("", at: 4, to: failed.upload.id)
        #expect(refused == .uploadFinal)
        let done = try await fixture.resumable.processAgain(
            failed.upload.id,
            changing: .init(collection: "documents"),
            for: .anybody
        )
        #expect(done.upload.state == .complete)
        #expect(try await fixture.texts() == ["part"])
    }

    @Test("A part whose bytes are gone by then fails the concatenation; its offset is not told")
    func lostPart() async throws {
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(TemporaryRoot(), plan: plan)
        let (first, second) = (try await fixture.part("one "), try await fixture.part("two "))
        plan.hold("upload.concatenate")
        let whole = Task { try await fixture.concatenate([first, second]) }
        #expect(try await eventually { plan.heldCalls == 1 })
        try await fixture.resumable.terminate(second, for: .anybody)
        plan.release()
        let status = try await whole.value
        #expect(status.upload.problem?.code == "unusable_part" && status.offset == nil)
        try await fixture.resumable.terminate(status.upload.id, for: .anybody)
        try await fixture.resumable.terminate(first, for: .anybody)
        #expect(fixture.root.tree("staging") == [] && fixture.root.tree("files") == [])
    }

    @Test("A10.64: a sum over what the collection takes, or over the staging area, is refused with nothing left")
    func tooLarge() async throws {
        let fixture = try EngineFixture(
            TemporaryRoot(),
            uploadSettings: .forTests(maximumStagingSize: ByteCount(bytes: 2500))
        )
        let part = try await fixture.part(String(repeating: "x", count: 600))
        #expect(
            await code { () async throws(MediaError) in _ = try await fixture.concatenate([part, part], to: "posters") }
                == .fileTooLarge
        )
        #expect(
            await code { () async throws(MediaError) in _ = try await fixture.concatenate([part, part, part, part]) }
                == .stagingQuota
        )
        #expect(fixture.root.names(in: "staging/uploads") == [part.text])
    }
}
