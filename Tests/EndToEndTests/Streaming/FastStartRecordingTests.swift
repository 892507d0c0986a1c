import FoundationEssentials
import MediaTesting
import Testing

/// Recordings of Chromium's MediaRecorder, in slices: nothing in them says how long they are or where what lies.
@Suite(
    "Fast start of recordings",
    .daemon(
        configuration: Configurations.films.replacing(
            "  videos:\n",
            with: "  videos:\n    faststart: rewrite\n    replacing: always\n"
        )
    ),
    .serialized,
    .timeLimit(.minutes(3))
)
struct FastStartRecordingTests {
    static let recordings = ["vp8.webm", "h264.webm", "opus.webm", "h264.mp4", "vp9.mp4", "opus.mp4"]

    @Test(
        "C3: are stored with an index and their length, with both digests, and every frame is the same",
        arguments: recordings
    )
    func indexed(name: String) async throws {
        let daemon = try Daemon.current()
        let sent = try Samples.fixture("recordings/\(name)")
        let record = try await daemon.upload(sent, "collection=videos&name=\(uniqueName())").record()
        #expect(record.rewritings == ["indexed"] && record.uploadedSha256 == Samples.sha256(sent), "\(record)")
        #expect(record.sha256 != record.uploadedSha256)
        let seconds = try #require(record.durationSeconds)
        #expect((2.4...2.6).contains(seconds), "\(seconds)")

        let answer = try await daemon.request("GET", "/files/\(record.path)", [("Want-Repr-Digest", "sha-256=1")])
        #expect(Samples.sha256(answer.body) == record.sha256 && answer.body.count == record.size)
        #expect(answer["ETag"] == "\"\(record.sha256.prefix(32))\"")
        #expect(answer["Repr-Digest"] != nil)

        let folder = try await ThrowawayDirectories.make()
        try Data(sent).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        let address = "\(daemon.url)/files/\(record.path)"
        #expect(try await Self.packets(of: address) == Self.packets(of: "\(folder)/\(name)"))
        let probe = try await Player.run(
            "ffprobe",
            ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", address]
        )
        let length = try #require(Double(probe.text.filter { !$0.isNewline }))
        #expect(abs(length - seconds) < 0.1)
        // What is stored is sound for the daemon too, and sent again it needs nothing more.
        let again = try await daemon.upload(answer.body, "collection=videos&name=\(uniqueName())").record()
        #expect(again.rewritings == nil && again.sha256 == record.sha256)
        #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
    }

    @Test("C3: Chromium knows their length and seeks in all of it", arguments: ["vp8.webm", "vp9.mp4"])
    func chromium(name: String) async throws {
        let daemon = try Daemon.current()
        let sent = try Samples.fixture("recordings/\(name)")
        let record = try await daemon.upload(sent, "collection=videos&name=\(uniqueName())").record()
        try await Screening.show(record, by: daemon) { screening in
            try await Cinema.open(screening.url, in: screening.folder) { cinema in
                let duration = try await cinema.number("duration")
                #expect((2.4...2.6).contains(duration))
                #expect(try await cinema.number("seekable.end(0)") == duration)
                for second in [2.0, 0.5, 1.5] { try await cinema.seek(to: second) }
            }
        }
    }

    @Test("C3: also those that were cut off in the middle of a block")
    func cutOff() async throws {
        let daemon = try Daemon.current()
        let whole = try Samples.fixture("recordings/vp8.webm")
        let record = try await daemon.upload(Array(whole.dropLast(9000)), "collection=videos&name=\(uniqueName())")
            .record()
        #expect(record.rewritings == ["indexed"])
        let seconds = try #require(record.durationSeconds)
        #expect((1.0...2.4).contains(seconds))
    }

    @Test("C3: are stored as they came where nobody understands them")
    func kept() async throws {
        let daemon = try Daemon.current()
        let one = try Samples.fixture("recordings/vp8.webm")
        let record = try await daemon.upload(one + one, "collection=videos&name=\(uniqueName())").record()
        #expect(record.rewritings == nil && record.sha256 == Samples.sha256(one + one))
    }

    /// Track, time, size and content of all packets; of fragments FFmpeg makes up the rest.
    private static func packets(of address: String) async throws -> [String] {
        let arguments = ["-v", "error", "-i", address, "-map", "0", "-c", "copy", "-copyts", "-f", "framemd5", "-"]
        let outcome = try await Player.run("ffmpeg", arguments)
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        return outcome.lines.filter { $0.first?.isNumber == true }
            .map { line in
                let fields = line.split(separator: ",").map { $0.filter { $0 != " " } }
                return [fields[0], fields[2], fields[4], fields[5]].joined(separator: " ")
            }
            .sorted()
    }
}
