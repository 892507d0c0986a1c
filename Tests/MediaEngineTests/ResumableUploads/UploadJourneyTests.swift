import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("Resumable uploads: from the announcement to the file")
struct UploadJourneyTests {
    @Test("In pieces: each answer tells the offset, the last one the file; nothing is left in staging")
    func pieces() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(11, to: "posters", "a")
        #expect(try await fixture.look(at: id).offset?.bytes == 0)
        #expect(try await fixture.send("jpeg", at: 0, to: id).offset?.bytes == 4)
        #expect(try await fixture.send(" on", at: 4, to: id).offset?.bytes == 7)
        #expect(try await fixture.look(at: id).upload.state == .receiving)
        let last = try await fixture.send("e tw", at: 7, to: id)
        #expect(last.offset?.bytes == 11)
        #expect(last.expiresAt == nil)
        let seen = try await fixture.look(at: id)
        #expect(seen.upload.state == .complete)
        #expect(seen.upload.fileID == (try await fixture.memory.file(path: MediaPath(trusted: "posters/a.jpg"))?.id))
        #expect(try await fixture.text(at: "posters/a.jpg") == "jpeg one tw")
        #expect(fixture.root.tree("staging") == [])
        #expect(try await fixture.findings() == [])
    }

    @Test(
        "A4.24: an offset that is not the upload's is refused with both offsets and changes nothing",
        arguments: [0, 3, 5, 8]
    )
    func wrongOffset(_ offset: Int) async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(8)
        try await fixture.send("abcd", at: 0, to: id)
        do throws(MediaError) {
            try await fixture.send("xxxx", at: offset, to: id)
            Issue.record("the offset is wrong")
        } catch {
            #expect(error.code == .offsetMismatch)
            #expect(error.details["expected-offset"] == 4)
            #expect(error.details["provided-offset"] == .number(Int64(offset)))
        }
        try await fixture.send("efgh", at: 4, to: id)
        #expect(try await fixture.texts() == ["abcdefgh"])
    }

    @Test("A4.28: a body that is cut off is kept as far as it came, and gone on with")
    func cutOff() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(8)
        let cut = await fixture.refusal("abcdefgh", at: 0, to: id, body: Bodies.cut(after: "abc"))
        #expect(cut == .uploadIncomplete)
        #expect(try await fixture.look(at: id).offset?.bytes == 3)
        try await fixture.send("defgh", at: 3, to: id)
        #expect(try await fixture.texts() == ["abcdefgh"])
    }

    enum LostEnd: CaseIterable { case get, head, emptyRequest }

    @Test(
        "All bytes came and the connection was lost: whatever is asked next finishes the upload",
        arguments: LostEnd.allCases
    )
    func lostEnd(_ next: LostEnd) async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(8)
        _ = await fixture.refusal("abcdefgh", at: 0, to: id, body: Bodies.cut(after: "abcdefgh"))
        #expect(try await fixture.memory.upload(id: id)?.state == .receiving)
        switch next {
        case .get: #expect(try await fixture.look(at: id).upload.state != .receiving)
        case .head: #expect(try await fixture.resumable.settledStatus(of: id, for: .anybody).upload.state == .complete)
        case .emptyRequest: try await fixture.send("", at: 8, to: id)
        }
        #expect(try await eventually { try await fixture.look(at: id).upload.state == .complete })
        #expect(try await fixture.texts() == ["abcdefgh"])
    }

    @Test("A4.30: more than the length is not taken; the upload is whole and finishes")
    func tooLong() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(4)
        let long = await fixture.refusal("abcdef", at: 0, to: id)
        #expect(long == .uploadTooLong)
        #expect(try await fixture.resumable.settledStatus(of: id, for: .anybody).upload.state == .complete)
        #expect(try await fixture.texts() == ["abcd"])
    }

    @Test("A5.40: an upload of no bytes is refused at its creation, as an empty file is, and leaves nothing")
    func empty() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        for transport in Upload.Transport.allCases {
            let creation = ResumableUploadService.Creation(
                transport: transport,
                length: ByteCount(bytes: 0),
                target: .init(collection: "documents")
            )
            let refusal = await code { () async throws(MediaError) in
                _ = try await fixture.resumable.create(creation, for: .anybody)
            }
            #expect(refusal == .emptyFile)
        }
        #expect(fixture.root.tree("staging") == [])
    }

    @Test("What is wrong with the target is said at the announcement, and nothing is left")
    func refusedTargets() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        #expect(
            await code { () async throws(MediaError) in _ = try await fixture.announce(1, to: "nope") }
                == .unknownCollection
        )
        #expect(
            await code { () async throws(MediaError) in _ = try await fixture.announce(1, to: "documents", "../x") }
                == .invalidName
        )
        #expect(
            await code { () async throws(MediaError) in _ = try await fixture.announce(1, to: "receipts", "mine") }
                == .invalidName
        )
        #expect(
            await code { () async throws(MediaError) in _ = try await fixture.announce(1001, to: "posters") }
                == .fileTooLarge
        )
        #expect(
            await code { () async throws(MediaError) in _ = try await fixture.announce(1 << 21, to: nil) }
                == .fileTooLarge
        )
        #expect(fixture.root.tree("staging") == [])
        #expect(try await fixture.memory.reservedBytes().bytes == 0)
    }

    @Test("A4.26: unknown, foreign and ended uploads are not found or gone in every way of asking")
    func strangers() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(8, for: .anna)
        for (target, client, expected) in [
            (UploadID(), ResumableUploadService.Client.anna, MediaError.Code.notFound), (id, .boris, .notFound),
            (id, .anybody, .notFound),
        ] {
            let codes = await Self.allCodes(fixture, target, client)
            #expect(codes == [expected, expected, expected, expected, expected])
        }
        try await fixture.send("abcd", at: 0, to: id, for: .anna)
        try await fixture.resumable.terminate(id, for: .anna)
        #expect(await Self.allCodes(fixture, id, .anna) == Array(repeating: .uploadGone, count: 5))
        #expect(await Self.allCodes(fixture, id, .boris) == Array(repeating: .notFound, count: 5))
        #expect(fixture.root.tree("staging") == [])
    }

    private static func allCodes(
        _ fixture: EngineFixture,
        _ id: UploadID,
        _ client: ResumableUploadService.Client
    ) async -> [MediaError.Code?] {
        let service = fixture.resumable
        return [
            await code { () async throws(MediaError) in _ = try await service.status(of: id, for: client) },
            await code { () async throws(MediaError) in _ = try await service.settledStatus(of: id, for: client) },
            await fixture.refusal("abcd", at: 0, to: id, for: client),
            await code { () async throws(MediaError) in try await service.terminate(id, for: client) },
            await code { () async throws(MediaError) in
                _ = try await service.processAgain(id, changing: .init(), for: client)
            },
        ]
    }
}
