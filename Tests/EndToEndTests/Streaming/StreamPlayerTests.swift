import BrowserTesting
import FoundationEssentials
import MediaTesting
import PostgresCluster
import Testing

/// Programs of others play the stream, and get the film's own frames.
@Suite("Streams: players", .daemon(configuration: Configurations.films), .serialized, .timeLimit(.minutes(5)))
struct StreamPlayerTests {
    @Test("ffmpeg gets every frame of picture and sound, byte for byte", arguments: ["v", "a"])
    func ffmpegFrames(stream: String) async throws {
        try await Screening.with(.front) { screening in
            let original = try await Self.checksum(of: try await Film.with(.front).path, stream)
            #expect(try await Self.checksum(of: screening.stream, stream) == original)
        }
        try await Screening.with(StreamFilm.mp3) { screening in
            // Transport streams have start codes where files have lengths: compared is what comes out of the decoder.
            let codec = stream == "v" ? ["-c", "rawvideo"] : ["-c", "copy"]
            let original = try await Self.checksum(of: try await StreamFilm.mp3.path, stream, codec)
            #expect(try await Self.checksum(of: screening.stream, stream, codec) == original)
        }
    }

    @Test("ffmpeg plays sound alone, and finds the other language and the subtitles")
    func ffmpegTracks() async throws {
        try await Screening.with(StreamFilm.soundOnly) { screening in
            let original = try await Self.checksum(of: try await StreamFilm.soundOnly.path, "a")
            #expect(try await Self.checksum(of: screening.stream, "a") == original)
        }
        try await Screening.with(StreamFilm.rich) { screening in
            // Its subtitles in streams are behind this switch.
            let experimental = ["-v", "error", "-strict", "experimental"]
            let entries = ["-show_entries", "stream=codec_name:stream_tags=language", "-of", "csv=p=0"]
            let probe = try await Player.run("ffprobe", experimental + entries + [screening.stream])
            for line in ["h264", "aac,en", "aac,fr", "webvtt,de"] {
                #expect(probe.lines.contains(line), "\(line) in \(probe.text)\(probe.errors)")
            }
            let path = try await StreamFilm.rich.path
            let original = try await Self.checksum(of: path, "a:1")
            #expect(try await Self.checksum(of: screening.stream, "m:language:fr") == original)
            let text = try await Player.run(
                "ffmpeg",
                experimental + ["-i", screening.stream, "-map", "0:s:0", "-f", "srt", "-"]
            )
            #expect(text.text.contains("Rot & gut") && text.text.contains("zweite Zeile"), "\(text.text)\(text.errors)")
        }
    }

    // Where ffmpeg 5.1, and mpv with it, jump in a stream of fragments, they find no frame any more, in ffmpeg's own streams too:
    // so there they play from the beginning.

    @Test("ffmpeg jumps in a transport stream, and reads little of what lies before")
    func ffmpegSeeks() async throws {
        try await Screening.with(StreamFilm.mp3) { screening in
            let picture = "\(screening.folder)/frame.png"
            let arguments = ["-v", "error", "-ss", "57.5", "-i", screening.stream, "-frames:v", "1", picture]
            let outcome = try await Player.run("ffmpeg", arguments)
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            #expect(try await FilmPart.shown(in: picture) == .magenta)
            #expect(screening.relay.contentBytes < screening.record.size / 2, "\(screening.relay.transfers)")
        }
    }

    @Test("mpv plays the stream to its end")
    func mpv() async throws {
        try await Screening.with(.front) { try await Self.play($0) }
        try await Screening.with(StreamFilm.mp3) { try await Self.play($0, ["--start=50"]) }
    }

    private static func play(_ screening: Screening, _ options: [String] = []) async throws {
        let outcome = try await Player.run(
            "mpv",
            ["--no-config", "--vo=null", "--ao=null", "--ao-null-untimed", "--untimed", "--msg-level=all=v"] + options
                + [screening.stream],
            directory: screening.folder
        )
        #expect(outcome.ending == .exited(0), "\(outcome.text.suffix(3000))\(outcome.errors)")
        #expect(outcome.text.contains("finished playback, success (reason 0)"), "\(outcome.text.suffix(3000))")
    }

    @Test("Chromium plays it by itself and seeks forth and back")
    func chromium() async throws {
        for film in [nil, StreamFilm.mp3, StreamFilm.rich] {
            let path = if let film { try await film.path } else { try await Film.with(.front).path }
            let daemon = try Daemon.current()
            let record = try await Screening.upload(path, as: uniqueName(), to: daemon)
            try await Screening.show(record, by: daemon) { screening in
                try await Cinema.open(stream: screening.stream, in: screening.folder) { cinema in
                    #expect(abs(try await cinema.number("duration") - 60) < 0.2)
                    #expect(try await cinema.part() == .red)
                    for (second, part) in [(57.5, FilmPart.magenta), (25, .blue), (45.2, .cyan)] {
                        try await cinema.seek(to: second)
                        #expect(try await cinema.part() == part, "\(String(describing: film)) at \(second)")
                    }
                    try await cinema.play(past: 45.6)
                    #expect(try await cinema.part() == .cyan)
                    #expect(try await cinema.number("webkitAudioDecodedByteCount") > 0)
                }
                for transfer in screening.relay.transfers where transfer.answer != nil {
                    let isGood =
                        [200, 206, 304].contains(transfer.status) || transfer.request.words.contains("/favicon.ico")
                    #expect(isGood, "\(transfer)")
                }
            }
        }
    }

    /// Of the packets as they come out of a demultiplexer.
    private static func checksum(
        of address: String,
        _ stream: String,
        _ codec: [String] = ["-c", "copy"]
    ) async throws -> String {
        let arguments = ["-v", "error", "-i", address, "-map", "0:\(stream)"] + codec + ["-f", "md5", "-"]
        let outcome = try await Player.run("ffmpeg", arguments)
        #expect(outcome.ending == .exited(0) && outcome.errors.isEmpty, "\(outcome.errors)")
        return outcome.text
    }
}
