import MediaCore
import MediaTesting
import Testing

@Suite("private data of Matroska, music and JPEG XL")
struct SoundPrivacyTests {
    private static let metadata =
        "-metadata title=Song -metadata artist=Ann -metadata comment=SECRET -metadata location=+52.5200+013.4050/ "
        + "-metadata creation_time=2026-11-30T10:00:00Z -metadata copyright=SECRET"

    @Test(
        "(C7) goes, and titles and every packet stay",
        arguments: [
            ("webm", MediaType.webm, "-c:v libvpx -deadline realtime -b:v 50k -c:a libopus -b:a 16k"),
            ("mkv", .matroska, "-c copy"), ("mkv", .matroska, "-c copy -live 1"),
            ("mka", .audioMatroska, "-vn -c:a copy"), ("mp3", .mp3, "-vn -c:a libmp3lame -write_id3v1 1"),
            ("mp3", .mp3, "-vn -c:a libmp3lame -id3v2_version 3 -write_xing 0 -write_apetag 1"),
            ("flac", .flac, "-vn -c:a flac"),
        ]
    )
    func kinds(fileExtension: String, type: MediaType, options: String) throws {
        let clip = try Rewritten.fixture("private-metadata/camera.mov")
        let command = "ffmpeg -v error -y -i % -map_metadata -1 \(Self.metadata) \(options)"
        let source = try Tool.bytes(command.replacing("-write_apetag 1", with: ""), of: clip, "mov", nil, fileExtension)
        try #require(source.contains("SECRET"))
        let bytes = try #require(try Rewritten.bytes(source, type))
        let tags = try Tool.run("ffprobe -v error -show_format %", on: bytes, fileExtension)
        for word in ["SECRET", "52.5200", "2026-11", "Lavf"] { #expect(!tags.contains(word), "\(word)") }
        #expect(!bytes.contains("SECRET"))
        #expect(tags.contains("Song") && tags.contains("Ann"))
        let packets = "ffmpeg -v error -i % -map 0 -c copy -f framemd5 -"
        #expect(try Tool.run(packets, on: bytes, fileExtension) == Tool.run(packets, on: source, fileExtension))
        #expect(try Rewritten.bytes(bytes, type) == nil, "once is enough")
    }

    @Test("(C7) of JPEG XL lies in boxes beside the picture")
    func jpegXL() throws {
        func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
            [0, 0, 0, UInt8(8 + content.count)] + Array(type.utf8) + content
        }
        let head = box("JXL ", [0x0D, 0x0A, 0x87, 0x0A]) + box("ftyp", Array("jxl \0\0\0\0jxl ".utf8))
        let picture = box("jxlc", [0xFF, 0x0A, 1, 2, 3])
        let compressed = box("brob", Array("ExifSECRET".utf8)) + box("brob", Array("xml SECRET".utf8))
        let source =
            head + box("Exif", Array("SECRET".utf8)) + compressed + box("jumb", Array("SECRET".utf8)) + picture
            + box("xml ", Array("SECRET".utf8)) + box("jbrd", Array("SECRET".utf8))
        #expect(try Rewritten.bytes(source, .jxl) == head + picture)
        #expect(try Rewritten.bytes(head + picture, .jxl) == nil)
        #expect(try Rewritten.bytes([0xFF, 0x0A, 1, 2], .jxl) == nil)
    }
}
