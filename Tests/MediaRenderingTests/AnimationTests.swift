import Glibc
import MediaCore
import Testing
import Vips

@Suite("Animations", .serialized)
struct AnimationTests {
    private struct Frames {
        var pixels: [[UInt8]]
        var size: PixelSize
        /// Milliseconds.
        var durations: [Int]
    }

    private static func frames(of path: String, as type: MediaType) throws -> Frames {
        let descriptor = open(path, O_RDONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let animation = try PictureAnimation(PictureSource(descriptor: descriptor, type: type))
        var encoded: [[UInt8]] = []
        _ = try animation.map { frame throws(VipsFailure) in
            let rendered = try frame.inSRGB().rendered()
            encoded.append(try rendered.encode(as: .png, quality: 100) { Array($0) })
            return rendered
        }
        return Frames(
            pixels: try encoded.map { try Pictures.pixels($0, .png) },
            size: animation.size,
            // What browsers and libvips make of times that nobody can mean.
            durations: animation.delays.map { $0 <= 10 ? 100 : Int($0) }
        )
    }

    private static let recipe = PictureRecipe(width: 64, format: .webp, isStill: false)

    @Test(
        "GIF and WebP stay animated in WebP: the frames, their times, how often",
        arguments: [("animated.webp", MediaType.webp, 42), ("cogs.gif", .gif, 5)]
    )
    func moving(name: String, type: MediaType, count: Int) throws {
        let path = Pictures.fixture(name)
        let made = try Pictures.render(path, as: type, Self.recipe)
        #expect(made.size.width == 64)
        let found = RenditionChunks.webP(made.bytes)
        #expect(Set(found) == ["VP8X", "ANIM", "ANMF"])
        // The encoder makes one frame of two that look the same.
        let times = Self.starts(Self.durations(made.bytes))
        let original = try Self.frames(of: path, as: type)
        let originalTimes = Self.starts(original.durations)
        #expect(originalTimes.count == count + 1)
        #expect(times.count > count * 3 / 4)
        #expect(times.last == originalTimes.last)
        try Pictures.withFile("a.webp", made.bytes) { small in
            let result = try Self.frames(of: small, as: .webp)
            #expect(result.size == made.size)
            #expect(result.pixels.count == times.count - 1)
            // Frame by frame the same as each frame rendered alone: no rows of one in another.
            for (index, pixels) in result.pixels.enumerated() {
                let shown = try #require(originalTimes.dropLast().lastIndex { $0 <= times[index] })
                let alone = Pictures.onWhite(try Self.shrunk(original.pixels[shown], original.size))
                let difference = Pictures.difference(Pictures.onWhite(pixels), alone)
                #expect(difference < 8, "frame \(index), of \(shown): \(difference)")
            }
            #expect(Pictures.difference(result.pixels[0], result.pixels[times.count / 2]) > 1)
        }
    }

    private static func shrunk(_ pixels: [UInt8], _ size: PixelSize) throws -> [UInt8] {
        try Pictures.withRaw(pixels, size) { path in
            try Pictures.pixels(Pictures.render(path, as: .png, .width(64), .png).bytes, .png)
        }
    }

    @Test("the first frame where a still picture is asked for, and in formats that cannot move")
    func still() throws {
        for (name, type) in [("animated.webp", MediaType.webp), ("cogs.gif", .gif)] {
            let path = Pictures.fixture(name)
            let webp = try Pictures.render(path, as: type, .width(64), .webp)
            #expect(!RenditionChunks.webP(webp.bytes).contains("ANIM"))
            let moving = try Pictures.render(path, as: type, Self.recipe)
            #expect(webp.size == moving.size)
            for format in [RenditionFormat.avif, .jpeg, .png] {
                let recipe = PictureRecipe(width: 64, format: format, isStill: false)
                let made = try Pictures.render(path, as: type, recipe)
                #expect(try Pictures.pixels(made.bytes, format).count == made.size.pixels * 4)
            }
        }
    }

    @Test("too many frames or pixels: the first frame")
    func limits() throws {
        let path = Pictures.fixture("animated.webp")
        for limits in [
            ImageLimits(maximumPixels: 50_000_000, maximumFrames: 41),
            ImageLimits(maximumPixels: 245 * 245 * 42 - 1, maximumFrames: 42),
            ImageLimits(maximumPixels: 50_000_000, maximumFrames: 42, maximumAnimationPixels: 64 * 64 * 42 - 1),
        ] {
            let made = try Pictures.render(path, as: .webp, Self.recipe, limits: limits)
            #expect(!RenditionChunks.webP(made.bytes).contains("ANIM"))
        }
        let just = ImageLimits(maximumPixels: 245 * 245 * 42, maximumFrames: 42, maximumAnimationPixels: 64 * 64 * 42)
        let made = try Pictures.render(path, as: .webp, Self.recipe, limits: just)
        #expect(RenditionChunks.webP(made.bytes).contains("ANIM"))
    }

    @Test("a crop stays at one place in all frames", arguments: [PictureRecipe.Crop.attention, .entropy, .centre])
    func crop(crop: PictureRecipe.Crop) throws {
        // A picture that stands still: its crops must be equal, whatever the frame.
        try Pictures.withDrawn("a.gif", "testsrc=s=160x90:r=5:d=1,loop=4:1:0", frames: 4) { path in
            let recipe = PictureRecipe(width: 40, height: 40, fit: .cover, crop: crop, format: .webp, isStill: false)
            let made = try Pictures.render(path, as: .gif, recipe)
            try Pictures.withFile("a.webp", made.bytes) { small in
                let frames = try Self.frames(of: small, as: .webp)
                #expect(frames.size == PixelSize(width: 40, height: 40))
                let first = try #require(frames.pixels.first)
                for frame in frames.pixels { #expect(Pictures.difference(frame, first) < 6) }
            }
        }
    }

    /// Milliseconds of each `ANMF` chunk (RFC 9649 section 2.7.1.1).
    private static func durations(_ bytes: [UInt8]) -> [Int] {
        RenditionChunks.webPChunks(bytes).compactMap { name, payload in
            guard name == "ANMF", payload.count >= 15 else { return nil }
            return Int(payload[payload.startIndex + 12]) | Int(payload[payload.startIndex + 13]) << 8
                | Int(payload[payload.startIndex + 14]) << 16
        }
    }

    /// When each frame begins, and at last the end, in milliseconds.
    private static func starts(_ durations: [Int]) -> [Int] {
        durations.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    }
}
