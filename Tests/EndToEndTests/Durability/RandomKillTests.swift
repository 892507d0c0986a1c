import MediaTesting
import Synchronization
import Testing

@Suite("A daemon killed at any instant", .serialized, .timeLimit(.minutes(10)))
struct RandomKillTests {
    @Test("under uploads, replacements and deletions loses nothing it acknowledged, ten times over")
    func underLoad() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        // Another one in each run: there are more instants than one run can try.
        var numbers = SeededNumbers(test: .random(in: 0...UInt64(UInt32.max)))
        var ledger = Ledger()
        for round in 0..<10 {
            let daemon = try await site.start()
            ledger = try await withLog(of: daemon) { [ledger] in try await ledger.settled(by: daemon, in: "posters") }
            // Each client has its own names, so that what it knows is the whole truth about them.
            let known = ledger
            let progress = Progress()
            let clients = (0..<4).map { client in
                let own = SeededNumbers(seed: numbers.next())
                return Task { await Self.work(on: daemon, client: client, known: known, progress, own) }
            }
            // Half of the kills may come before anything was done; the others hit a daemon that is well under way.
            if !round.isMultiple(of: 2) { #expect(try await eventually { progress.acknowledged >= 3 }) }
            // Pause: the instant of the kill is the subject.
            try await Task.sleep(for: .milliseconds(.random(in: 200...1200, using: &numbers)))
            await daemon.kill9()
            for client in clients {
                ledger.merge(await client.value)
            }
        }
        let daemon = try await site.start()
        try await withLog(of: daemon) { [ledger] in
            _ = try await ledger.settled(by: daemon, in: "posters")
            try await site.expectClean()
        }
        #expect(try await daemon.terminate() == .exited(0))
        try await site.expectClean()
        try await site.remove()
    }

    /// Uploads, replaces and deletes until the daemon is gone.
    private static func work(
        on daemon: DaemonProcess,
        client: Int,
        known: Ledger,
        _ progress: Progress,
        _ numbers: SeededNumbers
    ) async -> Ledger {
        var numbers = numbers
        var ledger = Ledger()
        var ids: [String: String] = [:]
        while true {
            let name = "c\(client)-\(Int.random(in: 0..<4, using: &numbers))"
            // What was known before this round must not be forgotten when the first request gets no answer.
            if ledger.entries[name] == nil, let before = known.entries[name] {
                ledger.acknowledge(name, before.acknowledged)
            }
            if let id = ids[name], Int.random(in: 0..<4, using: &numbers) == 0 {
                guard let answer = try? await daemon.request("DELETE", "/api/media/\(id)") else {
                    ledger.doubt(name, nil)
                    return ledger
                }
                guard answer.status == 204 else { continue }
                ids[name] = nil
                ledger.acknowledge(name, nil)
            } else {
                guard let jpeg = try? Samples.jpeg(padding: .random(in: 1...400_000, using: &numbers)) else {
                    return ledger
                }
                let bytes = Bool.random(using: &numbers) ? jpeg : Samples.png(width: 200, height: 200)
                let digest = Samples.sha256(bytes)
                guard let answer = try? await daemon.upload(bytes, "collection=posters&name=\(name)") else {
                    ledger.doubt(name, digest)
                    return ledger
                }
                guard let record = try? answer.record() else { continue }
                ids[name] = record.id
                ledger.acknowledge(name, record.sha256)
            }
            progress.acknowledge()
        }
    }
}

/// What the clients of one round got done.
private final class Progress: Sendable {
    private let count = Atomic<Int>(0)

    var acknowledged: Int { self.count.load(ordering: .relaxed) }

    func acknowledge() { self.count.add(1, ordering: .relaxed) }
}
