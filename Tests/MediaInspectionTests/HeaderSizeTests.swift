import MediaCore
import MediaTesting
import Testing

@testable import MediaInspection

/// G3: pictures that are stored without being decoded have the size that their header says.
@Suite("Sizes of pictures that are not decoded", .serialized)
struct HeaderSizeTests {
    /// What the header says, whatever the type is found to be.
    private static func size(_ essence: String, _ bytes: [UInt8]) throws -> PixelSize? {
        try TestFiles.withFile(bytes) {
            HeaderSize.size(
                of: MediaType(essence),
                in: DescriptorSource(descriptor: $0, length: Int64(bytes.count))
            )
        }
    }

    private static func little(_ number: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
    }

    private static func big(_ number: UInt64, _ count: Int) -> [UInt8] { self.little(number, count).reversed() }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static let expected = PixelSize(width: 176, height: 144)

    @Test(
        "G3: what ffmpeg writes",
        arguments: [
            "bmp", "jp2", "j2k -c:v jpeg2000 -format j2k", "jls", "tga", "sgi", "ras -c:v sunrast",
            "xbm -pix_fmt monow",
            "pbm -pix_fmt monow", "pgm -pix_fmt gray", "ppm", "pam", "pfm -pix_fmt gbrpf32le",
            "ico -c:v png -pix_fmt rgba",
            "ico -c:v bmp -pix_fmt bgra", "dpx", "exr -pix_fmt gbrpf32le", "pcx", "qoi", "xwd",
        ]
    )
    func encoded(format: String) throws {
        let words = format.split(separator: " ").map(String.init)
        let source = ["-f", "lavfi", "-i", "testsrc=s=176x144", "-frames:v", "1"]
        let found = try TestFiles.inspection(try TestFiles.encoded(words[0], source + words.dropFirst()).bytes)
        #expect(found.dimensions == Self.expected, "\(found.type)")
        #expect(!found.type.isRenderable && found.frames == nil)
    }

    // MARK: Bitmaps and icons

    /// The header of a bitmap; of Windows' longest.
    private static func bitmapHeader(_ length: Int, width: Int64, height: Int64) -> [UInt8] {
        let bytes = length == 12 ? 2 : 4
        let sides = [width, height].flatMap { self.little(UInt64(bitPattern: $0), bytes) }
        let rest = self.little(1, 2) + self.little(24, 2)
        let header = self.little(UInt64(length), 4) + sides + rest
        return header + Box.zeros(max(0, length - header.count))
    }

    private static func bitmap(_ header: [UInt8]) -> [UInt8] {
        let content = header + Box.zeros(64)
        let start = UInt64(14 + header.count)
        return self.text("BM") + self.little(UInt64(14 + content.count), 4) + Box.zeros(4) + self.little(start, 4)
            + content
    }

    @Test("G3: BMP with every header, rows from the top too", arguments: [12, 16, 40, 52, 56, 64, 108, 124])
    func bitmaps(length: Int) throws {
        for height: Int64 in length == 12 ? [144] : [144, -144] {
            let bytes = Self.bitmap(Self.bitmapHeader(length, width: 176, height: height))
            #expect(try Self.size("image/bmp", bytes) == Self.expected)
            let array = Self.text("BA") + Self.little(40, 4) + Box.zeros(8) + bytes
            #expect(try Self.size("image/bmp", array) == Self.expected)
        }
        #expect(
            try TestFiles.inspection(Self.bitmap(Self.bitmapHeader(124, width: 176, height: -144))).dimensions
                == Self.expected
        )
    }

    private struct Icon {
        var width: UInt8
        var height: UInt8
        var picture: [UInt8]
    }

    private static func icon(_ kind: UInt64, _ pictures: [Icon]) -> [UInt8] {
        var directory = Box.zeros(2) + self.little(kind, 2) + self.little(UInt64(pictures.count), 2)
        var place = UInt64(6 + 16 * pictures.count)
        for icon in pictures {
            directory += [icon.width, icon.height, 0, 0] + Self.little(1, 2) + Self.little(32, 2)
            directory += Self.little(UInt64(icon.picture.count), 4) + Self.little(place, 4)
            place += UInt64(icon.picture.count)
        }
        return directory + pictures.flatMap(\.picture)
    }

    private static func png(_ width: UInt64, _ height: UInt64) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + self.big(13, 4) + self.text("IHDR") + self.big(width, 4)
            + self.big(height, 4) + Box.zeros(9)
    }

    @Test(
        "G3: the largest picture of an icon or a cursor; 0 means 256, and a PNG tells its own",
        arguments: [1, 2] as [UInt64]
    )
    func icons(kind: UInt64) throws {
        let small = Icon(width: 16, height: 16, picture: Self.bitmapHeader(40, width: 16, height: 32))
        let wide = Icon(width: 64, height: 32, picture: Self.bitmapHeader(40, width: 64, height: 64))
        let full = Icon(width: 0, height: 0, picture: Self.bitmapHeader(40, width: 256, height: 512))
        let png = Icon(width: 0, height: 0, picture: Self.png(256, 256))
        let huge = Icon(width: 0, height: 0, picture: Self.png(512, 512))
        let cases: [([Icon], Int, Int)] = [
            ([small], 16, 16), ([wide, small], 64, 32), ([small, full, wide], 256, 256), ([png, small], 256, 256),
            ([small, huge, full], 512, 512),
        ]
        for (icons, width, height) in cases {
            let found = try TestFiles.inspection(Self.icon(kind, icons))
            #expect(found.type == MediaType(kind == 1 ? "image/vnd.microsoft.icon" : "image/x-win-bitmap"))
            #expect(found.dimensions == PixelSize(width: width, height: height))
        }
    }

    // MARK: JPEG 2000

    private static let codestream: [UInt8] =
        [0xFF, 0x4F, 0xFF, 0x51] + big(41, 2) + big(0, 2) + big(200, 4) + big(150, 4) + big(24, 4) + big(6, 4)
        + Box.zeros(24)

    @Test("G3: JPEG 2000 says it in a header, on a page, or in the codestream, whose picture begins at an offset")
    func jpeg2000() throws {
        let signature = Box.make("jP  ", [0x0D, 0x0A, 0x87, 0x0A])
        let header = Box.make("ihdr", Self.big(144, 4) + Self.big(176, 4) + [0, 3, 7, 7, 0, 0])
        let data = Box.make("jp2c", Self.codestream)
        func file(_ brand: String, _ parts: [UInt8]...) -> [UInt8] {
            signature + Box.fileType(brand, [brand]) + parts.flatMap { $0 }
        }
        #expect(try TestFiles.inspection(file("jp2 ", Box.make("jp2h", header), data)).dimensions == Self.expected)
        // A header after the data, behind boxes that are unknown, with a length of 64 bits.
        let wide = Box.u32(1) + Self.text("free") + Box.u64(24) + Box.zeros(8)
        #expect(
            try TestFiles.inspection(file("jpx ", wide, data, Box.make("jp2h", header))).dimensions == Self.expected
        )
        #expect(try TestFiles.inspection(file("jpx ", data)).dimensions == Self.expected)
        let page = Box.make(
            "page",
            Box.make("phdr", Self.big(1, 2) + Self.big(144, 4) + Self.big(176, 4) + Box.zeros(6))
        )
        #expect(try Self.size("image/jpm", file("jpm ", page)) == Self.expected)
        #expect(try TestFiles.inspection(Self.codestream).dimensions == Self.expected)
        #expect(try Self.size("image/jp2", file("jp2 ")) == nil)
    }

    // MARK: Others

    @Test("G3: Photoshop's and other fixed places")
    func fixedPlaces() throws {
        let (width, height) = (Self.big(176, 4), Self.big(144, 4))
        for version: UInt64 in [1, 2] {
            let photoshop = Self.text("8BPS") + Self.big(version, 2) + Box.zeros(6) + Self.big(3, 2) + height + width
            let found = try TestFiles.inspection(photoshop + Self.big(8, 2) + Self.big(3, 2) + Box.zeros(14))
            #expect(found.type == MediaType("image/vnd.adobe.photoshop"))
            #expect(found.dimensions == Self.expected)
        }
        let surface = Self.text("DDS ") + Self.little(124, 4) + Self.little(0x1007, 4) + Self.little(144, 4)
        #expect(try TestFiles.inspection(surface + Self.little(176, 4) + Box.zeros(108)).dimensions == Self.expected)
        let jng = [0x8B] + Self.text("JNG\r\n\u{1A}\n") + Self.big(16, 4) + Self.text("JHDR") + width + height
        #expect(try TestFiles.inspection(jng + Box.zeros(12)).dimensions == Self.expected)
        #expect(try Self.size("image/x-xcf", Self.text("gimp xcf v011\0") + width + height) == Self.expected)
        let texture = Box.zeros(20) + Self.little(176, 4) + Self.little(144, 4)
        #expect(try Self.size("image/ktx2", texture) == Self.expected)
        let old = Box.zeros(12) + [1, 2, 3, 4] + Box.zeros(20) + Self.little(176, 4) + Self.little(144, 4)
        #expect(try Self.size("image/ktx", old) == Self.expected)
        let edges = [10, 20, 185, 163].flatMap { Self.little($0, 2) }
        #expect(try Self.size("image/x-pcx", [10, 5, 1, 8] + edges) == Self.expected)
        #expect(try Self.size("image/bpg", Self.text("BPG") + [0xFB, 0, 0, 0x81, 0x30, 0x81, 0x10]) == Self.expected)
        #expect(try Self.size("image/flif", Self.text("FLIF31") + [0x81, 0x2F, 0x81, 0x0F]) == Self.expected)
        #expect(try Self.size("image/vnd.wap.wbmp", [0, 0, 0x81, 0x30, 0x81, 0x10]) == Self.expected)
        let icons = ["icns", "is32", "ic08", "it32"].flatMap { name in
            Self.text(name) + Self.big(name == "icns" ? 56 : 16, 4) + Box.zeros(name == "icns" ? 0 : 8)
        }
        #expect(try Self.size("image/x-icns", icons) == PixelSize(width: 256, height: 256))
    }

    @Test("G3: structures: OpenEXR's display window, DjVu's turned page, JPEG XR's directory")
    func structures() throws {
        func attribute(_ name: String, _ kind: String, _ value: [UInt8]) -> [UInt8] {
            Self.text("\(name)\0\(kind)\0") + Self.little(UInt64(value.count), 4) + value
        }
        func window(_ edges: [Int64]) -> [UInt8] { edges.flatMap { Self.little(UInt64(bitPattern: $0), 4) } }
        let picture =
            [0x76, 0x2F, 0x31, 0x01, 2, 0, 0, 0] + attribute("compression", "compression", [0])
            + attribute("dataWindow", "box2i", window([0, 0, 9, 9]))
            + attribute("displayWindow", "box2i", window([-6, -4, 169, 139]))
        #expect(try Self.size("image/x-exr", picture) == Self.expected)

        func page(_ flags: UInt8) -> [UInt8] {
            let info = Self.big(144, 2) + Self.big(176, 2) + [24, 0, 44, 1, 22, flags]
            return Box.joined(Self.text("FORM"), Self.big(UInt64(4 + 8 + info.count), 4), Self.text("DJVUINFO"))
                + Self.big(UInt64(info.count), 4) + info
        }
        let names = Self.text("DIRM") + Self.big(3, 4) + [1, 2, 3, 0]
        let shared = Self.text("FORM") + Self.big(4, 4) + Self.text("DJVI")
        let document = Self.text("AT&TFORM") + Self.big(200, 4) + Self.text("DJVM") + names + shared
        #expect(try Self.size("image/vnd.djvu", document + page(5)) == Self.expected)
        #expect(try Self.size("image/vnd.djvu", Self.text("AT&T") + page(1)) == PixelSize(width: 144, height: 176))

        let directory = Self.directory([(0xBC80, 4, 176), (0xBC81, 3, 144)])
        #expect(try Self.size("image/jxr", [0x49, 0x49, 0xBC, 1] + Self.little(8, 4) + directory) == Self.expected)
    }

    /// Little-endian; tag, kind and value.
    private static func directory(_ entries: [(UInt64, UInt64, UInt64)]) -> [UInt8] {
        let fields = entries.flatMap { tag, kind, value in
            Self.little(tag, 2) + Self.little(kind, 2) + Self.little(1, 4) + Self.little(value, 4)
        }
        return Self.little(UInt64(entries.count), 2) + fields + Box.zeros(4)
    }

    @Test("G3: raw photographs, upright")
    func cameras() throws {
        let canon = Self.directory([(256, 3, 20), (257, 3, 10), (274, 3, 6), (0x8769, 4, 16 + 54)])
        let exif = Self.directory([(0xA002, 4, 144), (0xA003, 3, 176)])
        let head = [0x49, 0x49, 42, 0] + Self.little(16, 4) + Self.text("CR") + [2, 0] + Self.little(0, 4)
        #expect(canon.count == 54)
        let found = try TestFiles.inspection(head + canon + exif)
        #expect(found.type == MediaType("image/x-canon-cr2"))
        #expect(found.dimensions == Self.expected)

        let borders = Self.directory([(4, 3, 4), (5, 3, 8), (6, 3, 148), (7, 3, 184)])
        let panasonic = try TestFiles.inspection(Self.text("IIU\0") + Self.little(8, 4) + borders)
        #expect(panasonic.type == MediaType("image/x-panasonic-rw2"))
        #expect(panasonic.dimensions == Self.expected)

        let name: [UInt8] = [
            0x85, 0xC0, 0xB6, 0x87, 0x82, 0x0F, 0x11, 0xE0, 0x81, 0x11, 0xF4, 0xCE, 0x46, 0x2B, 0x6A, 0x48,
        ]
        let turned = [0x49, 0x49, 42, 0] + Self.little(8, 4) + Self.directory([(274, 3, 8)])
        let notes = Box.make("uuid", name + Box.make("CNCV", Self.text("CanonCR3")) + Box.make("CMT1", turned))
        let tracks =
            Box.track(handler: "vide", width: 16, height: 12) + Box.track(handler: "vide", width: 144, height: 176)
        let movie = Box.movie(notes + Box.movieHeader(timescale: 1, duration: 1) + tracks)
        let raw = try TestFiles.inspection(Box.fileType("crx ", ["crx "]) + movie + Box.make("mdat", Box.zeros(8)))
        #expect(raw.type == MediaType("image/x-canon-cr3"))
        #expect(raw.dimensions == Self.expected)
    }

    @Test("G3: headers that people can read")
    func texts() throws {
        let cases = [
            ("image/x-portable-pixmap", "P6\n# 99 bottles\n176 # wide\n144\n255\n"),
            ("image/x-portable-bitmap", "P1 176 144\n0 1 0"), ("image/x-portable-floatmap", "PF\n176 144\n-1.0\n"),
            ("image/x-portable-arbitrarymap", "P7\nWIDTH 176\nHEIGHT 144\nDEPTH 3\nMAXVAL 255\nENDHDR\n"),
            ("image/vnd.radiance", "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 144 +X 176\n"),
            ("image/vnd.radiance", "#?RADIANCE\n# made\nEXPOSURE=1\n\n+X 176 +Y 144\n"),
            ("image/x-xbitmap", "#define a_width_width 176\r\n#define a_width_height 144\r\n"),
            ("image/x-xpixmap", "/* XPM */\nstatic char *x[] = {\n\"176 144 2 1\",\n"),
            ("video/x-yuv4mpeg", "YUV4MPEG2 W176 H144 F25:1 Ip A1:1\nFRAME\n"),
            (
                "image/fits",
                ["SIMPLE  =                    T", "NAXIS   = 2", "NAXIS1  =  176 / wide", "NAXIS2  =  144", "END "]
                    .map { $0 + String(repeating: " ", count: 80 - $0.utf8.count) }.joined()
            ),
        ]
        for (essence, text) in cases { #expect(try Self.size(essence, Self.text(text)) == Self.expected, "\(essence)") }
    }

    @Test("G3: numbers that nothing has are no size, and end nothing")
    func claims() throws {
        let largest = Int64(Int32.max)
        let claimed: [(Int64, Int64)] = [(-largest - 1, -largest - 1), (0, 10), (10, 0), (largest, largest), (-5, 5)]
        for (width, height) in claimed {
            let bytes = Self.bitmap(Self.bitmapHeader(40, width: width, height: height))
            #expect(try TestFiles.inspection(bytes).dimensions == nil)
        }
        let ends = [
            Self.text("P6 99999999999999999999999 1 "), Self.text("P6 1"), Self.text("P5 \(UInt64.max) \(UInt64.max) "),
        ]
        for bytes in ends { #expect(try Self.size("image/x-portable-pixmap", bytes) == nil) }
        var numbers = SeededNumbers(test: 11)
        let essences =
            FixedPlace.table.keys.sorted() + [
                "image/bmp", "image/vnd.microsoft.icon", "image/jp2", "image/x-jp2-codestream", "image/jls",
                "image/jxr",
                "image/x-olympus-orf", "image/x-canon-cr2",
                "image/x-canon-cr3", "image/x-panasonic-rw2", "image/x-pcx", "image/x-dpx", "image/ktx", "image/x-exr",
                "image/vnd.djvu",
                "image/x-icns", "image/bpg", "image/x-portable-pixmap", "image/vnd.radiance", "image/fits",
            ]
        for essence in essences {
            for fill: UInt8 in [0, 0x7F, 0xFF] { _ = try Self.size(essence, [UInt8](repeating: fill, count: 3000)) }
            for length in [0, 1, 7, 40, 900] {
                _ = try Self.size(essence, (0..<length).map { _ in UInt8.random(in: 0...255, using: &numbers) })
            }
        }
    }
}
