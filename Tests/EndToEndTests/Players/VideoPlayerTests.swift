import FoundationEssentials
import MediaTesting
import Testing

/// Each seeks to the last part of the film, with its index at either end, and must show it without reading what is between.
@Suite("Players: seeking", .daemon(configuration: Configurations.films), .serialized, .timeLimit(.minutes(3)))
struct VideoPlayerTests {
    @Test("ffprobe reads the video's properties", arguments: Film.Index.allCases)
    func ffprobe(index: Film.Index) async throws {
        try await Screening.with(index) { screening in
            let entries = "format=duration,size:stream=codec_name,width,height"
            let arguments = ["-v", "error", "-show_entries", entries, "-of", "default=nw=1", screening.url]
            let outcome = try await Player.run("ffprobe", arguments)
            #expect(outcome.ending == .exited(0) && outcome.errors.isEmpty, "\(outcome.errors)")
            for line in ["codec_name=h264", "codec_name=aac", "width=640", "size=\(screening.record.size)"] {
                #expect(outcome.lines.contains(line), "\(line) in \(outcome.text)")
            }
            let duration = outcome.lines.first { $0.hasPrefix("duration=") }.flatMap { Double($0.dropFirst(9)) }
            #expect(abs((duration ?? 0) - 60) < 0.1)
            screening.expectGoodAnswers()
            #expect(screening.relay.contentBytes < screening.record.size / 2, "\(screening.relay.transfers)")
        }
    }

    @Test("ffmpeg decodes a frame of the last part", arguments: Film.Index.allCases)
    func ffmpeg(index: Film.Index) async throws {
        try await Screening.with(index) { screening in
            let picture = "\(screening.folder)/frame.png"
            let arguments = ["-v", "error", "-ss", "57.5", "-i", screening.url, "-frames:v", "1", picture]
            let outcome = try await Player.run("ffmpeg", arguments)
            #expect(outcome.ending == .exited(0) && outcome.errors.isEmpty, "\(outcome.errors)")
            #expect(try await FilmPart.shown(in: picture) == .magenta)
            screening.expectSeek(after: 57)
        }
    }

    @Test("mpv plays from where it is told to", arguments: Film.Index.allCases)
    func mpv(index: Film.Index) async throws {
        try await Screening.with(index) { screening in
            let outcome = try await Player.run(
                "mpv",
                [
                    "--no-config", "--vo=null", "--ao=null", "--untimed", "--start=58", "--msg-level=all=v",
                    screening.url,
                ],
                directory: screening.folder
            )
            #expect(outcome.ending == .exited(0), "\(outcome.text.suffix(3000))\(outcome.errors)")
            #expect(outcome.text.contains("playback restart complete @ 58.0"), "\(outcome.text.suffix(3000))")
            #expect(outcome.text.contains("finished playback, success (reason 0)"))
            screening.expectSeek(after: 57)
        }
    }

    @Test("mpv shows the frame that lies there", arguments: Film.Index.allCases)
    func mpvFrame(index: Film.Index) async throws {
        try await Screening.with(index) { screening in
            let outcome = try await Player.run(
                "mpv",
                ["--no-config", "--vo=image", "--vo-image-format=png", "--vo-image-outdir=\(screening.folder)"]
                    + ["--no-audio", "--start=58.2", "--frames=1", screening.url],
                directory: screening.folder
            )
            #expect(outcome.ending == .exited(0), "\(outcome.text)\(outcome.errors)")
            #expect(try await FilmPart.shown(in: "\(screening.folder)/00000001.png") == .magenta)
            screening.expectSeek(after: 57)
        }
    }

    @Test("VLC plays from where it is told to, and shows what lies there", arguments: Film.Index.allCases)
    func vlc(index: Film.Index) async throws {
        try await Screening.with(index) { screening in
            let outcome = try await Player.run(
                "cvlc",
                ["-vv", "--no-color", "--vout=dummy", "--aout=dummy", "--start-time=58", "--play-and-exit"]
                    // KiB. It fills its buffer before it jumps: 16 MiB by default, which is a good part of this film.
                    + ["--prefetch-buffer-size=4096"]
                    + ["--video-filter=scene", "--scene-format=png", "--scene-replace", "--scene-prefix=frame"]
                    + ["--scene-path=\(screening.folder)", screening.url, "vlc://quit"],
                directory: screening.folder,
                isUnprivileged: true
            )
            #expect(outcome.ending == .exited(0), "\(outcome.errors.suffix(3000))")
            #expect(outcome.errors.contains("starting at time: 58s"), "\(outcome.errors.suffix(3000))")
            #expect(outcome.errors.contains("EOF reached"))
            #expect(try await FilmPart.shown(in: "\(screening.folder)/frame.png") == .magenta)
            screening.expectSeek(after: 57)
            // VLC asks what lies behind the end, and takes the 416 for an answer.
            for transfer in screening.relay.transfers where transfer.status == 416 {
                #expect(transfer.answer?["Content-Range"] == "bytes */\(screening.record.size)")
            }
        }
    }
}

extension Screening {
    /// Checks that a player asked for the bytes of a time and got by without most of what lies before them.
    func expectSeek(after second: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        expectGoodAnswers(sourceLocation: sourceLocation)
        let transfers = relay.transfers
        let place = record.size / Film.seconds * (second - 1)
        // Without its index at the front also the index itself lies there.
        let isThere = transfers.contains { ($0.firstPosition ?? 0) >= place && $0.contentBytes > 0 }
        #expect(isThere, "\(transfers)", sourceLocation: sourceLocation)
        #expect(relay.contentBytes < record.size / 2, "\(transfers)", sourceLocation: sourceLocation)
    }
}
