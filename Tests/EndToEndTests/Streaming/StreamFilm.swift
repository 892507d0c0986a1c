import FoundationEssentials
import MediaTesting
import Synchronization
import Testing

/// Films with what streams are made of, from ``Film``: made by ffmpeg once for all tests.
enum StreamFilm: String, CaseIterable, Sendable {
    /// Sound as MP3.
    case mp3
    /// Sound in two languages, and subtitles.
    case rich
    /// A codec that browsers do not play.
    case oldCodec
    /// Nothing but sound.
    case soundOnly

    private static let made = Mutex<[StreamFilm: Task<String, any Error>]>([:])

    /// The film's place.
    var path: String {
        get async throws {
            let task = Self.made.withLock { made in
                if let made = made[self] { return made }
                let new = Task { try await self.make() }
                made[self] = new
                return new
            }
            return try await task.value
        }
    }

    private func make() async throws -> String {
        let folder = try await ThrowawayDirectories.make()
        let film = try await Film.with(.front).path
        let path = "\(folder)/\(self.rawValue).\(self == .soundOnly ? "m4a" : "mp4")"
        let arguments: [String]
        switch self {
        case .mp3: arguments = ["-i", film, "-c:v", "copy", "-c:a", "libmp3lame", "-b:a", "64k"]
        case .rich:
            let subtitles = "\(folder)/subtitles.srt"
            try Data(Self.subRip.utf8).write(to: URL(fileURLWithPath: subtitles))
            arguments =
                ["-i", film, "-i", subtitles, "-map", "0:v", "-map", "0:a", "-map", "0:a", "-map", "1", "-c", "copy"]
                + ["-c:s", "mov_text", "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra"]
                + ["-metadata:s:s:0", "language=deu"]
        case .oldCodec:
            arguments = ["-f", "lavfi", "-i", "testsrc=s=64x64:d=1", "-c:v", "mpeg4"]
        case .soundOnly: arguments = ["-i", film, "-vn", "-c:a", "copy"]
        }
        let outcome = try await Player.run("ffmpeg", ["-v", "error"] + arguments + [path])
        try #require(outcome.ending == .exited(0), "\(outcome.errors)")
        return path
    }

    /// Subtitles as people have them: with a tag that WebVTT lacks, in a line that would begin a cue of its own.
    static let subRip = """
        1
        00:00:01,000 --> 00:00:03,500
        <font color="red">Rot</font> & <i>gut</i>

        2
        00:00:20,000 --> 00:00:22,000 X1:10
        {\\an8}Blau --> dann
        zweite Zeile

        """
}

extension Screening {
    /// Gives the suite's daemon the file at a path, in the collection `videos`.
    static func upload(_ path: String, as name: String, to daemon: DaemonProcess) async throws -> Record {
        let address = "\(daemon.url)/api/upload?collection=videos&name=\(name)"
        let outcome = try await Player.run("curl", ["-sS", "--data-binary", "@\(path)", address])
        return try #require(try Record.list(outcome.bytes).first, "\(outcome.text)\(outcome.errors)")
    }

    /// Runs `body` with a film that streams can be made of.
    static func with(_ film: StreamFilm, _ body: (Screening) async throws -> Void) async throws {
        let daemon = try Daemon.current()
        try await show(try await upload(film.path, as: uniqueName(), to: daemon), by: daemon, body)
    }

    /// Where the film's stream begins, through the relay.
    var stream: String { "http://127.0.0.1:\(relay.port)/api/files/\(record.path)/hls/index.m3u8" }

    /// Gets a part of the stream, by its name behind `hls/`.
    func part(_ name: String, _ fields: [(String, String)] = []) async throws -> ProbeResponse {
        try await daemon.request("GET", "/api/files/\(record.path)/hls/\(name)", fields)
    }
}
