import MediaCore
import MediaTesting
import Testing

@testable import MediaEngine

/// Clients that do what clients do on bad networks, in an order that is random and the same each time, with two daemons of which
/// one or the other is killed now and then. Whatever happens: what was acknowledged counts, and the file is byte for byte right.
@Suite("Resumable uploads: a long day")
struct UploadSoakTests {
    @Test("Cuts, take-overs, wrong checksums, killed daemons", arguments: 1...6 as ClosedRange<UInt64>)
    func soak(_ seed: UInt64) async throws {
        var numbers = SeededNumbers(test: seed)
        let site = try Site()
        var clients: [Client] = []
        for number in 0..<8 {
            clients.append(
                try await Client(number, length: Int.random(in: 1...3000, using: &numbers), at: site.fixtures[0])
            )
        }
        var steps = 0
        while !clients.allSatisfy(\.isDone) {
            steps += 1
            try #require(steps < 3000, "the uploads come to an end")
            let index = Int.random(in: 0..<clients.count, using: &numbers)
            guard !clients[index].isDone else { continue }
            let dead = try await clients[index].step(in: site, &numbers)
            // Here nothing of the step holds it any more.
            if let dead { try await site.restart(dead) }
        }
        let fixture = site.fixtures[0]
        for client in clients {
            #expect(try await fixture.look(at: client.id).upload.state == .complete)
            let name = MediaName(trusted: client.name)
            let file = try #require(try await fixture.memory.file(collection: "documents", name: name))
            #expect(try await fixture.text(at: file.path.text) == client.text)
        }
        _ = try await fixture.reaper.sweep()
        #expect(site.root.tree("staging") == [])
        #expect(try await fixture.findings() == [])
    }

    /// Two daemons on one root.
    private final class Site {
        let root: TemporaryRoot
        private let memory = InMemoryCatalog()
        private(set) var plans: [FaultPlan] = []
        private(set) var fixtures: [EngineFixture] = []

        init() throws {
            self.root = try TemporaryRoot()
            for _ in 0..<2 { try self.open() }
            self.listen()
        }

        private func open() throws {
            let plan = FaultPlan.harmless()
            self.plans.append(plan)
            self.fixtures.append(try EngineFixture(self.root, self.memory, plan: plan))
        }

        private func listen() {
            let processes = self.fixtures.map(\.resumables.transfers)
            self.memory.onTakeoverRequest { id, time in
                for transfers in processes { transfers.interrupt(id, asked: time) }
            }
        }

        /// Puts a new daemon in the place of one that is dead.
        func restart(_ index: Int) async throws {
            let owner = self.fixtures[index].staging.owner
            await self.fixtures[index].pipeline.stop()
            self.memory.onTakeoverRequest(nil)
            self.plans.remove(at: index)
            self.fixtures.remove(at: index)
            try self.open()
            self.listen()
            let fixture = self.fixtures[1]
            #expect(try await eventually { try await fixture.staging.deadOwners().contains { $0.name == owner } })
            try await fixture.recovery.recover()
            try await fixture.settleUploads()
        }
    }

    private struct Client {
        let name: String
        let id: UploadID
        let text: String
        private var acknowledged = 0
        private(set) var isDone = false

        init(_ number: Int, length: Int, at fixture: EngineFixture) async throws {
            self.name = "u\(number)"
            // Each byte tells its place and its upload.
            let bytes = (0..<length).map { UInt8(ascii: "a") + UInt8(($0 * 7 + $0 / 26 + number) % 26) }
            self.text = String(decoding: bytes, as: UTF8.self)
            self.id = try await fixture.announce(number.isMultiple(of: 3) ? nil : length, "u\(number)")
        }

        private func part(_ offset: Int, _ count: Int) -> String { String(self.text.dropFirst(offset).prefix(count)) }

        /// - Returns: the daemon that was killed in this step.
        mutating func step(in site: Site, _ numbers: inout SeededNumbers) async throws -> Int? {
            let chosen = Int.random(in: 0..<2, using: &numbers)
            let (fixture, other) = (site.fixtures[chosen], site.fixtures[1 - chosen])
            let status = try await fixture.resumable.settledStatus(of: self.id, for: .anybody)
            guard status.upload.state == .receiving else {
                #expect([.processing, .complete].contains(status.upload.state))
                self.isDone = status.upload.state == .complete
                return nil
            }
            let (offset, length) = (Int(try #require(status.offset).bytes), self.text.utf8.count)
            #expect(offset >= self.acknowledged && offset <= length)
            let count = min(length - offset, Int.random(in: 0...700, using: &numbers))
            let come = Int.random(in: 0...count, using: &numbers)
            let (text, cut) = (self.part(offset, count), self.part(offset, come))
            // The length comes with the end.
            let declared = offset + count == length ? length : nil
            switch Int.random(in: 0..<10, using: &numbers) {
            case 0..<4:
                try await fixture.send(text, at: offset, to: self.id, length: declared)
                self.acknowledged = offset + count
            case 4:
                let lost = await fixture.refusal(text, at: offset, to: self.id, body: Bodies.cut(after: cut))
                #expect(lost == .uploadIncomplete)
                self.acknowledged = offset + come
            case 5:
                let wrong = ResumableUploadService.Checksum(algorithm: .crc32, value: [1, 2, 3, 4])
                let body = Bodies.whole(text, checksum: wrong)
                let refused = await fixture.refusal(text, at: offset, to: self.id, isVerified: true, body: body)
                #expect(refused == .checksumMismatch)
            case 6:
                let body = Bodies.cut(after: cut)
                let lost = await fixture.refusal(text, at: offset, to: self.id, isVerified: true, body: body)
                #expect(lost == .uploadIncomplete)
            case 7:
                let id = self.id
                async let first = fixture.refusal(text, at: offset, to: id, length: declared)
                async let second = other.refusal(text, at: offset, to: id, length: declared)
                let codes = await [first, second]
                #expect(codes.contains(nil))
                self.acknowledged = offset + count
            case 8:
                let (id, body) = (self.id, HangingBody())
                let older = Task { await fixture.refusal(text, at: offset, to: id, body: body.source(cut)) }
                #expect(try await eventually { body.isHanging })
                let seen = try await other.resumable.settledStatus(of: id, for: .anybody)
                #expect(seen.offset?.bytes == Int64(offset + come))
                #expect(await older.value == .uploadInterrupted)
                self.acknowledged = offset + come
            default:
                let plan = site.plans[chosen]
                let body = Bodies.whole(cut) { plan.kill() }
                let lost = await fixture.refusal(text, at: offset, to: self.id, body: body)
                #expect(lost == .storageUnavailable)
                return chosen
            }
            return nil
        }
    }
}
