import FoundationEssentials
import MediaTesting
import Testing

@Suite("The record of a video", .daemon(configuration: Configurations.films), .timeLimit(.minutes(3)))
struct FilmRecordTests {
    private static func made(_ arguments: [[String]], _ name: String) async throws -> [UInt8] {
        let folder = try await ThrowawayDirectories.make()
        try Data(StreamFilm.subRip.utf8).write(to: URL(fileURLWithPath: "\(folder)/subtitles.srt"))
        for (index, options) in arguments.enumerated() {
            let path = index == arguments.count - 1 ? "\(folder)/\(name)" : "\(folder)/\(index)-\(name)"
            let concrete = options.map { $0.replacing("%", with: folder) }
            let outcome = try await Player.run("ffmpeg", ["-v", "error"] + concrete + [path])
            try #require(outcome.ending == .exited(0), "\(outcome.errors)")
        }
        return Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
    }

    /// H.264 on its side, sound in two languages, subtitles; ten seconds.
    private static func film(isProgressive: Bool) async throws -> [UInt8] {
        let encoded =
            ["-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=10", "-f", "lavfi", "-i", "sine=d=10"]
            + ["-i", "%/subtitles.srt", "-map", "0", "-map", "1", "-map", "1", "-map", "2", "-t", "10"]
            + ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", "-c:s", "mov_text"]
            + ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra", "-metadata:s:s:0", "language=deu"]
            + ["-metadata", "title=A film"]
        // What players turn it by is written when it is copied only (FFmpeg 5.1).
        let turned =
            ["-i", "%/0-film.mp4", "-map", "0", "-c", "copy", "-metadata:s:v:0", "rotate=90"]
            + (isProgressive ? ["-movflags", "+faststart"] : [])
        return try await self.made([encoded, turned], "film.mp4")
    }

    @Test("has what it is like, and PostgreSQL has it in typed columns", arguments: [true, false])
    func film(isProgressive: Bool) async throws {
        let daemon = try Daemon.current()
        let bytes = try await Self.film(isProgressive: isProgressive)
        let record = try await daemon.upload(bytes, "collection=videos").record()
        #expect(record.width == 180 && record.height == 320, "upright")
        let seconds = try #require(record.durationSeconds)
        #expect(abs(seconds - 10) < 0.2)
        let media = try #require(record.media)
        #expect(media["videoCodec"]?.string == "h264")
        #expect(media["frameRate"]?.double == 25)
        #expect((media["bitRate"]?.integer ?? 0) > 1000)
        #expect(media["isProgressive"] == .bool(isProgressive))
        #expect(media["hasCover"] == .bool(false))
        #expect(media["tags"] == .object(["title": .string("A film")]))
        let sounds = try #require(media["audioTracks"]?.array)
        #expect(sounds.map { $0["codec"]?.string } == ["aac", "aac"])
        #expect(sounds.map { $0["language"]?.string } == ["eng", "fra"])
        #expect(sounds.map { $0["channels"]?.integer } == [2, 2])
        #expect(sounds.map { $0["sampleRate"]?.integer } == [44100, 44100])
        let subtitles = try #require(media["subtitleTracks"]?.array)
        #expect(subtitles.map { $0["codec"]?.string } == ["mov_text"])
        #expect(subtitles.map { $0["language"]?.string } == ["deu"])
        let row = try await daemon.site.sql(
            """
            SELECT round(duration_seconds), width, height, video_codec, frame_rate, bit_rate > 1000, is_progressive, \
            has_cover, audio_tracks->0->>'codec', jsonb_array_length(audio_tracks), subtitle_tracks->0->>'language', \
            tags->>'title', octet_length(thumb_hash) BETWEEN 5 AND 25, dominant_color ~ '^#' \
            FROM media.files WHERE id = '\(record.id)'
            """
        )
        let progressive = isProgressive ? "t" : "f"
        #expect(row == ["10|180|320|h264|25|t|\(progressive)|f|aac|2|deu|A film|t|t"])
    }

    @Test("of music has its tags, its length and whether there is a cover", arguments: [true, false])
    func music(hasCover: Bool) async throws {
        let daemon = try Daemon.current()
        let cover = ["-f", "lavfi", "-i", "color=c=red:s=80x60:d=0.04:r=25", "-map", "0", "-map", "1"]
        let codec = ["-c:v", "mjpeg", "-frames:v", "1", "-disposition:v", "attached_pic"]
        let bytes = try await Self.made(
            [
                ["-f", "lavfi", "-i", "sine=d=3"] + (hasCover ? cover + codec : [])
                    + ["-metadata", "title=Lied", "-metadata", "artist=Jemand", "-metadata", "album=Platte"]
                    + ["-metadata", "comment=48.8577 2.2950"]
            ],
            "song.mp3"
        )
        let record = try await daemon.upload(bytes, "collection=videos").record()
        #expect(record.type == "audio/mpeg")
        let seconds = try #require(record.durationSeconds)
        #expect(abs(seconds - 3) < 0.2)
        let media = try #require(record.media)
        #expect(media["hasCover"] == .bool(hasCover))
        #expect(media["videoCodec"] == .null && media["isProgressive"] == .null)
        #expect(media["audioTracks"]?.array?.first?["codec"]?.string == "mp3")
        #expect(
            media["tags"]
                == .object(["title": .string("Lied"), "artist": .string("Jemand"), "album": .string("Platte")])
        )
        let row = try await daemon.site.sql(
            "SELECT type, has_cover, tags->>'artist' FROM media.files WHERE id = '\(record.id)'"
        )
        #expect(row == ["audio/mpeg|\(hasCover ? "t" : "f")|Jemand"])
        let picture = try await daemon.request("GET", "/files/\(record.path)?preset=poster")
        if hasCover { #expect(picture.status == 200) } else { try picture.expectProblem(415, "not_renderable") }
    }
}
