import Testing

@testable import MediaServer

@Suite("Paths below a file")
struct DerivedPathTests {
    private static func split(_ path: String) -> (file: String, part: DerivedPath)? {
        DerivedPath.split(path.split(separator: "/").map(String.init)).map {
            ($0.file.joined(separator: "/"), $0.part)
        }
    }

    @Test("are told by what stands behind the file")
    func known() throws {
        let vtt = try #require(Self.split("videos/trailers/1.mp4/storyboard.vtt"))
        #expect(vtt.file == "videos/trailers/1.mp4")
        #expect(vtt.part == .storyboard(["storyboard.vtt"]))
        let sheet = try #require(Self.split("videos/1.mp4/storyboard/2.webp"))
        #expect(sheet.file == "videos/1.mp4")
        #expect(sheet.part == .storyboard(["storyboard", "2.webp"]))
        let list = try #require(Self.split("videos/1.mp4/hls/index.m3u8"))
        #expect(list.file == "videos/1.mp4")
        #expect(list.part == .stream(["index.m3u8"]))
        let chapters = try #require(Self.split("music/book.m4b/chapters.vtt"))
        #expect(chapters.file == "music/book.m4b")
        #expect(chapters.part == .chapters)
        let segment = try #require(Self.split("videos/hls/1.mp4/hls/video/0/17.m4s"))
        #expect(segment.file == "videos/hls/1.mp4")
        #expect(segment.part == .stream(["video", "0", "17.m4s"]))
    }

    @Test(
        "are not those of files",
        arguments: [
            "videos/1.mp4", "videos/storyboard.vtt", "videos/hls", "videos/hls/index.m3u8", "videos/1.mp4/hls",
            "videos/1.mp4/storyboard", "videos/storyboard/1.webp", "videos/1.mp4/hls/a/b/c/d",
            "videos/1.mp4/storyboard.vtt/x", "videos/chapters.vtt",
        ]
    )
    func files(path: String) {
        #expect(Self.split(path) == nil)
    }
}
