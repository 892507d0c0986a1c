import MediaCore
import Testing

@Suite("Storyboards")
struct StoryboardTests {
    private static func film(
        seconds: Double?,
        size: PixelSize? = PixelSize(width: 1280, height: 720),
        type: MediaType = .mp4
    ) throws -> MediaFile {
        let name = MediaName(trusted: "film")
        let now = Timestamp(microseconds: 0)
        return MediaFile(
            id: MediaID(now: now),
            collection: "videos",
            name: name,
            path: MediaPath(collection: "videos", name: name, type: type),
            type: type,
            version: FileVersion(
                size: ByteCount(bytes: 1),
                digest: try #require(Digest(bytes: [UInt8](repeating: 7, count: 32))),
                modifiedAt: now
            ),
            dimensions: size,
            durationSeconds: seconds,
            createdAt: now,
            updatedAt: now
        )
    }

    private static func storyboard(
        seconds: Double,
        size: PixelSize = PixelSize(width: 1280, height: 720)
    ) throws -> Storyboard {
        try #require(Storyboard(of: try Self.film(seconds: seconds, size: size), rules: Storyboard.Rules()))
    }

    @Test("a trailer: one sheet and a part of the next")
    func trailer() throws {
        let storyboard = try Self.storyboard(seconds: 55.125)
        #expect(storyboard.tile == PixelSize(width: 160, height: 90))
        #expect(storyboard.interval == 2)
        #expect(storyboard.tiles == 28)
        #expect(storyboard.sheets == 2)
        let first = try #require(storyboard.sheet(1, format: .jpeg))
        #expect(first.size == PixelSize(width: 800, height: 450))
        #expect(first.timestamp(of: 0) == 1)
        let second = try #require(storyboard.sheet(2, format: .webp))
        #expect(second.count == 3)
        #expect(second.size == PixelSize(width: 480, height: 90))
        #expect(second.timestamp(of: 0) == 51)
        #expect(storyboard.sheet(0, format: .jpeg) == nil)
        #expect(storyboard.sheet(3, format: .jpeg) == nil)
        #expect(first.parameters == "storyboard-160x90-5c25-f0-i2000-q70-v1.jpg")
        #expect(second.parameters == "storyboard-160x90-5c3-f25-i2000-q70-v1.webp")
    }

    @Test("a long video has no more pictures than allowed; one on its side has upright ones")
    func shapes() throws {
        let long = try Self.storyboard(seconds: 3 * 3600)
        #expect(long.interval == 22)
        #expect(long.tiles == 491)
        let upright = try Self.storyboard(seconds: 5, size: PixelSize(width: 1080, height: 1920))
        #expect(upright.tile == PixelSize(width: 90, height: 160))
        let tiny = try Self.storyboard(seconds: 0.1, size: PixelSize(width: 64, height: 2))
        #expect(tiny.tile == PixelSize(width: 64, height: 2))
        #expect(tiny.tiles == 1)
    }

    @Test("nothing without a size, a length, moving pictures")
    func none() throws {
        let rules = Storyboard.Rules()
        #expect(Storyboard(of: try Self.film(seconds: nil), rules: rules) == nil)
        #expect(Storyboard(of: try Self.film(seconds: 0), rules: rules) == nil)
        #expect(Storyboard(of: try Self.film(seconds: 5, size: nil), rules: rules) == nil)
        #expect(Storyboard(of: try Self.film(seconds: 5, type: .mp3), rules: rules) == nil)
        #expect(Storyboard(of: try Self.film(seconds: 5, type: .jpeg), rules: rules) == nil)
    }

    @Test("the track as players read it")
    func track() throws {
        let track = try Self.storyboard(seconds: 55.125).track { "storyboard/\($0).jpg?v=1" }
        let blocks = track.split(separator: "\n\n").map(String.init)
        #expect(blocks.count == 29)
        #expect(blocks[0] == "WEBVTT")
        #expect(blocks[1] == "00:00:00.000 --> 00:00:02.000\nstoryboard/1.jpg?v=1#xywh=0,0,160,90")
        #expect(blocks[7] == "00:00:12.000 --> 00:00:14.000\nstoryboard/1.jpg?v=1#xywh=160,90,160,90")
        #expect(blocks[28] == "00:00:54.000 --> 00:00:55.125\nstoryboard/2.jpg?v=1#xywh=320,0,160,90\n")
    }
}
