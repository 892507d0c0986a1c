import FoundationEssentials
import Glibc
import MediaTesting
import Synchronization
import Testing

/// A film of a minute whose colour tells which ten seconds of it are seen: whoever seeks must come out where it wanted to.
///
/// H.264 and AAC, a key frame each second, about 1 MB a second, which is large enough beside the buffers of players and sockets. Made by ffmpeg once for all tests.
struct Film: Sendable {
    /// Where the `moov` box lies, without which nothing can be shown (ISO/IEC 14496-12 section 8.2.1).
    enum Index: String, CaseIterable, Sendable {
        case front
        case end
    }

    static let seconds = 60
    let path: String

    private static let made = Mutex<Task<[Index: String], any Error>?>(nil)

    /// The film with its index at one of the two ends.
    static func with(_ index: Index) async throws -> Film {
        let task = made.withLock { made in
            if let made { return made }
            let new = Task { try await make() }
            made = new
            return new
        }
        return Film(path: try #require(try await task.value[index]))
    }

    /// All its bytes.
    func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

    private static func make() async throws -> [Index: String] {
        let folder = try await ThrowawayDirectories.make()
        let paths = [Index.front: "\(folder)/front.mp4", .end: "\(folder)/end.mp4"]
        let colours = FilmPart.allCases.map { "color=c=\($0):s=640x360:r=25:d=10[\($0)];" }.joined()
        let order = FilmPart.allCases.map { "[\($0)]" }.joined()
        try await ffmpeg(
            ["-filter_complex", "\(colours)\(order)concat=n=6[v];sine=frequency=440:duration=\(seconds)[a]"]
                + [
                    "-map", "[v]", "-map", "[a]", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt",
                    "yuv420p",
                ]
                // One colour takes next to nothing: filler makes it as large as a film.
                + ["-b:v", "8M", "-minrate", "8M", "-maxrate", "8M", "-bufsize", "1M"]
                + ["-x264-params", "nal-hrd=cbr:filler=1", "-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart"],
            to: paths[.front]
        )
        try await ffmpeg(["-i", try #require(paths[.front]), "-c", "copy"], to: paths[.end])
        return paths
    }

    private static func ffmpeg(_ arguments: [String], to path: String?) async throws {
        let outcome = try await Player.run("ffmpeg", ["-v", "error"] + arguments + [try #require(path)])
        try #require(outcome.ending == .exited(0), "\(outcome.errors)")
    }
}

/// Ten seconds of a ``Film``, named by their colour as ffmpeg calls it.
enum FilmPart: Int, CaseIterable, Sendable {
    case red, lime, blue, yellow, cyan, magenta

    /// The part that is seen at a time of the film.
    static func at(second: Double) -> FilmPart? { FilmPart(rawValue: Int(second / 10)) }

    /// The part that a pixel is of: red, green and blue from 0 to 255.
    init?(pixel: [Int]) {
        switch pixel.prefix(3).map({ $0 > 127 }) {
        case [true, false, false]: self = .red
        case [false, true, false]: self = .lime
        case [false, false, true]: self = .blue
        case [true, true, false]: self = .yellow
        case [false, true, true]: self = .cyan
        case [true, false, true]: self = .magenta
        default: return nil
        }
    }

    /// What a picture shows, as ffmpeg decodes it: the mean of its pixels.
    static func shown(in picture: String) async throws -> FilmPart? {
        let outcome = try await Player.run(
            "ffmpeg",
            [
                "-v", "error", "-i", picture, "-frames:v", "1", "-vf", "scale=1:1", "-f", "rawvideo", "-pix_fmt",
                "rgb24", "-",
            ]
        )
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        return FilmPart(pixel: outcome.bytes.map(Int.init))
    }
}
