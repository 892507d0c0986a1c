import Glibc
import MediaCore
import MediaRendering
import Testing

@Suite("Pictures from videos and music", .serialized)
struct FilmRenderingTests {
    /// Red, lime and blue, two seconds each, with a key frame every five seconds; made by ffmpeg.
    private static func withFilm<Value>(_ body: (String) throws -> Value) throws -> Value {
        let colours = ["red", "lime", "blue"].flatMap { ["-f", "lavfi", "-i", "color=c=\($0):s=320x180:r=10:d=2"] }
        return try self.withMade(
            "film.mp4",
            colours + ["-filter_complex", "concat=n=3", "-c:v", "libx264", "-g", "50"],
            body
        )
    }

    /// What ffmpeg makes with the options.
    private static func withMade<Value>(
        _ name: String,
        _ options: [String],
        _ body: (String) throws -> Value
    ) throws -> Value {
        try Pictures.withFile(name, []) { path in
            _ = try Pictures.run(["ffmpeg", "-v", "error", "-y"] + options + [path])
            return try body(path)
        }
    }

    /// Red, green, blue in the middle of a picture.
    private static func middle(_ bytes: [UInt8], _ size: PixelSize, _ format: RenditionFormat) throws -> [Int] {
        let pixels = try Pictures.pixels(bytes, format)
        let offset = (size.height / 2 * size.width + size.width / 2) * 4
        return pixels[offset..<offset + 3].map(Int.init)
    }

    @Test("a moment of a video in every format", arguments: RenditionFormat.allCases)
    func moment(format: RenditionFormat) throws {
        try Self.withFilm { path in
            let recipe = PictureRecipe(width: 160, format: format, position: 3)
            let (size, bytes) = try Pictures.render(path, as: .mp4, recipe)
            #expect(size == PixelSize(width: 160, height: 90))
            let colour = try Self.middle(bytes, size, format)
            #expect(colour[1] > 200 && colour[0] < 60 && colour[2] < 60, "\(colour)")
        }
    }

    @Test("crops, and is never enlarged")
    func shapes() throws {
        try Self.withFilm { path in
            let square = PictureRecipe(width: 100, height: 100, fit: .cover, format: .jpeg)
            let cropped = try Pictures.render(path, as: .mp4, square).size
            #expect(cropped == PixelSize(width: 100, height: 100))
            let large = PictureRecipe(width: 4000, format: .jpeg)
            let whole = try Pictures.render(path, as: .mp4, large).size
            #expect(whole == PixelSize(width: 320, height: 180))
        }
    }

    @Test("a photograph of the video itself: a real trailer's poster is neither dark nor blank")
    func poster() throws {
        let recipe = PictureRecipe(width: 64, format: .jpeg)
        let (size, bytes) = try Pictures.render(Pictures.fixture("clip-5s.mp4"), as: .mp4, recipe)
        #expect(size.width == 64)
        let pixels = try Pictures.pixels(bytes, .jpeg).map(Int.init)
        let mean = pixels.reduce(0, +) / pixels.count
        #expect((50...220).contains(mean))
        #expect(Set(pixels).count > 50)
    }

    @Test("a sheet of small pictures, the last row short")
    func storyboard() throws {
        try Self.withFilm { path in
            let sheet = StoryboardSheet(
                tile: PixelSize(width: 64, height: 36),
                columns: 2,
                count: 3,
                first: 0,
                interval: 2000,
                format: .jpeg,
                quality: 90
            )
            let source = open(path, O_RDONLY)
            defer { close(source) }
            let output = try Pictures.scratchFile()
            defer { close(output) }
            let request = RenditionRequest(
                sourceType: .mp4,
                recipe: .storyboard(sheet),
                limits: ImageLimits(maximumPixels: 1_000_000, maximumFrames: 1)
            )
            let facts = try RenditionRenderer.render(source: source, output: output, request: request)
            #expect(facts.dimensions == PixelSize(width: 128, height: 72))
            let pixels = try Pictures.pixels(try Pictures.contents(output), .jpeg)
            func colour(_ x: Int, _ y: Int) -> [Bool] {
                pixels[(y * 128 + x) * 4..<(y * 128 + x) * 4 + 3].map { $0 > 127 }
            }
            #expect(colour(32, 18) == [true, false, false])
            #expect(colour(96, 18) == [false, true, false])
            #expect(colour(32, 54) == [false, false, true])
            #expect(colour(96, 54) == [false, false, false])
        }
    }

    @Test("the cover of music; none, where it has none")
    func music() throws {
        let sound = ["-f", "lavfi", "-i", "sine=d=1"]
        let cover = ["-f", "lavfi", "-i", "color=c=red:s=80x60:d=0.04:r=25", "-map", "0", "-map", "1"]
        let codec = ["-c:v", "mjpeg", "-q:v", "2", "-frames:v", "1", "-disposition:v", "attached_pic"]
        for (name, type) in [("song.mp3", MediaType.mp3), ("song.m4a", .audioMP4), ("song.flac", .flac)] {
            try Self.withMade(name, sound + cover + codec) { path in
                let (size, bytes) = try Pictures.render(path, as: type, PictureRecipe(width: 40, format: .png))
                #expect(size == PixelSize(width: 40, height: 30), "\(name)")
                let colour = try Self.middle(bytes, size, .png)
                #expect(colour[0] > 200 && colour[1] < 60, "\(name) \(colour)")
            }
        }
        try Self.withMade("song.mp3", sound) { path in
            let error = #expect(throws: MediaError.self) {
                try Pictures.render(path, as: .mp3, PictureRecipe(width: 40, format: .png))
            }
            #expect(error?.code == .notRenderable)
        }
    }

    @Test("what cannot be opened, or is larger than allowed")
    func refused() throws {
        let recipe = PictureRecipe(width: 40, format: .jpeg)
        let damaged = #expect(throws: MediaError.self) {
            try Pictures.render(Pictures.fixture("cmyk.jpg"), as: .mp4, recipe)
        }
        #expect(damaged?.code == .fileDamaged)
        try Self.withFilm { path in
            let large = #expect(throws: MediaError.self) {
                try Pictures.render(path, as: .mp4, recipe, limits: ImageLimits(maximumPixels: 1000, maximumFrames: 1))
            }
            #expect(large?.code == .imageTooLarge)
        }
    }

    @Test("a video cut short in the middle still has the pictures before the cut")
    func cutShort() throws {
        try Self.withMade(
            "film.ts",
            ["-f", "lavfi", "-i", "testsrc=s=320x180:r=10:d=6", "-c:v", "mpeg2video", "-g", "10"]
        ) { path in
            let descriptor = open(path, O_RDONLY)
            defer { close(descriptor) }
            let bytes = try Pictures.contents(descriptor)
            try Pictures.withFile("cut.ts", Array(bytes.prefix(bytes.count / 2))) { cut in
                let recipe = PictureRecipe(width: 64, format: .jpeg)
                let size = try Pictures.render(cut, as: .mpegTS, recipe).size
                #expect(size == PixelSize(width: 64, height: 36))
            }
        }
    }
}
