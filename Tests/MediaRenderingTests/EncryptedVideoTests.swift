import Glibc
import MediaCore
import MediaRendering
import MediaTesting
import Testing

/// G2: whatever way a video is locked, its pictures and its stream are `encrypted`, and never damaged.
@Suite("Encrypted videos", .serialized)
struct EncryptedVideoTests {
    private static let limits = ImageLimits(maximumPixels: 1_000_000, maximumFrames: 1)

    private static func made(_ name: String, _ options: [String]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try Pictures.withFile(name, []) { path in
            let source = ["-f", "lavfi", "-i", "testsrc=s=320x180:d=4:r=25", "-f", "lavfi", "-i", "sine=d=4"]
            _ = try Pictures.run(["ffmpeg", "-v", "error", "-y"] + source + options + [path])
            bytes = try Pictures.contents(ofFile: path)
        }
        return bytes
    }

    private static func code(_ body: () throws -> Void) -> MediaError.Code? {
        #expect(throws: MediaError.self, performing: body)?.code
    }

    private static func expectEncrypted(_ name: String, _ type: MediaType, _ bytes: [UInt8]) throws {
        try Pictures.withFile(name, bytes) { path in
            for position: Double? in [nil, 0, 3] {
                let recipe = PictureRecipe(width: 64, format: .jpeg, position: position)
                #expect(Self.code { _ = try Pictures.render(path, as: type, recipe) } == .encrypted)
            }
            let sheet = StoryboardSheet(
                tile: PixelSize(width: 64, height: 36),
                columns: 2,
                count: 2,
                first: 0,
                interval: 2000,
                format: .png,
                quality: 90
            )
            #expect(Self.code { try Self.render(path, type, .storyboard(sheet)) } == .encrypted)
            // What is never streamed says so.
            let stream: MediaError.Code = type.isStreamable ? .encrypted : .notStreamable
            #expect(Self.code { try Self.render(path, type, .stream(.description)) } == stream)
        }
    }

    private static func render(_ path: String, _ type: MediaType, _ recipe: Recipe) throws {
        try RenditionRenderer.start()
        let source = open(path, O_RDONLY)
        let output = try Pictures.scratchFile()
        defer {
            close(source)
            close(output)
        }
        let request = RenditionRequest(sourceType: type, recipe: recipe, limits: self.limits)
        _ = try RenditionRenderer.render(source: source, output: output, request: request)
    }

    private static let h264 = ["-c:v", "libx264", "-c:a", "aac"]
    private static let fragments = ["-movflags", "frag_keyframe+empty_moov", "-g", "25"]

    @Test("G2: Common Encryption, and PIFF before it, whole and in fragments", arguments: [false, true])
    func common(isFragmented: Bool) throws {
        let options = Self.h264 + EncryptedVideos.options + (isFragmented ? Self.fragments : [])
        let bytes = try Self.made("film.mp4", options)
        try Self.expectEncrypted("film.mp4", .mp4, bytes)
        try Self.expectEncrypted("film.mp4", .mp4, EncryptedVideos.piff(bytes))
        // Another scheme than FFmpeg knows, and none.
        try Self.expectEncrypted("film.mp4", .mp4, EncryptedVideos.renaming("cenc", to: "odkm", in: bytes))
        try Self.expectEncrypted("film.mp4", .mp4, EncryptedVideos.renaming("sinf", to: "free", in: bytes))
    }

    @Test("G2: FairPlay")
    func fairPlay() throws {
        let bytes = EncryptedVideos.renaming("avc1", to: "drmi", in: try Self.made("film.mp4", Self.h264))
        try Self.expectEncrypted("film.m4v", .m4v, bytes)
    }

    @Test("G2: sound alone is encrypted: there are pictures, and no stream")
    func soundAlone() throws {
        let bytes = EncryptedVideos.renaming("mp4a", to: "enca", in: try Self.made("film.mp4", Self.h264))
        try Pictures.withFile("film.mp4", bytes) { path in
            let picture = try Pictures.render(path, as: .mp4, PictureRecipe(width: 64, format: .jpeg))
            #expect(picture.size.width == 64)
            #expect(Self.code { try Self.render(path, .mp4, .stream(.description)) } == .encrypted)
        }
    }

    @Test("G2: WebM, with the name of a key and without", arguments: [[1, 2, 3, 4], nil] as [[UInt8]?])
    func webM(key: [UInt8]?) throws {
        let clear = try Self.made(
            "film.webm",
            ["-c:v", "libvpx", "-c:a", "libopus", "-live", "1", "-write_crc32", "0"]
        )
        let bytes = EncryptedVideos.webM(clear, key: key)
        #expect(bytes.count > clear.count)
        try Self.expectEncrypted("film.webm", .webm, bytes)
        try Self.expectEncrypted("film.mkv", .matroska, bytes)
    }

    @Test("G2: scrambled transport and program streams", arguments: ["libx264", "mpeg2video"])
    func scrambled(codec: String) throws {
        let stream = try Self.made("film.ts", ["-c:v", codec, "-g", "25", "-c:a", "mp2"])
        try Self.expectEncrypted("film.ts", .mpegTS, EncryptedVideos.transportStream(stream))
        if codec == "mpeg2video" {
            let disc = try Self.made("film.vob", ["-c:v", codec, "-g", "25", "-c:a", "mp2"])
            try Self.expectEncrypted("film.mpg", MediaType("video/mpeg"), EncryptedVideos.programStream(disc))
        }
        // The clear beginning can be seen, and what comes behind it is never called damaged.
        let half = EncryptedVideos.transportStream(stream, share: 0.5)
        try Pictures.withFile("film.ts", half) { path in
            let recipe = PictureRecipe(width: 64, format: .jpeg, position: 0.5)
            let picture = try Pictures.render(path, as: .mpegTS, recipe)
            #expect(picture.size.width == 64)
        }
    }
}
