import IsoMedia
import MediaCore
import MediaTesting
import Testing

@testable import MediaInspection

@Suite("G1: variants of formats")
struct FormatVariantTests {
    private func sniff(_ bytes: [UInt8]) throws -> Sniffed {
        try TypeSniffer(database: MagicDatabase()).sniff(BytesInMemory(bytes))
    }

    private static func number(_ value: Int, _ width: Int, isLittle: Bool) -> [UInt8] {
        let bytes = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return isLittle ? bytes : bytes.reversed()
    }

    /// One directory of a TIFF with the name of a camera's maker.
    private static func photograph(
        _ maker: String,
        compression: Int = 1,
        colors: Int = 2,
        isLittle: Bool = true
    ) -> [UInt8] {
        func number(_ value: Int, _ width: Int) -> [UInt8] { self.number(value, width, isLittle: isLittle) }
        func short(_ tag: Int, _ value: Int) -> [UInt8] {
            Box.joined(number(tag, 2), number(3, 2), number(1, 4), number(value, 2), [0, 0])
        }
        let entries = [
            short(256, 6000), short(257, 4000), short(259, compression), short(262, colors),
            Box.joined(number(271, 2), number(2, 2), number(maker.utf8.count + 1, 4), number(200, 4)), short(274, 6),
        ]
        var file = Box.joined(isLittle ? [0x49, 0x49] : [0x4D, 0x4D], number(42, 2), number(8, 4))
        file += Box.joined(number(entries.count, 2), entries.flatMap { $0 }, number(0, 4))
        return Box.joined(file, Box.zeros(200 - file.count), Array(maker.utf8), Box.zeros(40))
    }

    private static let cameras: [(bytes: [UInt8], fileExtension: String)] = [
        (photograph("NIKON CORPORATION", compression: 34713, isLittle: false), "nef"),
        (photograph("SONY", compression: 32767), "arw"), (photograph("SONY", colors: 32803), "arw"),
        (photograph("PENTAX ", compression: 65535, isLittle: false), "pef"),
        (photograph("SAMSUNG", compression: 32772), "srw"), (photograph("Hasselblad", colors: 32803), "3fr"),
        (photograph("Phase One A/S", colors: 32803), "iiq"),
    ]

    @Test("raw photographs of other makers, with the size of the raw picture", arguments: Self.cameras)
    func raw(bytes: [UInt8], fileExtension: String) throws {
        let sniffed = try self.sniff(bytes)
        #expect(sniffed.type.fileExtension == fileExtension)
        #expect(!sniffed.type.isRenderable)
        #expect(sniffed.dimensions == PixelSize(width: 4000, height: 6000))
    }

    @Test("what a camera's maker is named in is a picture, if it is no raw one")
    func developed() throws {
        #expect(try self.sniff(Self.photograph("NIKON CORPORATION")).type == .tiff)
        #expect(try self.sniff(Self.photograph("unknown", colors: 32803)).type == .tiff)
    }

    private static let numbers: [(bytes: [UInt8], fileExtension: String)] = [
        ([0x12, 0, 0x0A, 0x0A] + Box.zeros(40), "obu"), ([0, 0, 0, 8, 0xF8, 0x72, 0x6F, 0xBA, 0, 0], "mlp"),
        ([0] + Array("MRM".utf8) + Box.zeros(40), "mrw"), (Array("FOVb".utf8) + Box.zeros(40), "x3f"),
        ([1, 0, 0, 0] + Box.zeros(36) + Array(" EMF".utf8) + Box.zeros(60), "emf"),
        (Array("FORM\0\0\0\u{20}ILBMBMHD".utf8) + Box.zeros(24), "iff"),
        (Array("Creative Voice File\u{1A}\u{1A}\0\u{A}\u{1}\u{29}\u{11}".utf8) + Box.zeros(20), "voc"),
        (Array("P7\nHEIGHT 1\nWIDTH 1\nDEPTH 1\nMAXVAL 255\nENDHDR\n\0".utf8), "pam"),
        (Array("SIMPLE  =                    T".utf8) + [UInt8](repeating: 0x20, count: 2850), "fits"),
    ]

    @Test("magic numbers and headers", arguments: Self.numbers)
    func magic(bytes: [UInt8], fileExtension: String) throws {
        #expect(try self.sniff(bytes).type.fileExtension == fileExtension)
    }

    @Test("sound that begins in the middle of a broadcast, or behind zeros")
    func lateSound() throws {
        for (fileExtension, type) in [("mp3", MediaType.mp3), ("aac", .aac)] {
            let options = "-f lavfi -i sine=d=1:r=44100 -id3v2_version 0 -write_xing 0"
            let words = options.split(separator: " ").map(String.init).prefix(fileExtension == "mp3" ? 8 : 4)
            let sound = try TestFiles.encoded(fileExtension, Array(words)).bytes
            #expect(try self.sniff(Array(sound.dropFirst(100))).type == type)
            #expect(try self.sniff(Box.zeros(3000) + sound).type == type)
        }
    }

    @Test(
        "A5: media without an index, behind boxes that keep room free, is cut off",
        arguments: [["free"], ["wide", "skip"]]
    )
    func withoutIndex(before: [String]) throws {
        let room = before.flatMap { Box.make($0, Box.zeros(8)) }
        let sniffed = try self.sniff(room + Box.u32(5000) + Array("mdat".utf8) + Box.zeros(3000))
        #expect(sniffed.type == .quicktime)
        #expect(sniffed.container == .broken(.truncated("box mdat")))
    }

    @Test("B5: an animated PNG whose frames are out of order is the picture that everybody sees of it")
    func outOfOrder() throws {
        let options = "-f lavfi -i testsrc=s=64x48:r=5 -frames:v 4 -f apng".split(separator: " ").map(String.init)
        var bytes = try TestFiles.encoded("png", options).bytes
        func frames() throws -> Int? {
            try TestFiles.withFile(bytes) { descriptor in
                try FileInspector().inspect(
                    descriptor: descriptor,
                    size: Int64(bytes.count),
                    allowedTypes: ["image/png"],
                    limits: ImageLimits(maximumPixels: 1_000_000, maximumFrames: 100)
                ).frames
            }
        }
        #expect(try frames() == 4)
        // The number of the second frame's control, and the chunk's checksum.
        let control = try #require(bytes.ranges(of: Array("fcTL".utf8)).dropFirst().first).lowerBound
        bytes[control + 7] += 1
        let checksum = ~bytes[control..<control + 30].reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
        }
        bytes.replaceSubrange(control + 30..<control + 34, with: Box.u32(checksum))
        #expect(try frames() == 1)
    }

    private static func refusal(of bytes: [UInt8]) throws -> MediaError? {
        try TestFiles.withFile(bytes) { descriptor in
            #expect(throws: MediaError.self) {
                try FileInspector().inspect(
                    descriptor: descriptor,
                    size: Int64(bytes.count),
                    allowedTypes: ["image/*"],
                    limits: ImageLimits(maximumPixels: 1_000_000, maximumFrames: 100)
                )
            }
        }
    }

    @Test(
        "B1: a picture coded as no decoder here knows is an unsupported variant",
        arguments: ["vvc1", "avc1", "unci", "tmap"]
    )
    func unknownCodec(codec: String) throws {
        var bytes = try TestFiles.bytes(TestFiles.fixture("pictures/ios18.heic"))
        let item = try #require(bytes.firstRange(of: Array("hvc1".utf8)))
        bytes.replaceSubrange(item, with: codec.utf8)
        let error = try Self.refusal(of: bytes)
        #expect(error?.code == .unsupportedVariant)
        #expect(error?.message.contains(codec) == true)
    }

    @Test(
        "B1: a picture with the small header of newer encoders is an unsupported variant",
        arguments: ["heic", "avif"]
    )
    func smallHeader(codec: String) throws {
        let bytes = Box.make("ftyp", Array("mif3\(codec)".utf8)) + Box.make("mini", Box.zeros(40))
        #expect(try self.sniff(bytes).type.fileExtension == codec)
        #expect(try Self.refusal(of: bytes)?.code == .unsupportedVariant)
    }

    @Test("a cut-off piece of a stream is one", arguments: ["styp", "emsg", "prft"])
    func cutSegment(first: String) throws {
        let start = Box.make(first, Array("msdh".utf8) + Box.zeros(12)) + Box.make("moof", Box.zeros(8))
        let sniffed = try self.sniff(start + Box.u32(5000) + Array("mdat".utf8) + Box.zeros(3000))
        #expect(sniffed.type.essence == "video/iso.segment")
        #expect(sniffed.container == .broken(.truncated("box mdat")))
    }

    private static let appended: [[UInt8]] = [
        Array("notes of a program".utf8), Box.zeros(5), [0, 0, 0, 3] + Array("abcd".utf8),
        [0, 0, 0, 1] + Array("abcd".utf8),
        [0x8D, 0xB4, 0x2D, 0x69, 0x4C, 0xCC, 0x41, 0x87, 0x90, 0xED, 0xFF, 0x43], Array("SEFT\0\0\0\u{1}SEFT".utf8),
    ]

    @Test("what cameras and programs append behind the last box damages nothing", arguments: Self.appended)
    func appendix(bytes: [UInt8]) throws {
        let header = Box.movieHeader(timescale: 600, duration: 600)
        let movie = Box.movie(header + Box.track(handler: "vide", width: 64, height: 48))
        let file = Box.fileType("isom", ["mp42"]) + movie + Box.make("mdat", Box.zeros(100))
        guard case .isoMedia = try self.sniff(file + bytes).container else {
            Issue.record("damaged by \(bytes)")
            return
        }
        // Streams and fast start read it too.
        let clip = try TestFiles.bytes(TestFiles.fixture("clip-5s.mp4"))
        #expect(throws: Never.self) { try MovieFile(reading: BytesInMemory(clip + bytes)) }
        // A box of media that ends behind the end of the file is cut off.
        let cut = try self.sniff(file + Box.u32(500) + Array("moof".utf8) + Box.zeros(100))
        #expect(cut.container == .broken(.truncated("box moof")))
    }
}
