import FoundationEssentials
import MediaTesting
import Testing

@Suite("Pictures of a video", .daemon(), .timeLimit(.minutes(5)))
struct FilmPictureTests {
    /// The film that ``Film`` makes, uploaded once more for each test; it is known by its colours.
    private static func upload(to daemon: DaemonProcess) async throws -> Record {
        try await daemon.upload(try await Film.with(.front).bytes(), "collection=videos&name=\(uniqueName())").record()
    }

    /// Which part of the film a picture shows.
    private static func part(_ answer: ProbeResponse) async throws -> FilmPart? {
        let folder = try await ThrowawayDirectories.make()
        let path = "\(folder)/picture"
        try Data(answer.body).write(to: URL(fileURLWithPath: path))
        return try await FilmPart.shown(in: path)
    }

    @Test("come in the formats and presets of any picture, of the moment that is asked for")
    func moments() async throws {
        let daemon = try Daemon.current()
        let record = try await Self.upload(to: daemon)
        #expect(record.renditions.map(\.preset).contains("poster"))
        for (moment, part) in [("5", FilmPart.red), ("12.5", .lime), ("39", .yellow), ("9999", .magenta)] {
            for type in ["image/jpeg", "image/webp", "image/avif"] {
                let path = "/files/\(record.path)?preset=w342&at=\(moment)"
                let answer = try await daemon.request("GET", path, [("Accept", type)])
                #expect(answer.status == 200, "\(answer.text)")
                #expect(answer["Content-Type"] == type)
                let found = try await Self.part(answer)
                #expect(found == part, "\(type) at \(moment)")
            }
        }
        let poster = try await daemon.request("GET", "/files/\(record.path)?preset=poster")
        #expect(poster.status == 200)
        let shown = try await Self.part(poster)
        #expect(shown != nil)
        try await daemon.request("GET", "/files/\(record.path)?preset=w342&at=-1").expectProblem(400, "invalid_request")
    }

    @Test("as a storyboard: a track whose every cue leads to the part of a sheet that shows its moment")
    func storyboard() async throws {
        let daemon = try Daemon.current()
        let record = try await Self.upload(to: daemon)
        let address = "/api/files/\(record.path)/storyboard.vtt"
        let track = try await daemon.request("GET", address)
        #expect(track.status == 200, "\(track.text)")
        #expect(track["Content-Type"] == "text/vtt; charset=utf-8")
        #expect(track.text.hasPrefix("WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nstoryboard/1.jpg?v="))
        let tag = try #require(track["ETag"])
        #expect(try await daemon.request("GET", address, [("If-None-Match", tag)]).status == 304)
        let cues = track.text.split(separator: "\n\n").dropFirst()
        #expect(cues.count == 30)
        var sheets: [String: String] = [:]
        for (index, cue) in cues.enumerated() {
            let target = try #require(cue.split(separator: "\n").last)
            let parts = target.split(separator: "#")
            let sheet = String(try #require(parts.first))
            let region = try #require(parts.last).dropFirst("xywh=".count).split(separator: ",").map(String.init)
            try #require(region.count == 4)
            if sheets[sheet] == nil {
                let answer = try await daemon.request("GET", "/api/files/\(record.path)/\(sheet)")
                #expect(answer.status == 200, "\(answer.text)")
                #expect(answer["Content-Type"] == "image/jpeg")
                #expect(answer["Cache-Control"]?.contains("immutable") == true)
                let path = "\(try await ThrowawayDirectories.make())/sheet.jpg"
                try Data(answer.body).write(to: URL(fileURLWithPath: path))
                sheets[sheet] = path
            }
            let crop = "crop=\(region[2]):\(region[3]):\(region[0]):\(region[1]),scale=1:1"
            let outcome = try await Player.run(
                "ffmpeg",
                ["-v", "error", "-i", try #require(sheets[sheet])]
                    + ["-frames:v", "1", "-vf", crop, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
            )
            let part = FilmPart(pixel: outcome.bytes.map(Int.init))
            #expect(part == FilmPart.at(second: Double(index) * 2 + 1), "cue \(index)")
        }
        #expect(sheets.count == 2)
    }

    @Test("as a storyboard: what does not exist, and what has none")
    func missing() async throws {
        let daemon = try Daemon.current()
        let record = try await Self.upload(to: daemon)
        for part in ["0.jpg", "3.jpg", "01.jpg", "1.png", "1", "x.jpg"] {
            let answer = try await daemon.request("GET", "/files/\(record.path)/storyboard/\(part)")
            try answer.expectProblem(404, "not_found", "\(part)")
        }
        let webp = try await daemon.request("GET", "/files/\(record.path)/storyboard/1.webp")
        #expect(webp["Content-Type"] == "image/webp")
        let track = try await daemon.request("GET", "/files/\(record.path)/storyboard.vtt?format=webp")
        #expect(track.text.contains("storyboard/1.webp?v="))
        let picture = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
        let none = try await daemon.request("GET", "/files/\(picture.path)/storyboard.vtt")
        #expect(try none.expectProblem(none.status, "not_renderable") != .null)
    }

    @Test("music has its cover, tags and length")
    func music() async throws {
        let daemon = try Daemon.current()
        let path = "\(try await ThrowawayDirectories.make())/song.mp3"
        let outcome = try await Player.run(
            "ffmpeg",
            ["-v", "error", "-f", "lavfi", "-i", "sine=d=3", "-f", "lavfi", "-i", "color=c=red:s=200x200:d=0.04:r=25"]
                + ["-map", "0", "-map", "1", "-c:v", "mjpeg", "-frames:v", "1", "-disposition:v", "attached_pic"]
                + ["-metadata", "title=Lied \(uniqueName())", path]
        )
        try #require(outcome.ending == .exited(0), "\(outcome.errors)")
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let record = try await daemon.upload(bytes, "collection=videos").record()
        let seconds = try #require(record.durationSeconds)
        #expect(abs(seconds - 3) < 0.2)
        let cover = try await daemon.request("GET", "/files/\(record.path)?preset=w342", [("Accept", "image/jpeg")])
        #expect(cover.status == 200, "\(cover.text)")
        let shown = try await Self.part(cover)
        #expect(shown == .red)
    }
}
