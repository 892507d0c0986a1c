import FoundationEssentials
import MediaTesting
import Testing

@Suite(
    "Fast start",
    .daemon(
        configuration: Configurations.films.replacing(
            "  videos:\n",
            with: "  videos:\n    faststart: rewrite\n    replacing: always\n"
        )
    ),
    .serialized,
    .timeLimit(.minutes(3))
)
struct FastStartTests {
    @Test("a video whose index lies at its end is stored with it in front, and every frame is the same")
    func rewrites() async throws {
        let daemon = try Daemon.current()
        let film = try await Film.with(.end)
        let record = try await Screening.upload(film.path, as: uniqueName(), to: daemon)
        let sent = try film.bytes()
        #expect(record.size == sent.count && record.sha256 != Samples.sha256(sent))
        #expect(record.rewritings == ["fast-start"] && record.uploadedSha256 == Samples.sha256(sent), "\(record)")
        let stored = try await daemon.request("GET", "/files/\(record.path)").body
        #expect(Samples.sha256(stored) == record.sha256)
        let index = try #require(stored.firstRange(of: Array("moov".utf8)))
        let media = try #require(stored.firstRange(of: Array("mdat".utf8)))
        #expect(index.lowerBound < media.lowerBound)
        let address = "\(daemon.url)/files/\(record.path)"
        for stream in ["v", "a"] {
            let before = try await Self.packets(of: film.path, stream)
            #expect(try await Self.packets(of: address, stream) == before)
        }
        #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
    }

    @Test("a video that needs nothing is stored as it was sent, and so is what is no video")
    func keeps() async throws {
        let daemon = try Daemon.current()
        let film = try await Film.with(.front)
        let record = try await Screening.upload(film.path, as: uniqueName(), to: daemon)
        #expect(record.sha256 == Samples.sha256(try film.bytes()))
        #expect(record.rewritings == nil && record.uploadedSha256 == nil, "\(record)")
        let text = try await daemon.upload(Array("WEBVTT\n".utf8), "collection=videos&name=\(uniqueName())").record()
        #expect(text.rewritings == nil)
    }

    /// Times and contents of all packets.
    private static func packets(of address: String, _ stream: String) async throws -> [String] {
        let arguments = ["-v", "error", "-i", address, "-map", "0:\(stream)", "-c", "copy", "-f", "framemd5", "-"]
        let outcome = try await Player.run("ffmpeg", arguments)
        #expect(outcome.ending == .exited(0) && outcome.errors.isEmpty, "\(outcome.errors)")
        return outcome.lines.filter { !$0.hasPrefix("#") }
    }
}
