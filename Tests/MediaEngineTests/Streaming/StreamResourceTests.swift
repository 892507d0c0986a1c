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
}
