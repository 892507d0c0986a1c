import FoundationEssentials
import MediaCore
import MediaTesting
import Testing

@Suite("private data of Ogg")
struct OggPrivacyTests {
    private static let metadata =
        "-metadata title=Song -metadata artist=Ann -metadata comment=SECRET -metadata location=+52.5200+013.4050/ "
        + "-metadata date=2026-11-30 -metadata GEO_LOCATION=SECRET -metadata copyright=SECRET"

    static func file(_ options: String, _ fileExtension: String, metadata: String = Self.metadata) throws -> [UInt8] {
        let clip = try Rewritten.fixture("private-metadata/camera.mov")
        return try Tool.bytes(
            "ffmpeg -v error -y -i % -map_metadata -1 \(metadata) \(options)",
            of: clip,
            "mov",
            nil,
            fileExtension
        )
    }

    /// Without the decoders' heads, which hold the comments of Vorbis and Theora, and without what ffmpeg puts beside the first packet:
    /// the tags.
    static let packets = "ffmpeg -v error -i % -map 0 -c copy -f framemd5 - | grep -v '#extradata' | sed 's/, S=.*//'"

    /// Whether every page has the right checksum, computed bit by bit.
    static func isSound(_ bytes: [UInt8]) -> Bool {
        var position = 0
        while position < bytes.count {
            guard bytes[position...].starts(with: Array("OggS".utf8)) else { return false }
            let count = Int(bytes[position + 26])
            let length = bytes[position + 27..<position + 27 + count].reduce(27 + count) { $0 + Int($1) }
            var page = Array(bytes[position..<position + length])
            let stored = page[22..<26].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            page.replaceSubrange(22..<26, with: [0, 0, 0, 0])
            var sum: UInt32 = 0
            for byte in page {
                sum ^= UInt32(byte) << 24
                for _ in 0..<8 { sum = sum & 0x8000_0000 == 0 ? sum << 1 : sum << 1 ^ 0x04C1_1DB7 }
            }
            guard sum == stored else { return false }
            position += length
        }
        return true
    }

    @Test(
        "(C7) Ogg: positions, dates and comments go; titles, every packet and every page stay",
        arguments: [
            ("ogg", MediaType.ogg, "-vn -c:a libvorbis"), ("opus", .ogg, "-vn -c:a libopus -b:a 16k"),
            ("oga", .ogg, "-vn -c:a flac"), ("spx", .ogg, "-vn -ar 16000 -c:a libspeex"),
            ("ogv", MediaType("video/ogg"), "-c:v libtheora -c:a libvorbis"),
        ]
    )
    func kinds(fileExtension: String, type: MediaType, options: String) throws {
        let source = try Self.file(options, fileExtension)
        try #require(source.contains("SECRET"))
        let bytes = try #require(try Rewritten.bytes(source, type))
        #expect(bytes.count == source.count)
        #expect(Self.isSound(bytes))
        #expect(!bytes.contains("SECRET") && !bytes.contains("52.5200") && !bytes.contains("2026-11"))
        let tags = try Tool.run("ffprobe -v warning -show_format -show_streams %", on: bytes, fileExtension)
        for word in ["SECRET", "52.52", "-11-30", "Lavf", "rror"] { #expect(!tags.contains(word), "\(word)") }
        for word in ["Song", "Ann", "2026"] { #expect(tags.contains(word), "\(word)") }
        let found = try Rewritten.exiftool(bytes, fileExtension)
        for word in ["SECRET", "52.52", "Warning"] { #expect(!found.contains(word), "\(word) in \(found)") }
        #expect(
            try Tool.run(Self.packets, on: bytes, fileExtension) == Tool.run(Self.packets, on: source, fileExtension)
        )
        #expect(try Rewritten.bytes(bytes, type) == nil, "once is enough")
    }

    @Test(
        "(C7) Ogg: comments over many pages, and streams behind each other",
        arguments: ["libvorbis", "libopus", "flac"]
    )
    func pages(codec: String) throws {
        let long = Self.metadata + " -metadata lyrics=" + String(repeating: "SECRET", count: 20_000)
        let first = try Self.file("-vn -c:a \(codec)", "ogg", metadata: long)
        let second = try Self.file("-vn -c:a \(codec) -serial_offset 7", "ogg")
        let source = first + Array("SECRET between".utf8) + second + Array("TAG SECRET".utf8)
        let bytes = try #require(try Rewritten.bytes(source, .ogg))
        #expect(!bytes.contains("SECRET"))
        let end = first.count + 14 + second.count
        #expect(bytes.count == end)
        #expect(Self.isSound(Array(bytes[..<first.count])) && Self.isSound(Array(bytes[(end - second.count)...])))
        let clean = Array(bytes[..<first.count])
        #expect(try Tool.run(Self.packets, on: clean, "ogg") == Tool.run(Self.packets, on: first, "ogg"))
    }

    @Test("(C7) Ogg: the cover stays, without what it says itself")
    func cover() throws {
        let picture = try Rewritten.fixture("private-metadata/private.jpg")
        func text(_ bytes: [UInt8]) -> [UInt8] {
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes.count >> $0) } + bytes
        }
        let block =
            [0, 0, 0, 3] + text(Array("image/jpeg".utf8)) + text(Array("SECRET words".utf8))
            + [UInt8](repeating: 0, count: 16) + text(picture)
        let metadata = Self.metadata + " -metadata METADATA_BLOCK_PICTURE=\(Data(block).base64EncodedString())"
        let source = try Self.file("-vn -c:a libopus -b:a 16k", "ogg", metadata: metadata)
        let bytes = try #require(try Rewritten.bytes(source, .ogg))
        #expect(bytes.count == source.count)
        let cover = try Tool.bytes("ffmpeg -v error -y -i % -map 0:v -c copy -f image2", of: bytes, "ogg", into: "jpg")
        #expect(!cover.contains("SECRET") && cover.starts(with: [0xFF, 0xD8]))
        #expect(try Rewritten.pixels(cover, .jpeg) == Rewritten.pixels(picture, .jpeg))
        let tags = try Tool.run("ffprobe -v error -show_streams %", on: bytes, "ogg")
        #expect(!tags.contains("SECRET"))
    }

    @Test("(C7) Ogg: a stream of a kind that nobody knows goes")
    func unknown() throws {
        var page: [UInt8] = Array("OggS".utf8) + [0, 2] + [UInt8](repeating: 0, count: 8) + [9, 9, 9, 9]
        page += [0, 0, 0, 0, 0, 0, 0, 0, 1, 15] + Array("telemetrySECRET".utf8)
        let source = page + (try Self.file("-vn -c:a libopus -b:a 16k", "ogg"))
        let bytes = try #require(try Rewritten.bytes(source, .ogg))
        #expect(!bytes.contains("SECRET") && bytes.count == source.count)
        #expect(Self.isSound(bytes))
    }

    @Test("Ogg that is cut off or changed anywhere ends in a result or an error")
    func damaged() throws {
        let source = Array(try Self.file("-vn -c:a libvorbis", "ogg").prefix(6000))
        var numbers = SeededNumbers(test: 43)
        for length in stride(from: 1, to: source.count, by: 31) {
            _ = try? Rewritten.bytes(Array(source.prefix(length)), .ogg)
        }
        for _ in 0..<400 {
            var bytes = source
            for _ in 0..<Int.random(in: 1...6, using: &numbers) {
                bytes[Int.random(in: 0..<400, using: &numbers)] =
                    [0, 1, 3, 0x7F, 0x80, 0xFF].randomElement(using: &numbers) ?? 0
            }
            _ = try? Rewritten.bytes(bytes, .ogg)
        }
    }
}
