import MediaCore
import MediaTesting
import Testing

@testable import MediaEngine

@Suite("Resumable uploads: ending, expiring, sweeping")
struct UploadEndTests {
    static let day = Duration.seconds(24 * 3600)

    @Test("A9.60: an upload can be ended in every state; of a complete one the file stays")
    func terminateAll() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let (receiving, failed, complete) = (
            try await fixture.announce(8), try await fixture.announce(4, to: "posters"), try await fixture.announce(4)
        )
        try await fixture.send("abcd", at: 0, to: receiving)
        try await fixture.send("pdf!", at: 0, to: failed)
        try await fixture.send("efgh", at: 0, to: complete)
        let part = try await fixture.part("part")
        for id in [receiving, failed, complete, part] {
            try await fixture.resumable.terminate(id, for: .anybody)
            #expect(await code { () async throws(MediaError) in _ = try await fixture.look(at: id) } == .uploadGone)
            #expect(
                await code { () async throws(MediaError) in try await fixture.resumable.terminate(id, for: .anybody) }
                    == .uploadGone
            )
        }
        #expect(try await fixture.texts() == ["efgh"])
        #expect(fixture.root.tree("staging") == [] && fixture.root.names(in: "staging/uploads") == [])
        #expect(try await fixture.memory.reservedBytes().bytes == 0)
    }

    @Test("Ending an upload that is becoming a file waits for that, or says that it is locked")
    func terminateProcessing() async throws {
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(
            TemporaryRoot(),
            plan: plan,
            uploadSettings: .forTests(takeoverTimeout: .milliseconds(50))
        )
        let id = try await fixture.announce(4)
        plan.hold("catalog.begin")
        let last = Task { try await fixture.send("abcd", at: 0, to: id) }
        #expect(try await eventually { plan.heldCalls == 1 })
        let early = await code { () async throws(MediaError) in try await fixture.resumable.terminate(id, for: .anybody)
        }
        #expect(early == .uploadLocked)
        plan.release()
        _ = try await last.value
        try await fixture.resumable.terminate(id, for: .anybody)
        #expect(try await fixture.texts() == ["abcd"])
    }

    @Test("A8.58: an upload expires when no byte came for long enough, and every way of asking says so")
    func expiry() async throws {
        let clock = MovableClock()
        let fixture = try EngineFixture(TemporaryRoot(), uploadClock: { clock.now })
        let ids = [try await fixture.announce(8), try await fixture.announce(8), try await fixture.announce(8)]
        for id in ids { try await fixture.send("abcd", at: 0, to: id) }
        clock.advance(by: Self.day - .seconds(60))
        for id in ids { #expect(try await fixture.look(at: id).offset?.bytes == 4) }
        clock.advance(by: .seconds(120))
        let (get, head, patch) = (
            await code { () async throws(MediaError) in _ = try await fixture.look(at: ids[0]) },
            await code { () async throws(MediaError) in
                _ = try await fixture.resumable.settledStatus(of: ids[1], for: .anybody)
            },
            await fixture.refusal("efgh", at: 4, to: ids[2])
        )
        #expect([get, head, patch] == [.uploadGone, .uploadGone, .uploadGone])
        #expect(fixture.root.names(in: "staging/uploads") == [])
        #expect(try await fixture.memory.uploads(in: .expired, limit: 9).count == 3)
    }

    @Test("A sweep ends what expired, tells what it freed, and leaves what bytes came to of late")
    func sweeping() async throws {
        let clock = MovableClock()
        let fixture = try EngineFixture(TemporaryRoot(), uploadClock: { clock.now })
        let (old, recent, failed) = (
            try await fixture.announce(8), try await fixture.announce(8), try await fixture.announce(4, to: "posters")
        )
        try await fixture.send("abcd", at: 0, to: old)
        try await fixture.send("pdf!", at: 0, to: failed)
        clock.advance(by: Self.day + .seconds(60))
        // The bytes say when they came: as if they had come just now.
        let folder = "staging/uploads/\(recent)"
        try fixture.root.setModificationTime("\(folder)/data", secondsSince1970: Int(clock.now.seconds))
        let swept = try await fixture.reaper.sweep()
        #expect(swept == .init(expired: 2, freed: ByteCount(bytes: 8)))
        #expect(fixture.root.names(in: "staging/uploads") == [recent.text])
        #expect(try await fixture.look(at: recent).offset?.bytes == 0)
        #expect(try await fixture.reaper.sweep() == .init(), "a second sweep finds nothing to do")
        clock.advance(by: .seconds(8 * 24 * 3600))
        let later = try await fixture.reaper.sweep()
        #expect(later.expired == 1 && later.forgotten == 2)
        #expect(await code { () async throws(MediaError) in _ = try await fixture.look(at: old) } == .notFound)
    }

    @Test("A8.59: an upload that has all its bytes does not expire: it becomes the file it was to be")
    func finishedLate() async throws {
        let clock = MovableClock()
        let fixture = try EngineFixture(TemporaryRoot(), uploadClock: { clock.now })
        let id = try await fixture.announce(4)
        _ = await fixture.refusal("abcd", at: 0, to: id, body: Bodies.cut(after: "abcd"))
        clock.advance(by: Self.day + .seconds(60))
        _ = try await fixture.reaper.sweep()
        #expect(try await eventually { try await fixture.memory.upload(id: id)?.state == .complete })
        #expect(try await fixture.texts() == ["abcd"])
    }

    @Test("Folders of no upload are removed: at once where the upload is known to be over, else when they are old")
    func orphans() async throws {
        let clock = MovableClock()
        let fixture = try EngineFixture(TemporaryRoot(), uploadClock: { clock.now })
        let ended = try await fixture.announce(8)
        try await fixture.send("abcd", at: 0, to: ended)
        try await fixture.memory.setState(.terminated, of: ended)
        let stranger = UploadID()
        try fixture.root.write("left over", to: "staging/uploads/\(stranger)/data")
        try fixture.root.write("not ours", to: "staging/uploads/readme")
        #expect(try await fixture.reaper.sweep() == .init(orphaned: 1, freed: ByteCount(bytes: 4)))
        #expect(fixture.root.names(in: "staging/uploads") == ["readme", stranger.text].sorted())
        clock.advance(by: .seconds(3700))
        #expect(try await fixture.reaper.sweep() == .init(orphaned: 1, freed: ByteCount(bytes: 9)))
    }

    @Test("An upload whose bytes are damaged keeps nobody: it is ended by its client or when it expires")
    func damaged() async throws {
        let clock = MovableClock()
        let fixture = try EngineFixture(TemporaryRoot(), uploadClock: { clock.now })
        let (ended, expired, processing, other) = (
            try await fixture.announce(8), try await fixture.announce(8), try await fixture.announce(4),
            try await fixture.announce(8)
        )
        for id in [ended, expired, processing, other] {
            _ = await fixture.refusal("abcd", at: 0, to: id, body: Bodies.cut(after: "abcd"))
        }
        try await fixture.memory.setState(.processing, of: processing)
        for id in [ended, expired, processing] { try fixture.root.write("ab", to: "staging/uploads/\(id)/data") }
        let told = await fixture.refusal("efgh", at: 4, to: ended)
        #expect(told == .storageUnavailable)
        try await fixture.resumable.terminate(ended, for: .anybody)
        #expect(await code { () async throws(MediaError) in _ = try await fixture.look(at: ended) } == .uploadGone)
        try await fixture.pipeline.resumeInterrupted()
        #expect(try await fixture.memory.upload(id: processing)?.state == .processing)
        clock.advance(by: Self.day + .seconds(60))
        #expect(try await fixture.reaper.sweep().expired == 1, "the one behind the damaged one is swept")
        let unreadable = try await fixture.memory.upload(id: expired)
        #expect(unreadable?.state == .receiving, "what cannot be read has its time twice")
        clock.advance(by: Self.day)
        #expect(try await fixture.reaper.sweep().expired == 1)
        try await fixture.resumable.terminate(processing, for: .anybody)
        #expect(fixture.root.names(in: "staging/uploads") == [])
        #expect(try await fixture.memory.reservedBytes().bytes == 0)
    }
}

extension InMemoryCatalog {
    /// Writes a state as another process would.
    func setState(_ state: Upload.State, of id: UploadID) async throws {
        guard var upload = try await self.upload(id: id) else { return }
        upload.state = state
        #expect(try await self.update(upload, from: Set(Upload.State.allCases)))
    }
}
