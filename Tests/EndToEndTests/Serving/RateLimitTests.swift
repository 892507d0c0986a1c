import MediaTesting
import Testing

@Suite("A collection's rate limit", .daemon(configuration: Configurations.paced), .timeLimit(.minutes(3)))
struct RateLimitTests {
    /// Seconds from the request to the last byte.
    private func time(_ target: String, _ fields: [(String, String)] = []) async throws -> (Duration, ProbeResponse) {
        let start = ContinuousClock.now
        let answer = try await Daemon.current().request("GET", target, fields)
        // Clock: a rate is what is promised.
        return (ContinuousClock.now - start, answer)
    }

    /// What is free at the beginning.
    private static let free = 256 << 10

    @Test("I7: slows an answer down behind its first bytes, and changes none")
    func paced() async throws {
        let film = try await ServedSample(
            try Samples.video(padding: 1 << 20),
            "collection=videos",
            try Daemon.current()
        )
        // 4 KiB at a time: the second time is due when the first has taken its two seconds.
        let (elapsed, answer) = try await time(film.path, [("Range", "bytes=0-\(Self.free + 8191)")])
        film.expectPart(answer, 0...Self.free + 8191)
        #expect(elapsed >= .seconds(2))
        // Parts that together are longer than the free bytes share them.
        let ranges = "bytes=0-\(Self.free / 2 - 1),\(Self.free)-\(Self.free * 3 / 2 + 8191)"
        let (partsElapsed, parts) = try await time(film.path, [("Range", ranges)])
        #expect(parts.status == 206)
        #expect(partsElapsed >= .seconds(2))
    }

    @Test("I7: holds up neither the first bytes nor other collections")
    func unpaced() async throws {
        let daemon = try Daemon.current()
        let film = try await ServedSample(try Samples.video(padding: 1 << 20), "collection=videos", daemon)
        let poster = try await ServedSample(try Samples.jpeg(padding: 2 << 20), "collection=posters", daemon)
        // At the rate the one would take two minutes, the other a quarter of an hour.
        for _ in 0..<2 {
            let (elapsed, start) = try await time(film.path, [("Range", "bytes=0-\(Self.free - 1)")])
            film.expectPart(start, 0...Self.free - 1)
            #expect(elapsed < .seconds(60))
            let (unlimited, answer) = try await time(poster.path)
            poster.expectWhole(answer)
            #expect(unlimited < .seconds(60))
        }
    }
}

extension Configurations {
    /// Films come slowly.
    static let paced = standard.replacing(
        "    maximumSize: 64MiB\n",
        with: "    maximumSize: 64MiB\n    limitRate: 2KiB\n    limitRateAfter: 256KiB\n"
    )
}
