import MediaCore
import MediaTesting
import Testing

@Suite("private data of Matroska's tracks and attachments")
struct MatroskaPrivacyTests {
    static func film(_ texts: [String], _ options: String, into fileExtension: String = "mkv") throws -> [UInt8] {
        let subtitles = texts.enumerated().map { index, text in
            "\(index + 1)\n00:00:0\(index),000 --> 00:00:0\(index),900\n\(text)\n\n"
        }
        let clip = try Rewritten.fixture("private-metadata/camera.mov")
        return try Tool.bytes(
            "ffmpeg -v error -y -i @ -i % -map 0:v -map 1 -map_metadata -1 \(options)",
            of: Array(subtitles.joined().utf8),
            "srt",
            clip,
            "mov",
            into: fileExtension
        )
    }

    static let pictures = "ffmpeg -v error -i % -map 0:v -c copy -f framemd5 -"

    @Test(
        "(C7) MKV and WebM: subtitles in which a drone or a dash camera writes where it is go, others stay",
        arguments: [
            ("mkv", "-c:v copy -c:s srt"), ("mkv", "-c:v copy -c:s ass"), ("mkv", "-c:v copy -c:s srt -live 1"),
            ("webm", "-c:v libvpx -deadline realtime -b:v 50k -c:s webvtt"),
        ]
    )
    func subtitles(fileExtension: String, options: String) throws {
        let kinds = [
            ["F/2.8, SS 320, GPS (13.4050, 52.5200, 18)", "F/2.8"],
            ["[iso: 100] [latitude: 52.520008] [longitude: 13.404954]", "-"],
            ["52.520008 13.404954 34.2 m", "52.520009 13.404955 34.3 m"], ["N52.520 E13.405 60 km/h"],
            ["52°31'12\" N, 13°24'18\" E"], ["+52.5200+013.4050/"], ["4717.1163,N,00833.9156,E"],
        ]
        for texts in kinds {
            let source = try Self.film(texts, options, into: fileExtension)
            let bytes = try #require(try Rewritten.bytes(source, .matroska))
            for text in texts.filter({ $0.contains("52") || $0.contains("47") }) {
                #expect(!bytes.contains(text), "\(text)")
            }
            #expect(bytes.count == source.count)
            #expect(
                try Tool.run(Self.pictures, on: bytes, fileExtension)
                    == Tool.run(Self.pictures, on: source, fileExtension)
            )
            #expect(try Rewritten.bytes(bytes, .matroska) == nil, "once is enough")
        }
        let words = ["Our GPS is broken, 52 times.", "At 52° N we turn; it is 20°C.", "Pi is 3.14159."]
        let kept = try #require(try Rewritten.bytes(try Self.film(words, options, into: fileExtension), .matroska))
        for text in words { #expect(kept.contains(text)) }
    }

    @Test(
        "(C7) MKV: tracks that are neither picture, sound nor subtitles go with their blocks",
        arguments: ["", "-live 1"]
    )
    func telemetry(options: String) throws {
        var source = try Self.film(["SECRET one", "SECRET two"], "-c:v copy -c:s srt \(options)")
        for (old, new) in [("S_TEXT/UTF8", Array("D_TELEMETRY".utf8)), ("\u{83}", [0x83, 0x81, 0x21])] {
            let range =
                old == "\u{83}" ? source.firstRange(of: [0x83, 0x81, 0x11]) : source.firstRange(of: Array(old.utf8))
            source.replaceSubrange(try #require(range), with: new)
        }
        let bytes = try #require(try Rewritten.bytes(source, .matroska))
        #expect(!bytes.contains("SECRET") && !bytes.contains("D_TELEMETRY"))
        let streams = try Tool.run("ffprobe -v warning -show_streams %", on: bytes, "mkv")
        #expect(streams.contains("codec_type=video") && !streams.contains("subtitle") && !streams.contains("rror"))
        #expect(try Tool.run(Self.pictures, on: bytes, "mkv") == Tool.run(Self.pictures, on: source, "mkv"))
    }

    @Test("(C7) MKV: attached pictures stay without what they say themselves; other attachments go")
    func attachments() throws {
        let clip = try Rewritten.fixture("private-metadata/camera.mov")
        let picture = try Rewritten.fixture("private-metadata/private.jpg")
        let source = try Tool.bytes(
            "ffmpeg -v error -y -i % -attach @ -metadata:s:t:0 mimetype=image/jpeg -metadata:s:t:0 filename=cover.jpg "
                + "-map 0:v -c copy",
            of: clip,
            "mov",
            picture,
            "jpg",
            into: "mkv"
        )
        try #require(source.contains("SECRET"))
        let bytes = try #require(try Rewritten.bytes(source, .matroska))
        #expect(!bytes.contains("SECRET") && bytes.contains("cover.jpg"))
        let cover = try Tool.bytes(
            "ffmpeg -v error -y -i % -map 0:v:1 -c copy -f image2",
            of: bytes,
            "mkv",
            into: "jpg"
        )
        #expect(try Rewritten.pixels(cover, .jpeg) == Rewritten.pixels(picture, .jpeg))
        #expect(try Rewritten.bytes(bytes, .matroska) == nil, "once is enough")
    }

    @Test("(C7) MKV: zeros and other bytes between the elements hide no tags behind them")
    func gaps() throws {
        let source = try Self.film(["words"], "-c:v copy -c:s srt -metadata comment=SECRET")
        // The first one is an entry of the list of elements.
        let tags = try #require(source.ranges(of: [0x12, 0x54, 0xC3, 0x67]).last).lowerBound
        // The segment has no length then, as of a live recording.
        var broken = Array(source[..<tags]) + [UInt8](repeating: 0, count: 9) + Array("SECRET".utf8) + source[tags...]
        let segment = try #require(broken.firstRange(of: [0x18, 0x53, 0x80, 0x67])).upperBound
        broken.replaceSubrange(segment..<segment + 8, with: [1] + [UInt8](repeating: 0xFF, count: 7))
        let bytes = try #require(try Rewritten.bytes(broken, .matroska))
        #expect(!bytes.contains("SECRET"))
        #expect(bytes.count == broken.count)
    }
}
