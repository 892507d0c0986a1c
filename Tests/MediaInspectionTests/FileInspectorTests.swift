import FoundationEssentials
import Glibc
import MediaCore
import MediaTesting
import Testing

@testable import MediaInspection

@Suite("Inspecting real files", .serialized)
struct FileInspectorTests {
    private let inspector: FileInspector
    private let limits = ImageLimits(maximumPixels: 50_000_000, maximumFrames: 100)

    init() throws {
        self.inspector = try FileInspector()
    }

    private func inspect(_ bytes: [UInt8], allowed: [String] = ["*/*"], limits: ImageLimits? = nil) throws -> Inspection
    {
        try TestFiles.withFile(bytes) {
            try self.inspector.inspect(
                descriptor: $0,
                size: Int64(bytes.count),
                allowedTypes: allowed,
                limits: limits ?? self.limits
            )
        }
    }

    private func inspect(
        _ fixture: String,
        allowed: [String] = ["*/*"],
        limits: ImageLimits? = nil
    ) throws -> Inspection {
        try self.inspect(TestFiles.bytes(TestFiles.fixture(fixture)), allowed: allowed, limits: limits)
    }

    private func code(_ bytes: [UInt8], limits: ImageLimits? = nil) -> MediaError.Code? {
        let error = #expect(throws: MediaError.self) { try self.inspect(bytes, limits: limits) }
        return error?.code
    }

    private static let goodFiles: [(String, Inspection)] = [
        ("cmyk.jpg", Inspection(type: .jpeg, dimensions: .init(width: 100, height: 100), frames: 1)),
        ("animated.webp", Inspection(type: .webp, dimensions: .init(width: 245, height: 245), frames: 42)),
        ("cogs.gif", Inspection(type: .gif, dimensions: .init(width: 85, height: 77), frames: 5)),
        (
            "avif-orientation-6.avif",
            Inspection(type: .avif, dimensions: .init(width: 3024, height: 4032), frames: 1)
        ),
        ("iphone13-gps.heic", Inspection(type: .heic, dimensions: .init(width: 4032, height: 3024), frames: 1)),
        ("exif-orientation/1.jpg", Inspection(type: .jpeg, dimensions: .init(width: 308, height: 410), frames: 1)),
        ("exif-orientation/6.jpg", Inspection(type: .jpeg, dimensions: .init(width: 231, height: 308), frames: 1)),
        ("thumbhash-flower.jpg", Inspection(type: .jpeg, dimensions: .init(width: 75, height: 100), frames: 1)),
        ("logo.svg", Inspection(type: .svg, dimensions: .init(width: 736, height: 552), frames: 1)),
        (
            "clip-5s.mp4",
            Inspection(type: .mp4, dimensions: .init(width: 1280, height: 720), durationSeconds: 5.312)
        ),
    ]

    @Test(
        "good files pass, with their upright sizes",
        arguments: Self.goodFiles
    )
    func good(name: String, expected: Inspection) throws {
        let found = try self.inspect(name)
        #expect(found.type == expected.type)
        #expect(found.dimensions == expected.dimensions)
        #expect(found.durationSeconds == expected.durationSeconds)
        #expect(found.frames == expected.frames)
    }

    private static let pictures: [(String, Bool, ColorModel)] = [
        ("cmyk.jpg", false, .cmyk), ("animated.webp", true, .rgb), ("cogs.gif", true, .rgb),
        ("avif-orientation-6.avif", false, .rgb), ("iphone13-gps.heic", false, .rgb),
        ("exif-orientation/6.jpg", false, .rgb),
    ]

    @Test("pictures tell about their alpha channel and colours, and get a placeholder", arguments: Self.pictures)
    func pictureFacts(name: String, hasAlpha: Bool, model: ColorModel) throws {
        let found = try self.inspect(name)
        #expect(found.hasAlpha == hasAlpha)
        #expect(found.colorModel == model)
        #expect(found.thumbHash != nil)
        #expect(found.dominantColor != nil)
        #expect(found.media == nil)
    }

    /// The picture is from evanw/thumbhash; the hash stands in the tests of thumbhash-ex, which decodes it with libvips as well.
    @Test("the published example has the published ThumbHash")
    func flower() throws {
        let found = try self.inspect("thumbhash-flower.jpg")
        #expect(found.thumbHash.map { Data($0.bytes).base64EncodedString() } == "k0oGLQaSVsN0BVhn2oq2Z5SQUQcZ")
    }

    @Test("a placeholder is upright and of the colours that are seen: all eight orientations have the same")
    func uprightPlaceholders() throws {
        let first = try self.inspect("exif-orientation/1.jpg")
        for number in 2...8 {
            let other = try self.inspect("exif-orientation/\(number).jpg")
            #expect(Self.distance(first.dominantColor, other.dominantColor) < 12, "\(number)")
            // The first bytes are the averages and the shape, which small differences of decoding leave alone.
            #expect(first.thumbHash?.bytes.prefix(2) == other.thumbHash?.bytes.prefix(2), "\(number)")
            #expect(first.thumbHash?.bytes.dropFirst(4).first == other.thumbHash?.bytes.dropFirst(4).first, "\(number)")
        }
    }

    @Test("a video of a century has no length, and is welcome")
    func implausibleLength() throws {
        let header = Box.longMovieHeader(timescale: 1, duration: 3_000_000_000)
        let movie = Box.movie(header + Box.track(handler: "vide", width: 64, height: 36))
        let found = try self.inspect(Box.fileType("isom") + movie + Box.make("mdat", [UInt8](repeating: 7, count: 100)))
        #expect(found.type == .mp4)
        #expect(found.dimensions == PixelSize(width: 64, height: 36))
        #expect(found.durationSeconds == nil)
    }

    @Test("what transparent pixels hide does not colour the placeholder")
    func hidden() throws {
        // Green under full transparency on the left, red on the right.
        let source = [
            "-f", "lavfi", "-i",
            "color=c=red:s=400x300,format=rgba,geq=r='if(lt(X,200),0,255)':g='if(lt(X,200),255,0)':b=0:a='if(lt(X,200),0,255)'",
            "-frames:v", "1",
        ]
        let found = try self.inspect(try TestFiles.encoded("png", source).bytes)
        #expect(found.hasAlpha == true)
        #expect(found.dominantColor?.hex == "#ff0000")
        let average = try #require(found.thumbHash).bytes
        // p and q of the average colour (see the reference's thumbHashToAverageRGBA): yellow-blue 0.5, red-green 1.
        let header = Int(average[0]) | Int(average[1]) << 8 | Int(average[2]) << 16
        #expect(header >> 12 & 63 == 63)
        #expect(header >> 6 & 63 == 47)
        #expect(header >> 23 == 1)
    }

    private static func distance(_ one: RGBColor?, _ other: RGBColor?) -> Int {
        guard let one, let other else { return .max }
        return max(
            abs(Int(one.red) - Int(other.red)),
            abs(Int(one.green) - Int(other.green)),
            abs(Int(one.blue) - Int(other.blue))
        )
    }

    @Test(
        "a file that ends too early is damaged",
        arguments: [
            "exif-orientation/1.jpg", "animated.webp", "avif-orientation-6.avif", "iphone13-gps.heic", "clip-5s.mp4",
            "cogs.gif",
        ]
    )
    func cut(name: String) throws {
        let bytes = try TestFiles.bytes(TestFiles.fixture(name))
        #expect(self.code(Array(bytes.prefix(bytes.count * 2 / 3))) == .fileDamaged)
    }

    @Test("damaged samples", arguments: ["truncated.jpg", "header-claims-5184x3456.hif"])
    func damaged(name: String) throws {
        #expect(self.code(try TestFiles.bytes(TestFiles.fixture(name))) == .fileDamaged)
    }

    private static let polyglots: [[UInt8]] = [
        Array("GIF89a<html><script>alert(1)</script></html>".utf8),
        [0xFF, 0xD8, 0xFF, 0xE0] + Array("<?php system($_GET['c']); ?>".utf8),
        Array("RIFF".utf8) + [0x20, 0, 0, 0] + Array("WEBPVP8 <script>alert(1)</script>......".utf8),
        Box.fileType("heic", ["mif1"]) + Box.make("mdat", Array("<script>".utf8)),
        Box.fileType("avif", ["mif1"]),
    ]

    @Test(
        "polyglots are no images",
        arguments: Self.polyglots
    )
    func polyglot(bytes: [UInt8]) {
        #expect(self.code(bytes) == .fileDamaged)
    }

    @Test("too many pixels or frames are refused on the header's word")
    func bombs() throws {
        let photograph = try TestFiles.bytes(TestFiles.fixture("avif-orientation-6.avif"))
        #expect(self.code(Bombs.avif(photograph)) == .imageTooLarge)
        // Before a pixel is decoded: what is too large and whose pixels nobody could decode is still too large.
        let undecodable = Bombs.avif(photograph).enumerated().map { $0 < photograph.count / 2 ? $1 : 0xFF }
        #expect(self.code(undecodable) == .imageTooLarge)
        #expect(self.code(Array(Bombs.progressiveJPEG().prefix(200_000))) == .imageTooLarge)
        let webp = try TestFiles.bytes(TestFiles.fixture("animated.webp"))
        let area = 245 * 245
        #expect(self.code(webp, limits: .init(maximumPixels: area * 42 - 1, maximumFrames: 42)) == .imageTooLarge)
        #expect(self.code(webp, limits: .init(maximumPixels: area * 42, maximumFrames: 41)) == .imageTooLarge)
        #expect(try self.inspect(webp, limits: .init(maximumPixels: area * 42, maximumFrames: 42)).frames == 42)
    }

    @Test("a type that is not wanted is named and not decoded")
    func unwanted() throws {
        #expect(try self.inspect("truncated.jpg", allowed: ["video/*"]) == Inspection(type: .jpeg))
        let bomb = Bombs.avif(try TestFiles.bytes(TestFiles.fixture("avif-orientation-6.avif")))
        #expect(try self.inspect(bomb, allowed: ["image/jpeg"]) == Inspection(type: .avif))
    }

    private static let drawings: [(String, [String], MediaType)] = [
        ("png", ["-pix_fmt", "rgb48be"], MediaType.png), ("png", ["-pix_fmt", "gray"], .png), ("tiff", [], .tiff),
        ("png", ["-pix_fmt", "pal8"], .png), ("gif", [], .gif), ("jpg", [], .jpeg),
        ("webp", ["-c:v", "libwebp"], .webp),
    ]

    @Test(
        "formats that ffmpeg writes",
        arguments: Self.drawings
    )
    func encoded(fileExtension: String, options: [String], type: MediaType) throws {
        let source = ["-f", "lavfi", "-i", "testsrc=s=101x67", "-frames:v", "1"]
        let bytes = try TestFiles.encoded(fileExtension, source + options).bytes
        let inspection = try self.inspect(bytes)
        #expect(inspection.type == type)
        #expect(inspection.dimensions == PixelSize(width: 101, height: 67))
        #expect(inspection.frames == 1)
        #expect(inspection.thumbHash != nil)
        #expect(self.code(Array(bytes.dropLast(bytes.count / 3))) == .fileDamaged)
    }

    @Test("the descriptor's offset is left alone")
    func offset() throws {
        let bytes = try TestFiles.bytes(TestFiles.fixture("cmyk.jpg"))
        try TestFiles.withFile(bytes) { descriptor in
            lseek(descriptor, 17, SEEK_SET)
            _ = try self.inspector.inspect(
                descriptor: descriptor,
                size: Int64(bytes.count),
                allowedTypes: ["*/*"],
                limits: self.limits
            )
            #expect(lseek(descriptor, 0, SEEK_CUR) == 17)
        }
    }

    @Test("a descriptor that cannot be read says so")
    func unreadable() {
        let error = #expect(throws: MediaError.self) {
            try self.inspector.inspect(descriptor: -1, size: 100, allowedTypes: ["*/*"], limits: self.limits)
        }
        #expect(error?.code == .storageUnavailable)
    }
}
