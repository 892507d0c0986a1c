import MediaCore
import MediaTesting
import Testing

@testable import MediaEngine

@Suite("Resumable uploads: a newer request takes over")
struct TakeoverTests {
    enum Newer: CaseIterable { case append, status, termination }

    @Test(
        "A4.34: an upload that hangs is taken over, what came is kept, in order",
        arguments: Newer.allCases,
        [false, true]
    )
    func takeover(_ newer: Newer, _ isOtherProcess: Bool) async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let fixture = try EngineFixture(root, memory)
        let other = isOtherProcess ? try EngineFixture(root, memory) : fixture
        let transfers = fixture.resumables.transfers
        memory.onTakeoverRequest { transfers.interrupt($0, asked: $1) }
        let id = try await fixture.announce(8)
        let body = HangingBody()
        let older = Task { await fixture.refusal("abcdefgh", at: 0, to: id, body: body.source("ab", late: "cd")) }
        #expect(try await eventually { body.isHanging })
        #expect(try await other.look(at: id).upload.state == .receiving, "looking disturbs nobody")
        #expect(body.reason == nil)
        let start = ContinuousClock.now
        switch newer {
        case .append:
            let early = await other.refusal("xx", at: 2, to: id)
            #expect(early == .offsetMismatch, "the bytes that were on their way count")
            try await other.send("efgh", at: 4, to: id)
            #expect(try await other.texts() == ["abcdefgh"])
        case .status:
            #expect(try await other.resumable.settledStatus(of: id, for: .anybody).offset?.bytes == 4)
        case .termination:
            try await other.resumable.terminate(id, for: .anybody)
            #expect(root.names(in: "staging/uploads") == [])
        }
        // Clock: rule A4.34; who is not let in by the older one gives up only after twenty seconds.
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(await older.value == .uploadInterrupted)
        #expect(body.reason == .takenOver)
    }

    @Test("A4.35: of two with the same offset at once exactly one wins, again and again")
    func sameOffset() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let fixtures = [try EngineFixture(root, memory), try EngineFixture(root, memory)]
        let id = try await fixtures[0].announce(200)
        var expected = ""
        for round in 0..<50 {
            let texts = ["a\(round % 10)bc", "x\(round % 10)yz"]
            let offset = round * 4
            let codes = await withTaskGroup(of: (Int, MediaError.Code?).self) { group in
                for number in 0..<2 {
                    let fixture = fixtures[round % 3 == 0 ? 0 : number]
                    group.addTask {
                        (number, await fixture.refusal(texts[number], at: offset, to: id))
                    }
                }
                return await group.reduce(into: [MediaError.Code?](repeating: nil, count: 2)) { $0[$1.0] = $1.1 }
            }
            let winners = (0..<2).filter { codes[$0] == nil }
            #expect(winners.count == 1)
            #expect(codes.contains { $0 == .offsetMismatch || $0 == .uploadLocked || $0 == .uploadTooLong }, "\(codes)")
            expected += winners.first.map { texts[$0] } ?? ""
        }
        #expect(try await fixtures[0].resumable.result(of: id, for: .anybody).upload.state == .complete)
        #expect(try await fixtures[1].texts() == [expected])
    }

    @Test("Who waits to append gives up when a still newer request comes")
    func superseded() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let id = try await fixture.announce(8)
        let (gate, body) = (Gate(), HangingBody())
        // Told to end, it takes its time.
        let older = Task {
            await fixture.refusal("", at: 0, to: id, body: Bodies.whole("ab", then: { await gate.wait() }))
        }
        #expect(try await eventually { gate.isReached })
        let waiting = Task { await fixture.refusal("cd", at: 2, to: id) }
        #expect(try await eventually { fixture.memory.takeoverRequests.count >= 1 })
        let newest = Task { await fixture.refusal("", at: 2, to: id, body: body.source("ef")) }
        #expect(await waiting.value == .uploadLocked)
        gate.open()
        #expect(await older.value == nil)
        #expect(try await eventually { body.isHanging })
        #expect(try await fixture.resumable.settledStatus(of: id, for: .anybody).offset?.bytes == 4)
        #expect(await newest.value == .uploadInterrupted)
    }

    @Test("Who does not release in time keeps the lease, and the newer request hears of it")
    func stubborn() async throws {
        let fixture = try EngineFixture(TemporaryRoot(), uploadSettings: .forTests(takeoverTimeout: .milliseconds(100)))
        let id = try await fixture.announce(4)
        let gate = Gate()
        let older = Task {
            await fixture.refusal("", at: 0, to: id, body: Bodies.whole("ab", then: { await gate.wait() }))
        }
        #expect(try await eventually { gate.isReached })
        let service = fixture.resumable
        let codes = [
            await fixture.refusal("cd", at: 2, to: id),
            await code { () async throws(MediaError) in _ = try await service.settledStatus(of: id, for: .anybody) },
            await code { () async throws(MediaError) in try await service.terminate(id, for: .anybody) },
        ]
        #expect(codes == [.uploadLocked, .uploadLocked, .uploadLocked])
        gate.open()
        #expect(await older.value == nil)
        try await fixture.send("cd", at: 2, to: id)
        #expect(try await fixture.texts() == ["abcd"])
    }

    @Test("As many transfers as may be at a time; the next one is sent away and nothing of it is kept")
    func maximumTransfers() async throws {
        let fixture = try EngineFixture(TemporaryRoot(), uploadSettings: .forTests(maximumTransfers: 1))
        let (first, second) = (try await fixture.announce(4), try await fixture.announce(4))
        let body = HangingBody()
        let older = Task { await fixture.refusal("", at: 0, to: first, body: body.source("ab")) }
        #expect(try await eventually { body.isHanging })
        #expect(await fixture.refusal("abcd", at: 0, to: second) == .busy)
        #expect(try await fixture.look(at: second).offset?.bytes == 0)
        fixture.resumable.close()
        #expect(await older.value == .shuttingDown)
        #expect(body.reason == .shutdown)
        let late = HangingBody()
        let after = await fixture.refusal("", at: 0, to: second, body: late.source("ab"))
        #expect(after == .shuttingDown, "a daemon that stops takes what has come and no more")
        #expect(try await fixture.look(at: second).offset?.bytes == 2)
    }

    @Test(
        "Many requests of all kinds on one upload, in two processes: the bytes are those of the requests that were told so"
    )
    func melee() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let fixtures = [try EngineFixture(root, memory), try EngineFixture(root, memory)]
        let processes = fixtures.map(\.resumables.transfers)
        memory.onTakeoverRequest { id, time in for transfers in processes { transfers.interrupt(id, asked: time) } }
        let id = try await fixtures[0].announce(1000)
        let length = 400
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<6 {
                let fixture = fixtures[number % 2]
                group.addTask {
                    for _ in 0..<100 {
                        let status =
                            try? await
                            (number < 2 ? fixture.resumable.settledStatus(of: id, for: .anybody) : fixture.look(at: id))
                        guard let offset = status?.offset.map({ Int($0.bytes) }), offset < length else { continue }
                        // Each byte tells its place, so that an interleaved or repeated one is seen.
                        let text = Self.text(from: offset, count: min(7, length - offset))
                        _ = await fixture.refusal(text, at: offset, to: id)
                    }
                }
            }
        }
        let offset = Int(
            try #require(try await fixtures[0].resumable.settledStatus(of: id, for: .anybody).offset).bytes
        )
        #expect(offset > 7)
        #expect(root.read("staging/uploads/\(id)/data") == Self.text(from: 0, count: offset))
    }

    private static func text(from offset: Int, count: Int) -> String {
        String(decoding: (offset..<offset + count).map { UInt8(ascii: "a") + UInt8($0 % 23) }, as: UTF8.self)
    }
}
