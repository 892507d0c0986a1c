import MediaCore
import MediaTesting
import Testing

@testable import MediaInspection

@Suite("Signatures")
struct SignatureTests {
    private func sniff(_ bytes: [UInt8]) throws -> Sniffed {
        try TypeSniffer(database: MagicDatabase()).sniff(BytesInMemory(bytes))
    }

    private static func le(_ number: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private static func ogg(_ payloads: [[UInt8]]) -> [UInt8] {
        var file: [UInt8] = []
        for payload in payloads {
            file += Array("OggS\0\u{2}".utf8)
            file += [UInt8](repeating: 0, count: 20)
            file += [1, UInt8(payload.count)]
            file += payload
        }
        return file
    }

    private static let skeleton = Array("fishead\0".utf8) + [UInt8](repeating: 0, count: 56)
    private static let vorbis = Array("\u{1}vorbis".utf8) + [UInt8](repeating: 0, count: 23)
    private static let theora = [0x80] + Array("theora".utf8) + [UInt8](repeating: 0, count: 35)

    private static let streams: [([[UInt8]], String)] = [
        ([skeleton, vorbis], "audio/ogg"), ([skeleton, vorbis, theora], "video/ogg"), ([theora, vorbis], "video/ogg"),
        ([Array("OpusHead".utf8) + [1]], "audio/ogg"), ([Array("CMML\0\0".utf8)], "application/ogg"),
    ]

    @Test("Ogg by all of its streams, Skeleton or not", arguments: Self.streams)
    func oggStreams(payloads: [[UInt8]], essence: String) throws {
        #expect(try self.sniff(Self.ogg(payloads)).type.essence == essence)
    }

    @Test("icons and cursors whose first picture has 256 pixels")
    func icons() throws {
        let entry: [UInt8] = Box.joined([0, 0, 0, 0, 1, 0, 32, 0], Self.le(100, 4), Self.le(22, 4))
        let icon: [UInt8] = Box.joined([0, 0, 1, 0, 1, 0], entry, [UInt8](repeating: 7, count: 100))
        #expect(try self.sniff(icon).type.essence == "image/vnd.microsoft.icon")
        #expect(try self.sniff([0, 0, 2, 0] + icon.dropFirst(4)).type.fileExtension == "cur")
    }

    @Test("Canon's raw photographs are no videos")
    func canonRaw() throws {
        let header = Box.movieHeader(timescale: 600, duration: 600)
        let movie = Box.movie(header + Box.track(handler: "vide", width: 6000, height: 4000))
        let file = Box.fileType("crx ", ["crx ", "isom"]) + movie + Box.make("mdat", [1])
        let type = try self.sniff(file).type
        #expect(type.essence == "image/x-canon-cr3")
        #expect(type.fileExtension == "cr3")
        #expect(!type.isRenderable)
    }

    /// A TIFF with a small picture in front and the raw one in a directory below it.
    private static func negative(orientation: Int = 1, isLittle: Bool = true, version: Bool = true) -> [UInt8] {
        func number(_ value: Int, _ width: Int) -> [UInt8] {
            isLittle ? self.le(value, width) : self.le(value, width).reversed()
        }
        func entry(_ tag: Int, _ value: Int, short: Bool = false) -> [UInt8] {
            let content: [UInt8] = short ? number(value, 2) + [0, 0] : number(value, 4)
            return Box.joined(number(tag, 2), number(short ? 3 : 4, 2), number(1, 4), content)
        }
        var front = [
            entry(254, 1), entry(256, 64), entry(257, 48), entry(274, orientation, short: true), entry(330, 200),
        ]
        if version { front.append(Box.joined(number(0xC612, 2), number(1, 2), number(4, 4), [1, 4, 0, 0])) }
        let raw = [entry(254, 0), entry(256, 400, short: true), entry(257, 300)]
        var file: [UInt8] = Box.joined(isLittle ? [0x49, 0x49] : [0x4D, 0x4D], number(42, 2), number(8, 4))
        file += Box.joined(number(front.count, 2), front.flatMap { $0 }, number(0, 4))
        file += [UInt8](repeating: 0, count: 200 - file.count)
        return Box.joined(file, number(raw.count, 2), raw.flatMap { $0 }, number(0, 4))
    }

    @Test("a digital negative has the size of the raw picture, upright", arguments: [true, false])
    func negatives(isLittle: Bool) throws {
        let sniffed = try self.sniff(Self.negative(isLittle: isLittle))
        #expect(sniffed.type == .dng && sniffed.type.fileExtension == "dng")
        #expect(sniffed.dimensions == PixelSize(width: 400, height: 300))
        let turned = try self.sniff(Self.negative(orientation: 6, isLittle: isLittle))
        #expect(turned.dimensions == PixelSize(width: 300, height: 400))
        #expect(try self.sniff(Self.negative(isLittle: isLittle, version: false)).type == .tiff)
    }

    private static let magic: [([UInt8], String)] = [
        (Array("DDS |\0\0\0".utf8) + [UInt8](repeating: 0, count: 120), "dds"),
        ([0x8B] + Array("JNG\r\n\u{1A}\n\0\0\0".utf8), "jng"), (Array("tBaK\0\0\0\0".utf8), "tak"),
        (Array("MPCK\0\0".utf8), "mpc"), (Array("MAC \u{96}\u{F}\0\0".utf8), "ape"),
        (Array("DSD \u{1C}\0\0\0\0\0\0\0".utf8), "dsf"), (Array("#!AMR\n\u{4}\0".utf8), "amr"),
        (Array("MThd\0\0\0\u{6}\0\u{1}".utf8), "mid"), ([0x1F, 0xFF, 0xE8, 0x00, 0x07, 0xF0, 0, 0], "dts"),
        ([0xFF, 0x1F, 0x00, 0xE8, 0xF0, 0x07, 0, 0], "dts"), ([0xFE, 0x7F, 0x01, 0x80, 0, 0], "dts"),
        ([0, 0, 9, 3, 1, 2, 3, 4, 5, 6], "wbmp"), (Array("#?RADIANCE\n\n-Y 1 +X 1\n".utf8) + [0, 1, 2, 128], "hdr"),
        ([0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 1, 0xFF, 0xF7, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0], "jls"),
    ]

    @Test("magic numbers that libmagic does not know", arguments: Self.magic)
    func numbers(bytes: [UInt8], fileExtension: String) throws {
        #expect(try self.sniff(bytes).type.fileExtension == fileExtension)
    }

    private static let seeds: [[UInt8]] = [
        CompoundFileBuilder.file(["WordDocument", "a"], deeper: ["Workbook"], sectorsBefore: 3), negative(),
        ogg([skeleton, vorbis]), Zip.archive(["[Content_Types].xml", "word/document.xml"]),
        Box.joined(Box.fileType("crx "), Box.movie(Box.movieHeader(timescale: 1, duration: 1)), Box.make("mdat", [1])),
        Box.joined([0, 0, 1, 0, 2, 0], [UInt8](repeating: 3, count: 90)), Array("{\"a\": [1, \"\\u00e9\", {}]}".utf8),
        Array("a,b\n1,\"2\"\n".utf8), Array("1\n00:00:01,000 --> 00:00:02,000\nx\n".utf8),
        Array("<?xml version='1.0'?><svg xmlns='x'/>".utf8), [0xFF, 0xFE, 0x61, 0, 0x3D, 0xD8, 0, 0xDE],
        Box.joined(Array("ID3".utf8), [3, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4, 0xFF, 0xFB, 0x90, 0x64, 0, 0, 0, 0]),
    ]

    @Test("bytes that are changed at random have a type, and never crash the sniffer")
    func mutations() throws {
        var random = SeededNumbers(test: 1101)
        let sniffer = TypeSniffer(database: try MagicDatabase())
        let seeds = Self.seeds + Self.magic.map(\.0)
        for _ in 0..<4000 {
            var bytes = seeds[Int.random(in: 0..<seeds.count, using: &random)]
            for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[place] = [0, 0xFF, 0x7F, 0x80].randomElement(using: &random) ?? 0
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + 9))
                default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 5)], at: place)
                }
            }
            let sniffed = try sniffer.sniff(BytesInMemory(bytes))
            // Whatever is called a text is one.
            let isWide = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
            if sniffed.type == .plainText { #expect(isWide || !bytes.contains(0)) }
            if sniffed.charset != nil { #expect(String(validating: bytes, as: UTF8.self) != nil) }
        }
    }
}
