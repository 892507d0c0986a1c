import MediaCore
import MediaEngine
import Testing

@Suite("Streams: names of their parts")
struct StreamResourceTests {
    static let resources: [(String, StreamResource)] = [
        ("index.m3u8", .index), ("main.m3u8", .segments(.main)), ("audio-3.m3u8", .segments(.audio(3))),
        ("main-init.mp4", .initialization(.main)), ("audio-3-init.mp4", .initialization(.audio(3))),
        ("main-0.m4s", .segment(0, .main, .fragments)), ("main-12.ts", .segment(12, .main, .transport)),
        ("audio-3-12.m4s", .segment(12, .audio(3), .fragments)),
        ("subtitles-fr.m3u8", .subtitleSegments(.file(language: "fr"))),
        ("subtitles-pt-BR.vtt", .subtitles(.file(language: "pt-BR"))),
        ("captions-4.m3u8", .subtitleSegments(.track(4))), ("captions-4.vtt", .subtitles(.track(4))),
    ]

    @Test("each has one name, which is read as it is written", arguments: resources)
    func names(name: String, resource: StreamResource) {
        #expect(StreamResource(name) == resource)
        #expect(resource.name == name)
    }

    @Test(
        "other names are none",
        arguments: [
            "", ".", "index", "index.M3U8", "index-1.m3u8", "main.mp4", "main-.m4s", "main-01.m4s", "main--1.m4s",
            "main-+1.m4s", "main-1.mp4", "main-1-2.m4s", "main-99999999999999999999.m4s", "audio.m3u8", "audio-x.m3u8",
            "audio-1-init.m4s", "subtitles-.vtt", "subtitles.vtt", "subtitles-f.vtt", "subtitles-fr_FR.vtt",
            "subtitles-fr\".vtt", "subtitles-fr\n.vtt", "captions-fr.vtt", "captions-1-2.vtt", "main-init.m4s",
        ]
    )
    func others(name: String) {
        #expect(StreamResource(name) == nil)
    }

    @Test("the playlist of playlists is also to be had by the video's name, and the old name stays")
    func names() {
        for name in ["index.m3u8", "Trip.m3u8", "Trip.index.m3u8"] {
            #expect(StreamResource(name, of: "2026/Trip") == .index, "\(name)")
        }
        #expect(StreamResource("Other.m3u8", of: "Trip") == nil)
        #expect(StreamResource("main.m3u8", of: "main") == .segments(.main))
        #expect(StreamResource("main.index.m3u8", of: "main") == .index)
        #expect(StreamResource(".m3u8", of: "") == nil)
    }

    @Test(
        "(C6) a playlist's name begins with the video's, whatever that is, and is read back; what it had before is read too",
        arguments: [
            "Trip", "2026/Trip", "Trip.fr", "main", "main-1", "audio-3", "subtitles-fr", "captions-4", "index",
            "Été à Paris",
        ]
    )
    func ofVideo(video: String) throws {
        let stem = try #require(video.split(separator: "/").last)
        for (old, resource) in Self.resources {
            let name = resource.name(of: video)
            #expect(StreamResource(name, of: video) == resource, "\(name)")
            #expect(StreamResource(old, of: video) == resource, "\(old)")
            #expect(resource.isPlaylist == old.hasSuffix(".m3u8"))
            #expect(resource.isPlaylist ? name.hasPrefix("\(stem).") : name == old, "\(name)")
        }
        #expect(StreamResource("\(stem).main-0.m4s", of: video) == nil)
        #expect(StreamResource("Other.main.m3u8", of: video) == nil)
        #expect(Set(Self.resources.map { $0.1.name(of: video) }).count == Self.resources.count)
    }
}
