import FoundationEssentials
import MediaTesting
import Testing

/// Everything at once, for a while.
@Suite("Resumable uploads under everything at once", .serialized, .timeLimit(.minutes(15)))
struct SoakTests {
    @Test("cuts, kills, takeovers, duplicates and reordering: every finished file is right, byte for byte")
    func soak() async throws {
        let site = try await DaemonSite(configuration: Configurations.uploads("checkpointSize: 1MiB"))
        let whereabouts = DaemonWhereabouts()
        var daemon = try await site.start()
        whereabouts.set(daemon)
        let deadline = ContinuousClock.now + .seconds(Self.variable("MEDIAD_TEST_SOAK_SECONDS") ?? 40)
        let seed = SeededNumbers.seed(3)
        let published = try await withThrowingTaskGroup(of: [String: String].self) { group in
            for worker in 0..<8 {
                group.addTask { try await Self.work(worker, seed, until: deadline, whereabouts) }
            }
            var generator = SeededNumbers(seed: seed)
            while ContinuousClock.now < deadline {
                // Pause: the instant of the kill is the subject.
                try await Task.sleep(for: .milliseconds(.random(in: 1000...5000, using: &generator)))
                whereabouts.set(nil)
                await daemon.kill9()
                daemon = try await site.start()
                whereabouts.set(daemon)
            }
            return try await group.reduce(into: [:]) { $0.merge($1) { $1 } }
        }
        #expect(published.count > 20, "only \(published.count) files came through")
        try await withLog(of: daemon) { [daemon] in try await Self.expectRight(published, daemon) }
        #expect(try await daemon.terminate() == .exited(0), "\(daemon.lastWords)")
        try await site.expectClean()
        try await site.remove()
    }

    /// A number in the environment, for longer runs by hand.
    private static func variable(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    /// One client after the other.
    /// - Returns: path of each file and what it must hash to.
    private static func work(
        _ worker: Int,
        _ seed: UInt64,
        until deadline: ContinuousClock.Instant,
        _ whereabouts: DaemonWhereabouts
    ) async throws -> [String: String] {
        let sizes = [1...3000, 100_000...900_000, 1_000_000...4_000_000]
        var published: [String: String] = [:]
        var number = 0
        while ContinuousClock.now < deadline {
            let size = sizes[number % sizes.count]
            let client = PersistentClient(
                name: "soak-\(worker)-\(number)",
                seed: seed << 32 + UInt64(worker * 10_000 + number),
                mischief: .init(isOn: true, sizes: size, requestSize: max(1, size.upperBound / 6)),
                whereabouts: whereabouts
            )
            let record = try await client.run()
            published[record.path] = Samples.sha256(client.bytes)
            number += 1
        }
        return published
    }

    /// Tree, catalog and what the clients know agree; no file is there that nobody finished.
    private static func expectRight(_ published: [String: String], _ daemon: DaemonProcess) async throws {
        let records = try await daemon.records(in: "documents")
        #expect(Set(records.map(\.path)) == Set(daemon.site.filesInTree))
        for record in records {
            daemon.site.expectInTree(record)
            // Whoever lost the answer to a creation began anew under another name; the first one may not be complete.
            #expect(published[record.path] == record.sha256, "\(record.path)")
        }
        #expect(records.count == published.count)
    }
}
