import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("Resumable uploads: concatenation")
struct ConcatenationTests {
    @Test("A10.63: parts in their order, one of them twice; they stay and may be used again")
    func inOrder() async throws {
        let house = try House(TemporaryRoot())
        let (first, second) = (try await house.part("one "), try await house.part("two "))
        let whole = try await house.concatenate([second, first, second], "w")
        #expect(whole.upload.state == .complete)
        #expect(whole.offset?.bytes == 12 && whole.upload.length?.bytes == 12)
        let again = try await house.concatenate([first], "v")
        #expect(again.upload.state == .complete)
        #expect(try await house.texts() == ["one ", "two one two "])
        for part in [first, second] {
            let status = try await house.look(at: part)
            #expect(status.upload.state == .receiving && status.offset == status.upload.length)
            try await house.resumable.terminate(part, for: .anybody)
        }
        #expect(house.root.tree("staging") == [])
    }

    @Test("A10.65: unfinished, whole, final, unknown, ended and other people's uploads, and none at all, are refused")
    func unusable() async throws {
        let house = try House(TemporaryRoot())
        let part = try await house.part("part")
        let unfinished = try await house.announce(8, to: nil, isPartial: true)
        try await house.send("abcd", at: 0, to: unfinished)
        let deferred = try await house.announce(nil, to: nil, isPartial: true)
        try await house.send("abcd", at: 0, to: deferred)
        let whole = try await house.announce(4, to: "posters")
        try await house.send("pdf!", at: 0, to: whole)
        let final = try await house.concatenate([part]).upload.id
        let ended = try await house.part("gone")
        try await house.resumable.terminate(ended, for: .anybody)
        let foreign = try await house.part("anna", for: .anna)
        let before = try await house.memory.reservedBytes()
        for bad in [unfinished, deferred, whole, final, ended, foreign, UploadID()] {
            let refused = await code { () async throws(MediaError) in _ = try await house.concatenate([part, bad]) }
            #expect(refused == .unusablePart)
        }
        #expect(await code { () async throws(MediaError) in _ = try await house.concatenate([]) } == .unusablePart)
        #expect(try await house.memory.reservedBytes() == before)
        #expect(try await house.texts() == ["part"])
        #expect(try await house.concatenate([foreign], for: .anna).upload.state == .complete)
    }

    @Test("A4.27: nothing can be appended to a concatenation, done or not")
    func appending() async throws {
        let plan = FaultPlan.harmless()
        let house = try House(TemporaryRoot(), plan: plan)
        let part = try await house.part("part")
        let failed = try await house.concatenate([part], to: nil)
        #expect(failed.upload.state == .failed && failed.offset?.bytes == 4)
        let refused = await house.refusal("", at: 4, to: failed.upload.id)
        #expect(refused == .uploadFinal)
        let done = try await house.resumable.processAgain(
            failed.upload.id,
            changing: .init(collection: "documents"),
            for: .anybody
        )
        #expect(done.upload.state == .complete)
        #expect(try await house.texts() == ["part"])
    }

    @Test("A part whose bytes are gone by then fails the concatenation; its offset is not told")
    func lostPart() async throws {
        let plan = FaultPlan.harmless()
        let house = try House(TemporaryRoot(), plan: plan)
        let (first, second) = (try await house.part("one "), try await house.part("two "))
        plan.hold("upload.concatenate")
        let whole = Task { try await house.concatenate([first, second]) }
        #expect(try await eventually { plan.heldCalls == 1 })
        try await house.resumable.terminate(second, for: .anybody)
        plan.release()
        let status = try await whole.value
        #expect(status.upload.problem?.code == "unusable_part" && status.offset == nil)
        try await house.resumable.terminate(status.upload.id, for: .anybody)
        try await house.resumable.terminate(first, for: .anybody)
        #expect(house.root.tree("staging") == [] && house.root.tree("files") == [])
    }

    @Test("A10.64: a sum over what the collection takes, or over the staging area, is refused with nothing left")
    func tooLarge() async throws {
        let house = try House(TemporaryRoot(), uploadSettings: .forTests(maximumStagingSize: ByteCount(bytes: 2500)))
        let part = try await house.part(String(repeating: "x", count: 600))
        #expect(
            await code { () async throws(MediaError) in _ = try await house.concatenate([part, part], to: "posters") }
                == .fileTooLarge
        )
        #expect(
            await code { () async throws(MediaError) in _ = try await house.concatenate([part, part, part, part]) }
                == .stagingQuota
        )
        #expect(house.root.names(in: "staging/uploads") == [part.text])
    }
}
