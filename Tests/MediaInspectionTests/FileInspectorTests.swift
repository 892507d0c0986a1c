import Glibc
import MediaCore
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
        ("logo.svg", Inspection(type: .svg)),
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
        #expect(try self.inspect(name) == expected)
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
        let bomb = try TestFiles.bytes(TestFiles.fixture("bomb-16000x16000.avif"))
        let elapsed = ContinuousClock().measure { #expect(self.code(bomb) == .imageTooLarge) }
        #expect(elapsed < .milliseconds(500))
        let webp = try TestFiles.bytes(TestFiles.fixture("animated.webp"))
        let area = 245 * 245
        #expect(self.code(webp, limits: .init(maximumPixels: area * 42 - 1, maximumFrames: 42)) == .imageTooLarge)
        #expect(self.code(webp, limits: .init(maximumPixels: area * 42, maximumFrames: 41)) == .imageTooLarge)
        #expect(try self.inspect(webp, limits: .init(maximumPixels: area * 42, maximumFrames: 42)).frames == 42)
    }

    @Test("a type that is not wanted is named and not decoded")
    func unwanted() throws {
        #expect(try self.inspect("truncated.jpg", allowed: ["video/*"]) == Inspection(type: .jpeg))
        #expect(try self.inspect("bomb-16000x16000.avif", allowed: ["image/jpeg"]) == Inspection(type: .avif))
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
        #expect(inspection == Inspection(type: type, dimensions: .init(width: 101, height: 67), frames: 1))
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
