import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("Resumable uploads: bytes that cannot become a file")
struct UploadFailureTests {
    @Test("A refused type is told afterwards, the bytes are kept, and another collection may take them")
    func otherCollection() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(8, to: "posters")
        try await fixture.send("pdf file", at: 0, to: id)
        let failed = try await fixture.look(at: id)
        #expect(failed.upload.state == .failed)
        #expect(failed.upload.problem?.code == "type_not_allowed")
        #expect(failed.upload.problem?.details["found"] == ["application/pdf"])
        #expect(failed.offset?.bytes == 8 && failed.expiresAt != nil)
        #expect(fixture.root.tree("files") == [])
        let unknown = await code { () async throws(MediaError) in
            _ = try await fixture.resumable.processAgain(id, changing: .init(collection: "nope"), for: .anybody)
        }
        #expect(unknown == .unknownCollection)
        let again = try await fixture.resumable.processAgain(id, changing: .init(), for: .anybody)
        #expect(again.upload.state == .failed, "nothing has changed")
        let other = try await fixture.resumable.processAgain(
            id,
            changing: .init(collection: "documents"),
            for: .anybody
        )
        #expect(other.upload.state == .complete && other.upload.problem == nil)
        #expect(try await fixture.texts() == ["pdf file"])
        #expect(fixture.root.tree("staging") == [])
        let late = await code { () async throws(MediaError) in
            _ = try await fixture.resumable.processAgain(id, changing: .init(), for: .anybody)
        }
        #expect(late == .invalidRequest)
    }

    @Test("A name that was taken meanwhile fails the upload; another name or leave to replace gets it in")
    func takenName() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let (renamed, replacing) = (
            try await fixture.announce(5, to: "videos", "v"), try await fixture.announce(5, to: "videos", "v")
        )
        try await fixture.upload("mp4 0", to: "videos", "v")
        for id in [renamed, replacing] {
            try await fixture.send("mp4 1", at: 0, to: id)
            #expect(try await fixture.look(at: id).upload.problem?.code == "name_taken")
        }
        #expect(try await fixture.texts() == ["mp4 0"])
        let other = try await fixture.resumable.processAgain(renamed, changing: .init(name: "w"), for: .anybody)
        let same = try await fixture.resumable.processAgain(replacing, changing: .init(replace: true), for: .anybody)
        #expect(other.upload.state == .complete && same.upload.state == .complete)
        #expect(try await fixture.texts() == ["mp4 1", "mp4 1"])
        #expect(fixture.root.tree("staging") == [])
    }

    @Test("Without a collection an upload is refused when it is announced, unless there is a default one")
    func noCollection() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        for length in [4, nil] as [Int?] {
            let refused = await code { () async throws(MediaError) in
                _ = try await fixture.resumable.create(
                    .init(transport: .tus, length: length.map { ByteCount(bytes: Int64($0)) }, target: .init()),
                    for: .anybody
                )
            }
            #expect(refused == .invalidRequest)
        }
        #expect(fixture.root.tree("staging") == [])
        let other = try EngineFixture(TemporaryRoot(), uploadSettings: .forTests(defaultCollection: "receipts"))
        let second = try await other.announce(4, to: nil)
        try await other.send("pdf?", at: 0, to: second)
        #expect(try await other.look(at: second).upload.state == .complete)
    }

    @Test(
        "A4.32: an empty request at the end of a complete, processing or failed upload is harmless; one with bytes is refused"
    )
    func repeatedEnd() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(root, memory, plan: plan)
        let id = try await fixture.announce(4)
        plan.hold("staged.synchronize")
        let last = Task { try await fixture.send("abcd", at: 0, to: id) }
        #expect(try await eventually { plan.heldCalls == 1 })
        // Who repeats the end while the file is being made waits for what becomes of it, as whoever brought the bytes.
        let again = Task { try await fixture.send("", at: 4, to: id) }
        plan.release()
        #expect(try await again.value.upload.state == .complete)
        _ = try await last.value
        #expect(try await fixture.send("", at: 4, to: id).upload.state == .complete)
        #expect(await fixture.refusal("x", at: 4, to: id) == .uploadTooLong)
        #expect(await fixture.refusal("", at: 3, to: id) == .offsetMismatch)
        #expect(try await fixture.texts() == ["abcd"])

        let failing = try await fixture.announce(4, to: "posters", "p")
        try await fixture.send("pdf!", at: 0, to: failing)
        #expect(await fixture.refusal("x", at: 4, to: failing) == .typeNotAllowed)
        #expect(await fixture.refusal("pdf!", at: 0, to: failing) == .typeNotAllowed, "not told where it ends")
        #expect(await fixture.refusal("", at: 4, to: failing, ending: .later) == .typeNotAllowed)
        #expect(try await fixture.send("", at: 4, to: failing).upload.state == .failed)
        #expect(try await fixture.send("", at: 4, to: failing, ending: .now).upload.state == .failed)
        try await fixture.resumable.terminate(failing, for: .anybody)
        #expect(fixture.root.tree("staging") == [])
    }

    @Test("A digest that was announced for the whole and is another fails the upload")
    func wrongDigest() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let digest = try #require(Digest(bytes: [UInt8](repeating: 7, count: 32)))
        let status = try await fixture.resumable.create(
            .init(
                transport: .resumableHTTP,
                length: ByteCount(bytes: 4),
                target: .init(collection: "documents"),
                expectedDigest: digest
            ),
            for: .anybody
        )
        try await fixture.send("abcd", at: 0, to: status.upload.id, ending: .now)
        let result = try await fixture.resumable.result(of: status.upload.id, for: .anybody)
        #expect(result.upload.problem?.code == "checksum_mismatch")
        #expect(fixture.root.tree("files") == [])
    }
}
