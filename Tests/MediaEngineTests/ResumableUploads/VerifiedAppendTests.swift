import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("Resumable uploads: requests with a checksum")
struct VerifiedAppendTests {
    /// CRC-32 of "abcd" and of "efgh" (the one of ISO 3309, as zlib has it).
    static let abcd = ResumableUploadService.Checksum(algorithm: .crc32, value: [0xED, 0x82, 0xCD, 0x11])
    static let efgh = ResumableUploadService.Checksum(algorithm: .crc32, value: [0x08, 0x33, 0x7B, 0xB5])

    @Test("A7.51: a right checksum, of each request's own bytes, lets them count")
    func right() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(8)
        try await fixture.send("abcd", at: 0, to: id, isVerified: true, body: Bodies.whole("abcd", checksum: Self.abcd))
        #expect(try await fixture.look(at: id).offset?.bytes == 4)
        try await fixture.send("efgh", at: 4, to: id, isVerified: true, body: Bodies.whole("efgh", checksum: Self.efgh))
        #expect(try await fixture.texts() == ["abcdefgh"])
    }

    @Test("A7.52: a wrong checksum drops the request's bytes; the offset stays; the right bytes go in afterwards")
    func wrong() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(8)
        try await fixture.send("abcd", at: 0, to: id)
        for text in ["efgX", "e", ""] {
            let refused = await fixture.refusal(
                text,
                at: 4,
                to: id,
                isVerified: true,
                body: Bodies.whole(text, checksum: Self.efgh)
            )
            #expect(refused == .checksumMismatch)
            #expect(try await fixture.look(at: id).offset?.bytes == 4)
        }
        try await fixture.send("efgh", at: 4, to: id)
        #expect(try await fixture.texts() == ["abcdefgh"])
    }

    @Test("A7.53: a request with a checksum that is cut off, taken over, or too long leaves nothing of itself")
    func cutOff() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(8)
        try await fixture.send("abcd", at: 0, to: id)
        let cut = await fixture.refusal("efgh", at: 4, to: id, isVerified: true, body: Bodies.cut(after: "efgh"))
        #expect(cut == .uploadIncomplete)
        #expect(try await fixture.look(at: id).offset?.bytes == 4)
        let long = await fixture.refusal(
            "efghi",
            at: 4,
            to: id,
            isVerified: true,
            body: Bodies.whole("efghi", checksum: Self.efgh)
        )
        #expect(long == .uploadTooLong)
        #expect(try await fixture.resumable.settledStatus(of: id, for: .anybody).offset?.bytes == 4)
        let body = HangingBody()
        let older = Task { await fixture.refusal("efgh", at: 4, to: id, isVerified: true, body: body.source("ef")) }
        #expect(try await eventually { body.isHanging })
        #expect(try await fixture.look(at: id).offset?.bytes == 4)
        try await fixture.send("efgh", at: 4, to: id)
        #expect(await older.value == .uploadInterrupted)
        #expect(try await fixture.texts() == ["abcdefgh"])
    }

    @Test(
        "A process that dies before it verified leaves the old offset; one that dies before it acknowledged, all that came",
        arguments: [true, false]
    )
    func killed(_ isVerified: Bool) async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let plan = FaultPlan.harmless()
        var fixture: EngineFixture? = try EngineFixture(root, memory, plan: plan)
        let id = try #require(try await fixture?.announce(8))
        try await fixture?.send("abcd", at: 0, to: id)
        let owner = fixture?.staging.owner
        let outcome = await fixture?.refusal(
            "",
            at: 4,
            to: id,
            isVerified: isVerified,
            body: Bodies.whole("ef", then: { plan.kill() })
        )
        #expect(outcome != nil && plan.isDead)
        fixture = nil
        let next = try EngineFixture(root, memory)
        #expect(try await eventually { try await next.staging.deadOwners().contains { $0.name == owner } })
        let offset = try await next.resumable.settledStatus(of: id, for: .anybody).offset
        #expect(offset?.bytes == (isVerified ? 4 : 6))
        try await next.send(isVerified ? "efgh" : "gh", at: isVerified ? 4 : 6, to: id)
        #expect(try await next.texts() == ["abcdefgh"])
    }
}
