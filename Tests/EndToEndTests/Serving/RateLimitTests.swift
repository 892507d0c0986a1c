import MediaTesting
import Testing

@Suite("A collection's rate limit", .daemon(configuration: Configurations.paced), .timeLimit(.minutes(3)))
struct RateLimitTests {
    /// Seconds from the request to the last byte.
    private func time(_ target: String, _ fields: [(String, String)] = []) async throws -> (Duration, HTTPAnswer) {
        let start = ContinuousClock.now
        let answer = try await Daemon.current().request("GET", target, fields)
        return (ContinuousClock.now - start, answer)
    }

    @Test("I7: slows an answer down behind its first bytes, and changes none")
    func paced() async throws {
        let sample = try await ServedSample(
            try Samples.video(padding: 1 << 20),
            "collection=videos",
            try Daemon.current()
        )
        // 512 KiB/s behind the first 256 KiB; the last window, an eighth of a MiB, need not be waited for.
        let counted = Double(sample.bytes.count - (256 << 10) - (128 << 10)) / Double(512 << 10)
        let (elapsed, answer) = try await time(sample.path)
        sample.expectWhole(answer)
        #expect(elapsed >= .seconds(counted), "\(elapsed), at least \(counted) s")
        #expect(elapsed < .seconds(counted + 5), "\(elapsed)")
        // Parts that together are longer than the free bytes share them.
        let ranges = [("Range", "bytes=0-262143,500000-762143")]
        let (partsElapsed, parts) = try await time(sample.path, ranges)
        #expect(parts.status == 206)
        #expect(partsElapsed >= .milliseconds(200), "\(partsElapsed)")
    }

    @Test("I7: holds up neither small files nor other collections")
    func unpaced() async throws {
        let daemon = try Daemon.current()
        let film = try await ServedSample(try Samples.video(padding: 1 << 20), "collection=videos", daemon)
        let (elapsed, start) = try await time(film.path, [("Range", "bytes=0-200000")])
        #expect(start.status == 206)
        #expect(elapsed < .milliseconds(900), "\(elapsed)")
        let poster = try await ServedSample(try Samples.jpeg(padding: 2 << 20), "collection=posters", daemon)
        let (unlimited, answer) = try await time(poster.path)
        poster.expectWhole(answer)
        // At the other collection's rate it would take 3.5 s.
        #expect(unlimited < .seconds(2), "\(unlimited)")
    }
}

extension Configurations {
    /// Films come slowly.
    static let paced = standard.replacing(
        "    maximumSize: 64MiB\n",
        with: "    maximumSize: 64MiB\n    limitRate: 512KiB\n    limitRateAfter: 256KiB\n"
    )
}
