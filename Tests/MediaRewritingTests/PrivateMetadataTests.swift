import MediaCore
import MediaRewriting
import Testing
import Vips

@Suite("Private metadata")
struct PrivateMetadataTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var name: String
        var type: MediaType
        /// What the file is turned by, which has to stay.
        var orientation = 1
        var testDescription: String { self.name }
        var fileExtension: String { String(self.name.split(separator: ".").last ?? "") }
    }

    static let samples = [
        Sample(name: "private-metadata/private.jpg", type: .jpeg, orientation: 6),
        Sample(name: "private-metadata/private.png", type: .png, orientation: 6),
        Sample(name: "private-metadata/private.webp", type: .webp, orientation: 6),
        Sample(name: "private-metadata/private.gif", type: .gif),
        Sample(name: "private-metadata/private.avif", type: .avif),
        Sample(name: "iphone13-gps.heic", type: .heic),
    ]

    /// Groups of exiftool that tell of the file and the picture, not of who made it and where.
    static let harmless = [
        "[ExifTool]", "[System]", "[File]", "[JFIF]", "[PNG]", "[PNG-pHYs]", "[RIFF]", "[GIF]", "[QuickTime]",
        "[ICC_Profile]", "[ICC-header]", "[ICC-view]", "[ICC-meas]", "[Meta]", "[Composite]", "[Track1]",
    ]

    static func privateLines(_ bytes: [UInt8], _ fileExtension: String) throws -> [Substring] {
        try Rewritten.exiftool(bytes, fileExtension).split(separator: "\n").filter { line in
            !Self.harmless.contains { line.hasPrefix($0) }
                && !(line.hasPrefix("[IFD0]") && line.contains("Orientation"))
                && !line.contains("Exif Byte Order")
        }
    }

    @Test("goes, and every pixel, the profile and the orientation stay", arguments: samples)
    func removed(_ sample: Sample) throws {
        let source = try Rewritten.fixture(sample.name)
        #expect(try !Self.privateLines(source, sample.fileExtension).isEmpty, "there is something to remove")
        let bytes = try #require(try Rewritten.bytes(source, sample.type, .privateMetadata))
        #expect(!bytes.contains("SECRET"))
        #expect(try Self.privateLines(bytes, sample.fileExtension) == [])
        #expect(try Rewritten.exiftool(bytes, sample.fileExtension).contains("GPS") == false)
        #expect(try Rewritten.pixels(bytes, sample.type) == Rewritten.pixels(source, sample.type))
        let (before, after) = (try Rewritten.header(source, sample.type), try Rewritten.header(bytes, sample.type))
        #expect(before == after)
        #expect(after.orientation == sample.orientation)
        #expect(try Rewritten.bytes(bytes, sample.type, .privateMetadata) == nil, "once is enough")
    }

    @Test("is not in what lies behind the picture", arguments: samples.filter { $0.type != .avif && $0.type != .heic })
    func trailer(_ sample: Sample) throws {
        let source = try Rewritten.fixture(sample.name) + Array("SECRET film of the motion photo".utf8)
        let bytes = try #require(try Rewritten.bytes(source, sample.type, .privateMetadata))
        #expect(!bytes.contains("SECRET"))
        #expect(try Rewritten.pixels(bytes, sample.type) == Rewritten.pixels(source, sample.type))
    }

    @Test("is not in boxes of phone makers", arguments: samples.filter { $0.type == .avif || $0.type == .heic })
    func boxes(_ sample: Sample) throws {
        let plain = try Rewritten.fixture(sample.name)
        let box = [0, 0, 0, 22] + Array("mpvdSECRET of mpvd".utf8)
        let bytes = try #require(try Rewritten.bytes(plain + box, sample.type, .privateMetadata))
        #expect(!bytes.contains("SECRET"))
        #expect(bytes.count == plain.count, "what nobody points at is cut off")
    }

    @Test(
        "is all there is to remove: pictures without any stay as they are",
        arguments: [
            ("cogs.gif", MediaType.gif), ("animated.webp", .webp), ("avif-orientation-6.avif", .avif),
        ]
    )
    func clean(_ name: String, _ type: MediaType) throws {
        let source = try Rewritten.fixture(name)
        if let bytes = try Rewritten.bytes(source, type, .privateMetadata) {
            #expect(try Rewritten.pixels(bytes, type) == Rewritten.pixels(source, type))
        }
    }

    @Test("of each orientation leaves it so", arguments: 1...8)
    func orientations(_ orientation: Int) throws {
        let source = try Rewritten.fixture("exif-orientation/\(orientation).jpg")
        let bytes = try Rewritten.bytes(source, .jpeg, .privateMetadata) ?? source
        #expect(try Rewritten.header(bytes, .jpeg) == Rewritten.header(source, .jpeg))
        #expect(try Rewritten.pixels(bytes, .jpeg) == Rewritten.pixels(source, .jpeg))
    }

    @Test("of a CMYK picture leaves its colours")
    func cmyk() throws {
        let source = try Rewritten.fixture("cmyk.jpg")
        let bytes = try Rewritten.bytes(source, .jpeg, .privateMetadata) ?? source
        let (before, after) = (try Rewritten.header(source, .jpeg), try Rewritten.header(bytes, .jpeg))
        #expect(before == after)
        #expect(bytes.contains("Adobe") == source.contains("Adobe"))
    }

    @Test("A thousand comments between pieces of the picture do not make a thousand pieces")
    func manyPieces() throws {
        let source = try Rewritten.fixture("private-metadata/private.png")
        let text = Array("tEXtSECRET".utf8)
        let comment: [UInt8] = [0, 0, 0, 6] + text + [0, 0, 0, 0]
        // A background chunk (ancillary, kept) and a comment in turn.
        let kept: [UInt8] = [0, 0, 0, 0] + Array("sPLT".utf8) + [0, 0, 0, 0]
        let header = Array(source[..<33])
        let many = header + (0..<3000).flatMap { _ in comment + kept } + source[33...]
        let bytes = try #require(try Rewritten.bytes(many, .png, .privateMetadata))
        #expect(!bytes.contains("SECRET"))
        #expect(bytes.count > 3000 * kept.count)
    }

    @Test(
        "Files that are cut off or changed anywhere end in a result or an error, never in a crash",
        arguments: samples
    )
    func damaged(_ sample: Sample) throws {
        var source = try Rewritten.fixture(sample.name)
        if source.count > 8192 { source = Array(source.prefix(8192)) }
        for length in stride(from: 1, to: source.count, by: max(1, source.count / 200)) {
            _ = try? Rewritten.bytes(Array(source.prefix(length)), sample.type, .privateMetadata)
        }
        var numbers = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var bytes = source
            for _ in 0..<Int.random(in: 1...8, using: &numbers) {
                bytes[Int.random(in: 0..<bytes.count, using: &numbers)] = [0, 1, 0x7F, 0x80, 0xFF].randomElement() ?? 0
            }
            _ = try? Rewritten.bytes(bytes, sample.type, .privateMetadata)
        }
    }
}
