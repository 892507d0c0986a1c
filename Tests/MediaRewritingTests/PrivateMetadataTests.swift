import MediaCore
import MediaRewriting
import MediaTesting
import Testing
import Vips

@Suite("Private metadata")
struct PrivateMetadataTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var name: String
        var type: MediaType
        /// What viewers turn the file by, which has to stay.
        var orientation = 1
        var testDescription: String { self.name }
        var fileExtension: String { String(self.name.split(separator: ".").last ?? "") }
    }

    static let samples = [
        Sample(name: "private-metadata/private.jpg", type: .jpeg, orientation: 6),
        Sample(name: "private-metadata/private.png", type: .png, orientation: 6),
        // Its EXIF says 6, and turns nothing: decision 25.
        Sample(name: "private-metadata/private.webp", type: .webp),
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
        "is all there is to remove: of pictures without any the pixels stay as they are",
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

    /// Old software writes LONG and SLONG, where EXIF wants SHORT.
    @Test("G2: of an orientation of any type leaves it so", arguments: [1, 3, 4, 6, 8, 9] as [UInt8], [true, false])
    func orientationTypes(type: UInt8, isLittle: Bool) throws {
        var source = try Rewritten.fixture("photo.jpg")
        let width = [1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4][type] ?? 4
        func number(_ value: UInt8, _ width: Int) -> [UInt8] {
            let zeros = [UInt8](repeating: 0, count: width - 1)
            return isLittle ? [value] + zeros : zeros + [value]
        }
        let tag: [UInt8] = isLittle ? [0x12, 1] : [1, 0x12]
        let value = number(6, width) + [UInt8](repeating: 0, count: 4 - width)
        let directory = number(1, 2) + tag + number(type, 2) + number(1, 4) + value + number(0, 4)
        let exif =
            Array("Exif\0\0".utf8) + Array((isLittle ? "II" : "MM").utf8) + number(42, 2) + number(8, 4) + directory
        source.insert(contentsOf: [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif, at: 2)
        let bytes = try Rewritten.bytes(source, .jpeg, .privateMetadata) ?? source
        #expect(try Rewritten.header(bytes, .jpeg) == Rewritten.header(source, .jpeg))
        #expect(try Rewritten.header(bytes, .jpeg).orientation == 6)
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

    @Test("A segment that is shorter than its name is no EXIF")
    func shortSegment() throws {
        let source = try Rewritten.fixture("private-metadata/private.jpg")
        let bytes = try #require(
            try Rewritten.bytes(source[..<2] + [0xFF, 0xE1, 0, 2] + Array("Exif\0\0".utf8) + source[2...], .jpeg)
        )
        #expect(!bytes.contains("SECRET"))
        #expect(try Rewritten.header(bytes, .jpeg) == Rewritten.header(source, .jpeg))
    }

    @Test("A WebP head without its content is refused")
    func shortHead() {
        let bytes = Array("RIFF".utf8) + [12, 0, 0, 0] + Array("WEBPVP8X".utf8) + [0, 0, 0, 0]
        #expect(throws: MediaError.self) { try Rewritten.bytes(bytes, .webp) }
    }

    @Test("EXIF in front of a WebP picture that lacks its padding byte goes behind it, at an even place")
    func padding() throws {
        let orientation: [UInt8] = [
            0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0,
        ]
        let exif = Array("EXIF".utf8) + [26, 0, 0, 0] + orientation
        let picture = Array("VP8L".utf8) + [3, 0, 0, 0, 1, 2, 3]
        let source = Array("RIFF".utf8) + [49, 0, 0, 0] + Array("WEBP".utf8) + exif + picture
        let bytes = try #require(try Rewritten.bytes(source, .webp))
        #expect(bytes == Array("RIFF".utf8) + [50, 0, 0, 0] + Array("WEBP".utf8) + picture + [0] + exif)
    }

    static func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let size = content.count + 8
        return [0, 0, UInt8(size >> 8), UInt8(size & 0xFF)] + Array(type.utf8) + content
    }

    /// - Parameter items: with type, offset and length.
    static func heif(_ items: [(type: String, offset: UInt8, length: UInt8)], behind: [UInt8]) -> [UInt8] {
        var entries: [UInt8] = []
        var places: [UInt8] = [0, 0, 0, 0, 0x11, 0, 0, UInt8(items.count)]
        for (index, item) in items.enumerated() {
            let id = UInt8(index + 1)
            entries += self.box("infe", [2, 0, 0, 0, 0, id, 0, 0] + Array(item.type.utf8) + [0])
            // One byte for offset and length each; one extent.
            places += [0, id, 0, 0, 0, 1, item.offset, item.length]
        }
        let information = self.box("iinf", [0, 0, 0, 0, 0, UInt8(items.count)] + entries)
        let description = self.box("udes", Array("\0\0\0\0SECRET".utf8))
        let properties = self.box("iprp", self.box("ipco", description + self.box("irot", [1])))
        let other = self.box("xml ", Array("\0\0\0\0SECRET".utf8))
        let meta = self.box("meta", [0, 0, 0, 0] + information + self.box("iloc", places) + properties + other)
        return self.box("ftyp", Array("heic\0\0\0\0".utf8)) + meta + behind
    }

    @Test(
        "Descriptions among a HEIF file's properties, and boxes of texts beside its items, go; the others keep their place"
    )
    func heifTexts() throws {
        let source = Self.heif([], behind: Self.box("mdat", [1, 2, 3]))
        let bytes = try #require(try Rewritten.bytes(source, .heic))
        #expect(bytes.count == source.count && bytes.contains("irot") && !bytes.contains("SECRET"))
        #expect(!bytes.contains("udes") && !bytes.contains("xml "))
    }

    @Test("A picture that lies where nobody expects one is not overwritten: the file is refused")
    func pictureElsewhere() throws {
        let plain = Self.heif([("hvc1", 0, 4)], behind: Self.box("free", [1, 2, 3, 4]))
        let hidden = Self.heif([("hvc1", UInt8(plain.count - 4), 4)], behind: Self.box("free", [1, 2, 3, 4]))
        #expect(throws: MediaError.self) { try Rewritten.bytes(hidden, .heic) }
        let shared = Self.heif(
            [("hvc1", UInt8(plain.count - 4), 4), ("Exif", UInt8(plain.count - 2), 2)],
            behind: Self.box("mdat", [1, 2, 3, 4])
        )
        #expect(throws: MediaError.self) { try Rewritten.bytes(shared, .heic) }
        #expect(throws: MediaError.self) {
            try Rewritten.bytes(Self.heif([], behind: Self.box("mini", [1, 2])), .avif)
        }
    }

    @Test("Dates of an image sequence become zero")
    func dates() throws {
        func header(_ type: String) -> [UInt8] { Self.box(type, [0, 0, 0, 0] + Array("MADETHENxxxx".utf8)) }
        let track = Self.box("trak", header("tkhd") + Self.box("mdia", header("mdhd")))
        let source = Self.heif([], behind: Self.box("moov", header("mvhd") + track))
        let bytes = try #require(try Rewritten.bytes(source, .avif))
        #expect(bytes.count == source.count && bytes.contains("mdhd") && bytes.contains("xxxx"))
        #expect(!bytes.contains("MADE") && !bytes.contains("THEN"))
    }

    @Test("A table of millions of extents without any bytes is refused at once")
    func extents() throws {
        let locations =
            [UInt8](repeating: 0, count: 6) + [0xFF, 0xFF] + (0..<2000).flatMap { _ in [0, 1, 0, 0, 0xFF, 0xFF] }
        let meta = Self.box("meta", [0, 0, 0, 0] + Self.box("iinf", [0, 0, 0, 0, 0, 0]) + Self.box("iloc", locations))
        #expect(throws: MediaError.self) {
            try Rewritten.bytes(Self.box("ftyp", Array("heic\0\0\0\0".utf8)) + meta, .heic)
        }
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
        var numbers = SeededNumbers(test: 5)
        for _ in 0..<300 {
            var bytes = source
            for _ in 0..<Int.random(in: 1...8, using: &numbers) {
                bytes[Int.random(in: 0..<bytes.count, using: &numbers)] =
                    [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &numbers) ?? 0
            }
            _ = try? Rewritten.bytes(bytes, sample.type, .privateMetadata)
        }
    }
}
