import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("Resumable uploads: lengths and ends")
struct UploadLengthTests {
    @Test("A5.41: a deferred length may come with any request, once; the quota sees what came until then")
    func deferred() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(nil)
        try await fixture.send("abcd", at: 0, to: id)
        #expect(try await fixture.memory.reservedBytes().bytes == 4)
        try await fixture.send("ef", at: 4, to: id, length: 8)
        #expect(try await fixture.memory.reservedBytes().bytes == 8)
        let other = await fixture.refusal("gh", at: 6, to: id, length: 9)
        #expect(other == .lengthMismatch)
        try await fixture.send("gh", at: 6, to: id, length: 8)
        #expect(try await fixture.texts() == ["abcdefgh"])
    }

    @Test("A length below the offset, or over the limit, is refused and not recorded")
    func impossibleLengths() async throws {
        let fixture = try EngineFixture(TemporaryRoot(), uploadSettings: .forTests(maximumStagingSize: .kibibytes(512)))
        let id = try await fixture.announce(nil)
        try await fixture.send("abcd", at: 0, to: id)
        for (length, expected) in [
            (3, MediaError.Code.lengthMismatch), (1 << 21, .fileTooLarge), (1 << 20, .stagingQuota),
        ] {
            let refused = await fixture.refusal("", at: 4, to: id, length: length)
            #expect(refused == expected)
        }
        #expect(try await fixture.memory.upload(id: id)?.length == nil)
        try await fixture.send("", at: 4, to: id, length: 4)
        #expect(try await fixture.texts() == ["abcd"])
    }

    @Test("What a deferred upload received before its connection was lost is counted by the quota")
    func lostDeferred() async throws {
        let fixture = try EngineFixture(
            TemporaryRoot(),
            uploadSettings: .forTests(maximumStagingSize: ByteCount(bytes: 10))
        )
        let id = try await fixture.announce(nil)
        let cut = await fixture.refusal("", at: 0, to: id, body: Bodies.cut(after: "abcdefgh"))
        #expect(cut == .uploadIncomplete)
        #expect(try await fixture.memory.reservedBytes().bytes == 8)
        let other = await code { () async throws(MediaError) in _ = try await fixture.announce(3) }
        #expect(other == .stagingQuota)
    }

    @Test("A deferred upload ends where its collection's limit or the staging area's ends")
    func deferredLimits() async throws {
        let fixture = try EngineFixture(
            TemporaryRoot(),
            uploadSettings: .forTests(maximumStagingSize: ByteCount(bytes: 1500))
        )
        let poster = try await fixture.announce(nil, to: "posters")
        let long = String(repeating: "x", count: 1100)
        #expect(await fixture.refusal(long, at: 0, to: poster) == .fileTooLarge)
        #expect(try await fixture.look(at: poster).offset?.bytes == 1000)
        let document = try await fixture.announce(nil)
        // A body that says how long it is is refused before it comes; what comes of another is kept as far as there is room.
        #expect(await fixture.refusal(long, at: 0, to: document) == .stagingQuota)
        #expect(try await fixture.look(at: document).offset?.bytes == 0)
        #expect(await fixture.refusal(long, at: 0, to: document, isLengthKnown: false) == .stagingQuota)
        #expect(try await fixture.look(at: document).offset?.bytes == 500)
        #expect(await fixture.refusal("x", at: 500, to: document) == .stagingQuota)
    }

    @Test("B9: the request that says so is the end; one that does not is not, at whatever offset")
    func announcedEnd() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(nil, by: .resumableHTTP)
        try await fixture.send("abcd", at: 0, to: id, ending: .later)
        try await fixture.send("", at: 4, to: id, length: 8, ending: .later)
        try await fixture.send("efgh", at: 4, to: id, ending: .later)
        #expect(
            try await fixture.look(at: id).upload.state == .receiving,
            "all bytes are there, the end was not announced"
        )
        let status = try await fixture.send("", at: 8, to: id, ending: .now)
        #expect(status.offset?.bytes == 8)
        #expect(try await fixture.resumable.result(of: id, for: .anybody).upload.state == .complete)
        #expect(try await fixture.texts() == ["abcdefgh"])
        #expect(await fixture.refusal("", at: 8, to: id, ending: .later) == .uploadComplete)
        #expect(await fixture.refusal("x", at: 8, to: id, ending: .now) == .lengthMismatch)
        let again = try await fixture.send("", at: 8, to: id, ending: .now)
        #expect(again.upload.state == .complete, "B17: whoever lost the response may ask for it again")
    }

    @Test("B8: a length that does not fit what comes with the end is refused before a byte is taken")
    func inconsistentEnd() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(8, by: .resumableHTTP)
        let short = await fixture.refusal("abcd", at: 0, to: id, ending: .now)
        #expect(short == .lengthMismatch)
        #expect(try await fixture.look(at: id).offset?.bytes == 0)
        let open = await fixture.refusal("abcd", at: 0, to: id, ending: .now, isLengthKnown: false)
        #expect(open == .lengthMismatch)
        #expect(try await fixture.look(at: id).offset?.bytes == 4, "what came of a body without a length is kept")
        try await fixture.send("efgh", at: 4, to: id, ending: .now)
        #expect(try await fixture.resumable.result(of: id, for: .anybody).upload.state == .complete)
    }

    @Test("B16: an upload of the HTTP protocol that got more than its length is ended")
    func overlong() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(4, by: .resumableHTTP)
        let long = await fixture.refusal("abcdef", at: 0, to: id, ending: .later, isLengthKnown: false)
        #expect(long == .uploadTooLong)
        #expect(await code { () async throws(MediaError) in _ = try await fixture.look(at: id) } == .uploadGone)
        #expect(fixture.root.tree("staging") == [])
        #expect(try await fixture.memory.reservedBytes().bytes == 0)
    }

    @Test("Offsets and lengths at the end of the number range are refused, not counted over it")
    func hugeNumbers() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(nil, by: .resumableHTTP)
        for (offset, length) in [(Int.max, nil), (0, Int.max), (Int.max, Int.max)] as [(Int, Int?)] {
            for ending in [ResumableUploadService.Ending.now, .later, .atLength] {
                let refused = await fixture.refusal("abcd", at: offset, to: id, length: length, ending: ending)
                #expect(refused != nil)
            }
        }
        #expect(try await fixture.look(at: id).offset?.bytes == 0)
    }

    @Test("Quotas: open uploads of one client, and the bytes of all")
    func quotas() async throws {
        let settings = UploadSettings.forTests(maximumOpenPerClient: 2, maximumStagingSize: ByteCount(bytes: 10))
        let fixture = try EngineFixture(TemporaryRoot(), uploadSettings: settings)
        let first = try await fixture.announce(4, for: .anna)
        _ = try await fixture.announce(4, for: .anna)
        #expect(
            await code { () async throws(MediaError) in _ = try await fixture.announce(1, for: .anna) }
                == .tooManyUploads
        )
        #expect(
            await code { () async throws(MediaError) in _ = try await fixture.announce(3, for: .boris) }
                == .stagingQuota
        )
        #expect(fixture.root.names(in: "staging/uploads").count == 2, "what was refused left no folder")
        try await fixture.resumable.terminate(first, for: .anna)
        _ = try await fixture.announce(3, for: .boris)
        _ = try await fixture.announce(1, for: .anna)
    }
}
