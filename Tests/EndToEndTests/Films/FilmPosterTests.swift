import FoundationEssentials
import MediaTesting
import Testing

@Suite("The poster of a video", .daemon(), .timeLimit(.minutes(3)))
struct FilmPosterTests {
    /// The pixels of a picture as ffmpeg decodes it, shrunk, three bytes each.
    private static func pixels(_ options: [String], _ path: String) async throws -> [UInt8] {
        let arguments = ["-v", "error"] + options + ["-i", path, "-frames:v", "1", "-vf", "scale=64:36:flags=area"]
        let outcome = try await Player.run("ffmpeg", arguments + ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"])
        try #require(outcome.bytes.count == 64 * 36 * 3, "\(outcome.errors)")
        return outcome.bytes
    }

    private static func pixels(_ target: String, of daemon: DaemonProcess) async throws -> [UInt8] {
        let answer = try await daemon.request("GET", target)
        try #require(answer.status == 200, "\(answer.text)")
        let path = "\(try await ThrowawayDirectories.make())/picture"
        try Data(answer.body).write(to: URL(fileURLWithPath: path))
        return try await self.pixels([], path)
    }

    private static func mean(_ pixels: [UInt8]) -> Int { pixels.reduce(0) { $0 + Int($1) } / pixels.count }

    @Test("is no black frame, where the video begins in the dark; the moment that is asked for is shown all the same")
    func dark() async throws {
        let daemon = try Daemon.current()
        let path = "\(try await ThrowawayDirectories.make())/film.mp4"
        let outcome = try await Player.run(
            "ffmpeg",
            ["-v", "error", "-f", "lavfi", "-i", "color=black:s=320x180:r=25:d=4"]
                + ["-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=6", "-filter_complex", "concat=n=2"]
                + ["-c:v", "libx264", "-pix_fmt", "yuv420p", path]
        )
        try #require(outcome.ending == .exited(0), "\(outcome.errors)")
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let record = try await daemon.upload(bytes, "collection=videos").record()
        for format in ["avif", "webp", "jpeg", "png"] {
            let poster = "/files/\(record.path)?preset=poster&format=\(format)"
            #expect(Self.mean(try await Self.pixels(poster, of: daemon)) > 40, "\(format)")
            #expect(Self.mean(try await Self.pixels("\(poster)&at=1", of: daemon)) < 8, "\(format)")
        }
        // The placeholder is the poster's.
        #expect(record.thumbHash != nil && record.dominantColor != "#000000", "\(record)")
    }

    @Test("of a real one, and any of its moments, look as ffmpeg shows them", arguments: ["0", "2.5", "4.9"])
    func moments(_ moment: String) async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.video(), "collection=videos").record()
        let path = "\(try await ThrowawayDirectories.make())/film.mp4"
        try Data(try Samples.fixture("clip-5s.mp4")).write(to: URL(fileURLWithPath: path))
        let expected = try await Self.pixels(["-ss", moment], path)
        for format in ["avif", "webp", "jpeg"] {
            let found = try await Self.pixels(
                "/files/\(record.path)?preset=w342&at=\(moment)&format=\(format)",
                of: daemon
            )
            let difference = zip(found, expected).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) } / expected.count
            #expect(difference < 6, "\(format): \(difference)")
        }
    }
}
