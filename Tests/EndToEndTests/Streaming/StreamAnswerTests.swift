import Foundation
import MediaTesting
import Testing

@Suite("Streams: what is answered", .daemon(configuration: Configurations.films), .serialized, .timeLimit(.minutes(3)))
struct StreamAnswerTests {
    @Test("the index says how the video is coded and where its segments are")
    func index() async throws {
        try await Screening.with(.front) { screening in
            let version = screening.record.sha256.prefix(32)
            let index = try await screening.part("index.m3u8")
            #expect(index.status == 200 && index["Content-Type"] == "application/vnd.apple.mpegurl", "\(index.text)")
            let stream = try #require(index.text.split(separator: "\n").first { $0.hasPrefix("#EXT-X-STREAM-INF:") })
            for attribute in ["CODECS=\"avc1.", ",mp4a.40.2\"", "RESOLUTION=640x360", "FRAME-RATE=25.", "BANDWIDTH="] {
                #expect(stream.contains(attribute), "\(stream)")
            }
            let name = try #require(screening.record.path.split(separator: "/").last?.split(separator: ".").first)
            #expect(index.text.hasSuffix("\n\(name).main.m3u8?v=\(version)\n"), "\(index.text)")
            // Asked again, nothing is sent.
            let tag = try #require(index["ETag"])
            #expect(try await screening.part("index.m3u8", [("If-None-Match", tag)]).status == 304)

            let main = try await screening.part("main.m3u8?v=\(version)")
            let lines = main.text.split(separator: "\n")
            // A key frame each second, six seconds a segment.
            #expect(lines.filter { $0.hasPrefix("#EXTINF:") }.count == 10, "\(main.text)")
            #expect(lines.contains("#EXT-X-TARGETDURATION:6") && lines.last == "#EXT-X-ENDLIST", "\(main.text)")
            #expect(lines.contains("#EXT-X-MAP:URI=\"main-init.mp4?v=\(version)\""))
        }
    }

    @Test("(C6) every playlist's URL ends in the video's name, and the old ones answer the same")
    func playlistNames() async throws {
        let daemon = try Daemon.current()
        for name in [uniqueName(), "\(uniqueName())-Été", "main-\(uniqueName())"] {
            let encoded = try #require(name.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            let film = try await Screening.upload(try await StreamFilm.rich.path, as: encoded, to: daemon)
            let subtitles = Array(StreamFilm.subRip.utf8)
            _ = try await daemon.upload(subtitles, "collection=videos&name=\(encoded).fr").record()
            let folder = "/api/files/\(encodedPath(film))/hls/"
            let stem = try #require(film.path.split(separator: "/").last?.dropLast(4))
            let index = try await daemon.request("GET", "\(folder)index.m3u8")
            #expect(try await daemon.request("GET", "\(folder)\(encode(stem)).m3u8").body == index.body)
            let listed = index.text.split(whereSeparator: { "\n\"".contains($0) }).filter { $0.contains(".m3u8?v=") }
            #expect(listed.count == 4, "\(index.text)")
            for uri in listed {
                #expect(uri.hasPrefix(encode(stem) + "."), "\(uri)")
                let answer = try await daemon.request("GET", folder + uri)
                let old = try await daemon.request("GET", folder + uri.dropFirst(encode(stem).count + 1))
                #expect(answer.status == 200 && answer.body == old.body && old.status == 200, "\(uri)")
                let version = try #require(answer["ETag"])
                #expect(old["ETag"] == version)
            }
        }
    }

    private func encode(_ text: some StringProtocol) -> String {
        let allowed = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        return String(text).addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }

    private func encodedPath(_ film: Record) -> String {
        film.path.split(separator: "/").map { self.encode($0) }.joined(separator: "/")
    }

    @Test("segments are files like any other: tagged, kept for ever, in ranges, not made for a HEAD twice")
    func segments() async throws {
        try await Screening.with(.front) { screening in
            let version = screening.record.sha256.prefix(32)
            let segment = try await screening.part("main-3.m4s?v=\(version)")
            #expect(segment.status == 200 && segment["Content-Type"] == "video/mp4", "\(segment.text.prefix(300))")
            #expect(segment["Cache-Control"]?.contains("immutable") == true)
            #expect(segment["Content-Length"] == "\(segment.body.count)" && segment["ETag"] != nil)
            let range = try await screening.part("main-3.m4s?v=\(version)", [("Range", "bytes=4-7")])
            #expect(range.status == 206 && range.text == "styp")
            let head = try await screening.daemon.request("HEAD", "/files/\(screening.record.path)/hls/main-3.m4s")
            #expect(head["Content-Length"] == "\(segment.body.count)" && head["ETag"] == segment["ETag"])
        }
    }

    @Test("what a stream does not have is not found")
    func missing() async throws {
        try await Screening.with(.front) { screening in
            for name in [
                "main-10.m4s", "main-0.ts", "main-00.m4s", "audio-9.m3u8", "audio-9-init.mp4", "subtitles-fr.m3u8",
                "captions-1.vtt", "other.m3u8", "main.m3u8?v=\(String(repeating: "0", count: 32))", "main-3.m4s/more",
                "index.m3u8/",
            ] {
                try await screening.part(name).expectProblem(404, "not_found", "\(name)")
            }
        }
    }

    @Test("a player that goes on after the video was replaced gets no piece of the new one")
    func replaced() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let first = try await Screening.upload(Film.with(.front).path, as: name, to: daemon)
        let old = "/api/files/\(first.path)/hls/main-1.m4s?v=\(first.sha256.prefix(32))"
        #expect(try await daemon.request("GET", old).status == 200)
        let second = try await Screening.upload(Film.with(.end).path, as: "\(name)&replace=true", to: daemon)
        #expect(second.path == first.path && second.sha256 != first.sha256)
        try await daemon.request("GET", old).expectProblem(404, "not_found")
        let new = "/api/files/\(second.path)/hls/main-1.m4s?v=\(second.sha256.prefix(32))"
        #expect(try await daemon.request("GET", new).status == 200)
    }

    @Test("a video in other codecs, and what is no video, says why it cannot be streamed")
    func notStreamable() async throws {
        try await Screening.with(.oldCodec) { screening in
            let problem = try await screening.part("index.m3u8").expectProblem(415, "not_streamable")
            #expect(problem["codec"]?.array?.first?.string?.hasPrefix("mp4v") == true, "\(problem)")
        }
        let daemon = try Daemon.current()
        let picture = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
        try await daemon.request("GET", "/api/files/\(picture.path)/hls/index.m3u8")
            .expectProblem(415, "not_streamable")
    }

    @Test("subtitles beside the video are tracks, SubRip as WebVTT, and come and go with their files")
    func subtitles() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let film = try await Screening.upload(Film.with(.front).path, as: name, to: daemon)
        let french = try await daemon.upload(Array(StreamFilm.subRip.utf8), "collection=videos&name=\(name).fr")
            .record()
        #expect(french.path == "videos/\(name).fr.srt" && french.type == "application/x-subrip", "\(french)")
        let vtt = "WEBVTT - made by hand\n\nSTYLE\n::cue { color: red }\n\n00:01.000 --> 00:02.000 line:0\nHello\n"
        let english = try await daemon.upload(Array(vtt.utf8), "collection=videos&name=\(name).en.vtt").record()
        try await Screening.show(film, by: daemon) { screening in
            let index = try await screening.part("index.m3u8").text
            #expect(index.contains("NAME=\"Français\",LANGUAGE=\"fr\""), "\(index)")
            #expect(index.contains("NAME=\"English\",LANGUAGE=\"en\""), "\(index)")
            let version = "\(film.sha256.prefix(32))-\(french.sha256.prefix(32))"
            let playlist = try await screening.part("subtitles-fr.m3u8?v=\(film.sha256.prefix(32))")
            #expect(playlist.text.contains("subtitles-fr.vtt?v=\(version)"), "\(playlist.text)")
            // Other subtitles for the same film are found under the same address.
            #expect(playlist["Cache-Control"]?.contains("immutable") != true)
            let text = try await screening.part("subtitles-fr.vtt?v=\(version)")
            #expect(text["Cache-Control"]?.contains("immutable") == true)
            for old in [french, film].map({ $0.sha256.prefix(32) }) {
                try await screening.part("subtitles-fr.vtt?v=\(old)").expectProblem(404, "not_found")
            }
            #expect(text["Content-Type"] == "text/vtt; charset=utf-8")
            #expect(text.text.hasPrefix("WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:"), "\(text.text)")
            #expect(text.text.contains("\n00:00:01.000 --> 00:00:03.500\nRot &amp; <i>gut</i>\n"), "\(text.text)")
            #expect(text.text.contains("\nBlau --&gt; dann\nzweite Zeile\n"), "\(text.text)")
            let own = try await screening.part("subtitles-en.vtt").text
            #expect(
                own.contains("\n\nSTYLE\n::cue { color: red }\n\n00:01.000 --> 00:02.000 line:0\nHello\n"),
                "\(own)"
            )
            #expect(try await daemon.request("DELETE", "/api/media/\(english.id)").status == 204)
            #expect(!(try await screening.part("index.m3u8").text.contains("English")))
        }
    }
}
