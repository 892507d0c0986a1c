import FoundationEssentials
import MediaTesting
import Testing

/// What players that do not run here are known to send, and what they take for an answer.
@Suite("Players: requests", .daemon(configuration: Configurations.films), .timeLimit(.minutes(3)))
struct PlayerRequestTests {
    private static let safari = [
        ("Accept", "*/*"), ("Accept-Encoding", "identity"), ("Accept-Language", "en-GB,en;q=0.9"),
        ("User-Agent", "AppleCoreMedia/1.0.0.21F79 (iPhone; U; CPU OS 17_5 like Mac OS X; en_gb)"),
    ]
    private static let chromium = [
        ("Accept", "*/*"), ("Accept-Encoding", "identity;q=1, *;q=0"), ("Sec-Fetch-Dest", "video"),
        ("Sec-Fetch-Mode", "no-cors"), ("Referer", "http://127.0.0.1/"), ("Priority", "i"),
    ]

    @Test(
        "P1: Safari's bytes=0-1 is answered with two bytes, and every range with exactly its length",
        arguments: Route.allCases
    )
    func safari(route: Route) async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.video(padding: 10_546_620 - 1_055_744)
        let sample = try await ServedSample(bytes, "collection=videos", daemon)
        #expect(sample.path.hasSuffix(".mp4"))
        let probe = try await daemon.connect()
        let last = bytes.count - 1
        // The probe, all with its end said, the tail, then a window after the other.
        for range in [0...1, 0...last, (last - 65_535)...last, 65_536...131_071, 131_072...9_999_999] {
            let fields = [("Range", "bytes=\(range.lowerBound)-\(range.upperBound)")] + Self.safari + route.fields
            let answer = try await probe.request("GET", sample.path, fields)
            sample.expectPart(answer, range, "\(range)")
            #expect(answer["Content-Type"] == "video/mp4")
        }
        let session = [("X-Playback-Session-Id", "6E7B2D5C-0A6B-4A2A-9C43-2E0C3CF7F7A1"), ("Range", "bytes=0-1")]
        sample.expectPart(try await probe.request("GET", sample.path, Self.safari + session), 0...1)
    }

    @Test("P2: Chromium's open ranges are answered to the end, and 416 tells it the end", arguments: Route.allCases)
    func chromium(route: Route) async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.video(padding: 1 << 20)
        let sample = try await ServedSample(bytes, "collection=videos", daemon)
        let probe = try await daemon.connect()
        func ask(_ fields: [(String, String)]) async throws -> ProbeResponse {
            try await probe.request("GET", sample.path, fields + Self.chromium + route.fields)
        }
        let last = bytes.count - 1
        let first = try await ask([("Range", "bytes=0-")])
        sample.expectPart(first, 0...last)
        #expect(first["Content-Range"]?.hasPrefix("bytes 0-") == true)
        let tag = try #require(first["ETag"])
        for start in [1, 32_768, last - 1, last] {
            sample.expectPart(try await ask([("Range", "bytes=\(start)-"), ("If-Range", tag)]), start...last)
        }
        sample.expectUnsatisfiable(try await ask([("Range", "bytes=\(bytes.count)-"), ("If-Range", tag)]))
        // A 200 to bytes=0- would only be trusted with Accept-Ranges.
        let other = try await ask([("Range", "bytes=0-"), ("If-Range", "\"other\"")])
        sample.expectWhole(other)
    }

    @Test(
        "P3: the fields of mpv and ffmpeg are taken as they are, and the connection closed as they wish",
        arguments: Route.allCases
    )
    func lavf(route: Route) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample(try Samples.video(), "collection=videos", daemon)
        let fields = [
            ("User-Agent", "Lavf/59.27.100"), ("Accept", "*/*"), ("Connection", "close"), ("Icy-MetaData", "1"),
        ]
        let probe = try await daemon.connect()
        let answer = try await probe.request("GET", sample.path, [("Range", "bytes=0-")] + fields + route.fields)
        sample.expectPart(answer, 0...sample.bytes.count - 1)
        // Only a radio has them; in their place ffmpeg would take bytes of the film for titles.
        #expect(!answer.fields.contains { $0.name.lowercased().hasPrefix("icy-") })
        #expect(try await probe.isClosedByServer())
    }

    @Test("P3: abandoned seeks leave no open file and no connection behind", arguments: Route.allCases)
    func abandoned(route: Route) async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.video(padding: 24 << 20)
        let sample = try await ServedSample(bytes, "collection=videos", daemon)
        let path = daemon.site.place(sample.record.path)
        for start in 0..<40 {
            let probe = try await daemon.connect(receiveBufferBytes: 16 << 10)
            let fields = [("Range", "bytes=\(start * 100_000)-")] + Self.chromium + route.fields
            try await probe.send("GET", sample.path, fields)
            #expect(try await probe.receiveHead().status == 206)
            let some = try await probe.take(exactly: 5000)
            #expect(some.elementsEqual(bytes[(start * 100_000)...].prefix(5000)))
            if start % 2 == 0 { probe.reset() } else { probe.finishSending() }
        }
        // One may be kept for each address that was asked for: with the version and without.
        let isReleased = try await eventually { Self.descriptors(of: path, in: daemon) <= 2 }
        #expect(isReleased, "\(Self.descriptors(of: path, in: daemon)) are open")
        sample.expectPart(try await sample.request("GET", [("Range", "bytes=5-9")], by: route), 5...9)
    }

    @Test("P4: paused players get every byte when they go on, and nobody waits for them", arguments: Route.allCases)
    func paused(route: Route) async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.video(padding: 6 << 20)
        let sample = try await ServedSample(bytes, "collection=videos", daemon)
        var players: [HTTPProbe] = []
        for _ in 0..<30 {
            let probe = try await daemon.connect(receiveBufferBytes: 16 << 10)
            try await probe.send("GET", sample.path, [("Range", "bytes=0-")] + Self.chromium + route.fields)
            #expect(try await probe.receiveHead().status == 206)
            players.append(probe)
        }
        // All of them are paused until the others have been served.
        for _ in 0..<20 {
            sample.expectPart(try await sample.request("GET", [("Range", "bytes=0-1")], by: route), 0...1)
        }
        for probe in players {
            let rest = try await probe.take(exactly: bytes.count)
            #expect(rest == bytes)
        }
    }

    /// How many descriptors of a file the daemon has open (proc(5), `/proc/<pid>/fd`).
    private static func descriptors(of path: String, in daemon: DaemonProcess) -> Int {
        let folder = "/proc/\(daemon.process.processID)/fd"
        return FileNames.inside(folder)
            .filter { (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == path }.count
    }
}
