import MediaCore
import MediaTesting
import Testing

@Suite("private data of MP3 and FLAC")
struct Mp3PrivacyTests {
    static func sound() throws -> [UInt8] {
        let clip = try Rewritten.fixture("private-metadata/camera.mov")
        return try Tool.bytes(
            "ffmpeg -v error -y -i % -map_metadata -1 -vn -c:a libmp3lame -id3v2_version 0 -write_xing 0",
            of: clip,
            "mov",
            nil,
            "mp3"
        )
    }

    static func frame(_ name: String, _ content: [UInt8], _ version: Int, flags: [UInt8] = [0, 0]) -> [UInt8] {
        let count = content.count
        let shifts = version == 2 ? [16, 8, 0] : version == 3 ? [24, 16, 8, 0] : [21, 14, 7, 0]
        return Array(name.utf8) + shifts.map { UInt8(truncatingIfNeeded: count >> $0 & (version == 4 ? 0x7F : 0xFF)) }
            + (version == 2 ? [] : flags) + content
    }

    static func tag(_ frames: [UInt8], _ version: UInt8, flags: UInt8 = 0) -> [UInt8] {
        Array("ID3".utf8) + [version, 0, flags]
            + [21, 14, 7, 0].map { UInt8(truncatingIfNeeded: frames.count >> $0 & 0x7F) } + frames
    }

    static func text(_ text: String) -> [UInt8] { [0] + text.utf8 }

    /// Zeros behind every FF, as ID3 has it so that nobody takes the tag for sound.
    static func unsynchronised(_ bytes: [UInt8]) -> [UInt8] { bytes.flatMap { $0 == 0xFF ? [0xFF, 0] : [$0] } }

    static let packets = "ffmpeg -v error -i % -map 0:a -c copy -f framemd5 -"

    static func check(_ source: [UInt8], _ sound: [UInt8]) throws -> [UInt8] {
        let bytes = try #require(try Rewritten.bytes(source, .mp3))
        #expect(!bytes.contains("SECRET"))
        let tags = try Tool.run("ffprobe -v error -show_format -show_streams %", on: bytes, "mp3")
        for word in ["SECRET", "52.52", "-11-30"] { #expect(!tags.contains(word), "\(word)") }
        for word in ["Song", "Ann", "2026"] { #expect(tags.contains(word), "\(word) in \(tags)") }
        let found = try Rewritten.exiftool(bytes, "mp3")
        for word in ["SECRET", "GPS", "Warning"] { #expect(!found.contains(word), "\(word) in \(found)") }
        #expect(try Tool.run(Self.packets, on: bytes, "mp3") == Tool.run(Self.packets, on: sound, "mp3"))
        #expect(try Rewritten.bytes(bytes, .mp3) == nil, "once is enough")
        return bytes
    }

    @Test(
        "(C7) MP3 with ID3 of each version: titles and the cover stay, the cover without its own private data",
        arguments: 2...4
    )
    func versions(_ version: Int) throws {
        let sound = try Self.sound()
        let picture = try Rewritten.fixture("private-metadata/private.jpg")
        let (title, artist, year) =
            version == 2 ? ("TT2", "TP1", "TYE") : ("TIT2", "TPE1", version == 3 ? "TYER" : "TDRC")
        var frames = Self.frame(title, Self.text("Song"), version) + Self.frame(artist, Self.text("Ann"), version)
        frames += Self.frame(year, Self.text(version == 4 ? "2026-11-30T10:00:00" : "2026"), version)
        frames += Self.frame(version == 2 ? "COM" : "COMM", [0] + Array("eng\0SECRET".utf8), version)
        frames += Self.frame(version == 2 ? "GEO" : "GEOB", Array("\0\0\0\0SECRET".utf8), version)
        frames += Self.frame(
            version == 2 ? "TXX" : "TXXX",
            Array("\0location\0+52.5200+013.4050/ SECRET".utf8),
            version
        )
        frames += version == 2 ? [] : Self.frame("PRIV", Array("XMP\0<x:xmpmeta>SECRET".utf8), version)
        let cover = version == 2 ? Array("\0JPG\u{3}SECRET\0".utf8) : Array("\0image/jpeg\0\u{3}SECRET\0".utf8)
        frames += Self.frame(version == 2 ? "PIC" : "APIC", cover + picture, version)
        let bytes = try Self.check(Self.tag(frames, UInt8(version)) + sound, sound)
        let kept = try Tool.bytes("ffmpeg -v error -y -i % -map 0:v -c copy -f image2", of: bytes, "mp3", into: "jpg")
        #expect(try Rewritten.pixels(kept, .jpeg) == Rewritten.pixels(picture, .jpeg))
    }

    @Test("(C7) MP3 with unsynchronised tags, extended heads and flags: titles stay there too", arguments: [3, 4])
    func flags(_ version: Int) throws {
        let sound = try Self.sound()
        let year = Self.frame(version == 3 ? "TYER" : "TDRC", Self.text("2026"), version)
        let artist = Self.frame("TPE1", Self.text("Ann"), version) + year
        let secret = Self.frame("COMM", [0] + Array("eng\0SECRET".utf8), version)
        // UTF-16 with its mark: FF FE.
        let title: [UInt8] = [1, 0xFF, 0xFE] + Array("Song".utf8).flatMap { [$0, 0] as [UInt8] }
        if version == 3 {
            let extended: [UInt8] = [0, 0, 0, 6, 0, 0, 0, 0, 0, 0]
            let body = Self.unsynchronised(extended + Self.frame("TIT2", title, 3) + artist + secret)
            _ = try Self.check(Self.tag(body, 3, flags: 0xC0) + sound, sound)
            let grouped = Self.frame("TIT2", [7] + title, 3, flags: [0, 0x20])
            _ = try Self.check(Self.tag(grouped + artist + secret, 3) + sound, sound)
        } else {
            let plain = Self.unsynchronised(title)
            let length = [0, 0, 0, UInt8(title.count)]
            let frame = Self.frame("TIT2", length + plain, 4, flags: [0, 0x03])
            let extended: [UInt8] = [0, 0, 0, 6, 1, 0]
            _ = try Self.check(Self.tag(extended + frame + artist + secret, 4, flags: 0xC0) + sound, sound)
            let footer = Array("3DI".utf8) + Self.tag(frame + artist + secret, 4, flags: 0x10)[3..<10]
            _ = try Self.check(Self.tag(frame + artist + secret, 4, flags: 0x10) + footer + sound, sound)
        }
    }

    @Test("(C7) MP3 with tags in front, in the middle and at the end")
    func places() throws {
        let sound = try Self.sound()
        let first = Self.tag(
            Self.frame("TIT2", Self.text("Song"), 3) + Self.frame("TPE1", Self.text("Ann"), 3)
                + Self.frame("TYER", Self.text("2026"), 3),
            3
        )
        let secret = Self.tag(Self.frame("COMM", [0] + Array("eng\0SECRET".utf8), 3), 3)
        func ape(_ item: [UInt8]) -> [UInt8] {
            func edge(_ flags: UInt8) -> [UInt8] {
                Array("APETAGEX".utf8) + [0xD0, 7, 0, 0, UInt8(item.count + 32), 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, flags]
                    + [UInt8](repeating: 0, count: 8)
            }
            return edge(0xA0) + item + edge(0x80)
        }
        let item = [6, 0, 0, 0, 0, 0, 0, 0] + Array("Location\0SECRET".utf8)
        let lyrics = Array("LYRICSBEGINSECRETLYRICSEND".utf8)
        let two = Array("LYRICSBEGININD00002 SECRET".utf8)
        let lyrics2 = two + Array(("000000" + "\(two.count)").suffix(6).utf8) + Array("LYRICS200".utf8)
        let old = Array("TAG".utf8) + Array("Song".utf8) + [UInt8](repeating: 0, count: 26) + Array("Ann".utf8)
        let version1 =
            old + [UInt8](repeating: 0, count: 57) + Array("2026".utf8) + Array("SECRET".utf8)
            + [UInt8](repeating: 0, count: 25)
        #expect(version1.count == 128)
        let twice = sound + sound
        for end in [ape(item), lyrics, lyrics2, ape(item) + version1, lyrics2 + ape(item) + version1] {
            _ = try Self.check(first + secret + sound + secret + sound + end, twice)
        }
        _ = try Self.check(first + ape(item) + secret + sound, sound)
    }

    @Test("(C7) FLAC: the cover stays without its own private data; tags of other formats go")
    func flac() throws {
        let clip = try Rewritten.fixture("private-metadata/camera.mov")
        let picture = try Rewritten.fixture("private-metadata/private.jpg")
        let plain = try Tool.bytes(
            "ffmpeg -v error -y -i % -i @ -map 0:a -map 1 -map_metadata -1 -metadata title=Song -metadata artist=Ann "
                + "-metadata date=2026-11-30 -metadata:s:v title=SECRET -disposition:v attached_pic -c:v copy -c:a flac",
            of: clip,
            "mov",
            picture,
            "jpg",
            into: "flac"
        )
        // A block of an application behind the first one.
        let block = [2, 0, 0, 10] + Array("SECRSECRET".utf8)
        let source =
            Array(plain[..<42]) + block + plain[42...] + Array("TAG SECRET".utf8)
            + [UInt8](repeating: 0, count: 118)
        try #require(source.contains("SECRET"))
        let bytes = try #require(try Rewritten.bytes(source, .flac))
        #expect(!bytes.contains("SECRET"))
        let tags = try Tool.run("ffprobe -v error -show_format %", on: bytes, "flac")
        for word in ["Song", "Ann", "2026"] { #expect(tags.contains(word), "\(word)") }
        #expect(!tags.contains("-11-30"))
        #expect(try Tool.run(Self.packets, on: bytes, "flac") == Tool.run(Self.packets, on: plain, "flac"))
        let cover = try Tool.bytes("ffmpeg -v error -y -i % -map 0:v -c copy -f image2", of: bytes, "flac", into: "jpg")
        #expect(try Rewritten.pixels(cover, .jpeg) == Rewritten.pixels(picture, .jpeg))
        #expect(try Rewritten.bytes(bytes, .flac) == nil, "once is enough")
    }
}
