import BrowserTesting
import MediaTesting
import Testing

/// Players that know nothing of credentials play a private video by one signed address.
@Suite(
    "Signed addresses: streams",
    .daemon(configuration: GuardedSite.configuration.replacing("maximumSize: 64MiB", with: "maximumSize: 64GiB")),
    .serialized,
    .timeLimit(.minutes(4))
)
struct StreamSignatureTests {
    private static func upload(_ path: String, to site: GuardedSite) async throws -> Record {
        let outcome = try await Player.run(
            "curl",
            [
                "-sS", "-H", "Authorization: Bearer \(site.key)", "--data-binary", "@\(path)",
                "\(site.daemon.url)/api/upload?collection=videos&name=\(uniqueName())",
            ]
        )
        return try #require(try Record.list(outcome.bytes).first, "\(outcome.text)\(outcome.errors)")
    }

    @Test("ffmpeg gets every frame of a private stream by its signed playlist, and none by the plain one")
    func ffmpeg() async throws {
        let site = try await GuardedSite.current()
        let film = try await Film.with(.front)
        let record = try await Self.upload(film.path, to: site)
        let plain = "\(site.daemon.url)/files/\(record.path)/hls/index.m3u8"
        let refused = try await Player.run("ffprobe", ["-v", "error", plain])
        #expect(refused.ending != .exited(0) && refused.errors.contains("401"), "\(refused.errors)")
        let signed = site.daemon.url + (try await site.signed("/files/\(record.path)/hls/index.m3u8"))
        let probe = try await Player.run(
            "ffprobe",
            ["-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", signed]
        )
        #expect(probe.lines.contains("video") && probe.lines.contains("audio"), "\(probe.text)\(probe.errors)")
        let sums = try await [signed, film.path].asyncMap { address in
            try await Player.run(
                "ffmpeg",
                ["-v", "error", "-i", address, "-map", "0:v", "-c", "copy", "-f", "md5", "-"]
            )
        }
        #expect(sums[0].text == sums[1].text && sums[0].ending == .exited(0), "\(sums[0].errors)")
    }

    @Test("Chromium plays a private stream by its signed playlist, and seeks forth and back")
    func chromium() async throws {
        let site = try await GuardedSite.current()
        let record = try await Self.upload(try await Film.with(.front).path, to: site)
        let address = try await site.signed("/files/\(record.path)/hls/index.m3u8")
        try await Screening.show(record, by: site.daemon) { screening in
            let stream = "http://127.0.0.1:\(screening.relay.port)\(address)"
            try await Cinema.open(stream: stream, in: screening.folder) { cinema in
                #expect(abs(try await cinema.number("duration") - 60) < 0.2)
                for (second, part) in [(57.5, FilmPart.magenta), (25, .blue)] {
                    try await cinema.seek(to: second)
                    #expect(try await cinema.part() == part, "at \(second)")
                }
            }
            for transfer in screening.relay.transfers where transfer.answer != nil {
                let isGood =
                    [200, 206, 304].contains(transfer.status) || transfer.request.words.contains("/favicon.ico")
                #expect(isGood, "\(transfer)")
            }
        }
    }

    @Test("A storyboard's track names its sheets by signed addresses; sheets and chapters are guarded like the video")
    func storyboard() async throws {
        let site = try await GuardedSite.current()
        let record = try await Self.upload(try await Film.with(.front).path, to: site)
        let base = "/files/\(record.path)"
        let track = try await site.daemon.request("GET", try await site.signed("\(base)/storyboard.vtt"))
        #expect(track.status == 200 && track["Cache-Control"]?.contains("private") == true)
        let cue = try #require(track.text.split(separator: "\n").first { $0.hasPrefix("storyboard/") })
        let sheet = String(cue.prefix { $0 != "#" })
        #expect(sheet.contains("&signature="))
        #expect(try await site.daemon.request("GET", "\(base)/\(sheet)").status == 200)
        for plain in ["storyboard.vtt", "storyboard/1.jpg", "chapters.vtt", "hls/index.m3u8", "hls/main-0.m4s"] {
            #expect(try await site.daemon.request("GET", "\(base)/\(plain)").status == 401, "\(plain)")
        }
        let poster = try await site.signed("\(base)?preset=w342")
        #expect(try await site.daemon.request("GET", poster)["Content-Type"]?.hasPrefix("image/") == true)
    }
}

extension Array {
    fileprivate func asyncMap<Result>(_ body: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
