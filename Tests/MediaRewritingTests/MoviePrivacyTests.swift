import FoundationEssentials
import Glibc
import MediaCore
import MediaRewriting
import MediaTesting
import Testing

@Suite("private data of MP4 and QuickTime")
struct MoviePrivacyTests {
    @Test("(C7) of a camera go: positions, names, dates, telemetry, what lies in free space and behind the end")
    func camera() throws {
        let source = try Rewritten.fixture("private-metadata/camera.mov")
        #expect(source.contains("SECRET"))
        let bytes = try #require(try Rewritten.bytes(source, .quicktime))
        #expect(!bytes.contains("SECRET"))
        #expect(!bytes.contains("52.5200"))
        let found = try Rewritten.exiftool(bytes, "mov")
        for word in ["GPS", "SECRET", "Make ", "2026:11:30 10:00:00", "CreationDate", "Warning"] {
            #expect(!found.contains(word), "\(word)")
        }
        #expect(found.contains("Holiday"), "a title stays")
        #expect(try Rewritten.bytes(bytes, .quicktime) == nil, "once is enough")
        let tags = try Tool.run("ffprobe -v error -show_format -show_streams %", on: bytes, "mov")
        for word in ["TAG:location", "make", "firmware", "model", "creation_time", "gpmd"] {
            #expect(!tags.contains(word), "\(word)")
        }
    }

    @Test("(C7) go without touching a frame")
    func frames() throws {
        let source = try Rewritten.fixture("private-metadata/camera.mov")
        let bytes = try #require(try Rewritten.bytes(source, .quicktime))
        let command = "ffmpeg -v error -i % -map 0:v -map 0:a -c copy -f framemd5 -"
        let frames = try Tool.run(command, on: source, "mov")
        #expect(frames.split(separator: "\n").count > 40)
        #expect(try Tool.run(command, on: bytes, "mov") == frames)
    }

    @Test(
        "(C7) go of fragments, of an index in front, and of one without telemetry",
        arguments: ["+frag_keyframe+empty_moov+default_base_moof", "+frag_keyframe+empty_moov", "+faststart", "+dash"]
    )
    func variants(flags: String) throws {
        let clip = try Rewritten.fixture("clip-5s.mp4")
        let metadata = "-metadata location=+52.5200+013.4050/ -metadata comment=SECRET -metadata title=Holiday"
        let source = try Tool.bytes(
            "ffmpeg -v error -y -t 2 -i % -c copy \(metadata) -movflags \(flags)",
            of: clip,
            "mp4"
        )
        let bytes = try #require(try Rewritten.bytes(source, .mp4))
        #expect(bytes.count == source.count)
        let tags = try Tool.run("ffprobe -v error -show_format %", on: bytes, "mp4")
        #expect(!tags.contains("TAG:location") && !tags.contains("SECRET"))
        #expect(tags.contains("Holiday"))
        #expect(try !Rewritten.exiftool(bytes, "mp4").contains("GPS"))
        let command = "ffmpeg -v error -i % -c copy -f framemd5 -"
        #expect(try Tool.run(command, on: bytes, "mp4") == Tool.run(command, on: source, "mp4"))
    }

    @Test(
        "(C7) MP4, MOV, 3GPP, M4V: positions in every form, and the names of reels, go; titles stay",
        arguments: [
            ("mov", "-metadata location=+52.5200+013.4050/ -timecode 01:00:00:00 -metadata:s:v reel_name=SECRET"),
            ("mov", "-movflags use_metadata_tags -metadata com.apple.quicktime.location.ISO6709=+52.5200+013.4050/"),
            (
                "mov",
                "-movflags use_metadata_tags -metadata com.apple.quicktime.location.accuracy.horizontal=52.52 "
                    + "-metadata com.apple.quicktime.title=Holiday -metadata artist=Ann "
                    + "-metadata com.apple.quicktime.make=SECRET"
            ),
            ("mp4", "-metadata location=+52.5200+013.4050/ -timecode 01:00:00:00"),
            ("3gp", "-an -metadata location=+52.5200+013.4050/"), ("m4v", "-metadata location=+52.5200+013.4050/"),
        ]
    )
    func forms(fileExtension: String, options: String) throws {
        let clip = try Rewritten.fixture("private-metadata/camera.mov")
        let source = try Tool.bytes(
            "ffmpeg -v error -y -i % -map 0:v -map 0:a? -map_metadata -1 -c copy \(options)",
            of: clip,
            "mov",
            into: fileExtension
        )
        let type: MediaType = fileExtension == "mov" ? .quicktime : .mp4
        let bytes = try #require(try Rewritten.bytes(source, type))
        #expect(bytes.count == source.count && !bytes.contains("SECRET") && !bytes.contains("52.52"))
        let tags = try Tool.run("ffprobe -v error -show_format -show_streams %", on: bytes, fileExtension)
        for word in ["TAG:location", "SECRET", "52.52", "reel"] { #expect(!tags.contains(word), "\(word) in \(tags)") }
        #expect(tags.contains("timecode=01:00:00:0") == options.contains("timecode"))
        #expect(["Holiday", "Ann"].allSatisfy { tags.contains($0) == options.contains($0) })
        let found = try Rewritten.exiftool(bytes, fileExtension)
        for word in ["GPS", "SECRET", "52.52", "Location", "Warning"] {
            #expect(!found.contains(word), "\(word) in \(found)")
        }
        let command = "ffmpeg -v error -i % -map 0:v -map 0:a? -c copy -f framemd5 -"
        #expect(try Tool.run(command, on: bytes, fileExtension) == Tool.run(command, on: source, fileExtension))
        #expect(try Rewritten.bytes(bytes, type) == nil, "once is enough")
    }

    @Test("(C7) M4A: the cover stays in its place, without its own private data")
    func cover() throws {
        let clip = try Rewritten.fixture("private-metadata/camera.mov")
        let picture = try Rewritten.fixture("private-metadata/private.jpg")
        let source = try Tool.bytes(
            "ffmpeg -v error -y -i % -i @ -map 0:a -map 1 -map_metadata -1 -c copy -disposition:v attached_pic",
            of: clip,
            "mov",
            picture,
            "jpg",
            into: "m4a"
        )
        try #require(source.contains("SECRET"))
        let bytes = try #require(try Rewritten.bytes(source, .audioMP4))
        #expect(!bytes.contains("SECRET") && bytes.count == source.count)
        let cover = try Tool.bytes("ffmpeg -v error -y -i % -map 0:v -c copy -f image2", of: bytes, "m4a", into: "jpg")
        #expect(try Rewritten.pixels(cover, .jpeg) == Rewritten.pixels(picture, .jpeg))
        #expect(try Rewritten.bytes(bytes, .audioMP4) == nil, "once is enough")
    }

    @Test("of music stay what listeners choose by, and the cover; comments, dates and places go")
    func music() throws {
        let metadata =
            "-metadata title=Song -metadata artist=Ann -metadata album=First -metadata comment=SECRET "
            + "-metadata date=2026-11-30 -metadata location=+52.5200+013.4050/"
        let clip = try Rewritten.fixture("private-metadata/camera.mov")
        let source = try Tool.bytes("ffmpeg -v error -y -i % -vn -c:a copy \(metadata)", of: clip, "m4a")
        let bytes = try #require(try Rewritten.bytes(source, .audioMP4))
        let tags = try Tool.run("ffprobe -v error -show_format -show_streams %", on: bytes, "m4a")
        for word in ["Song", "Ann", "First"] { #expect(tags.contains(word)) }
        for word in ["SECRET", "2026-11", "52.52"] { #expect(!tags.contains(word)) }
    }

    @Test("(C7) go of subtitles in which a drone writes where it is, and other subtitles stay")
    func drone() throws {
        let clip = try Rewritten.fixture("private-metadata/camera.mov")
        func film(_ text: String) throws -> [UInt8] {
            let subtitles = Array("1\n00:00:00,000 --> 00:00:01,500\n\(text)\n\n".utf8)
            let source = try Tool.bytes("ffmpeg -v error -y -i % -c:s mov_text", of: subtitles, "srt", into: "mp4")
            return try Tool.bytes(
                "ffmpeg -v error -y -i % -i @ -map 0:v -map 1 -c copy",
                of: clip,
                "mov",
                source,
                "mp4"
            )
        }
        let telemetry = try film("F/2.8, SS 320, GPS (13.4050, 52.5200, 18), D 24.26m")
        #expect(try #require(try Rewritten.bytes(telemetry, .mp4)).contains("52.5200") == false)
        let words = try film("Our GPS is broken, 52 times.")
        #expect(try #require(try Rewritten.bytes(words, .mp4)).contains("broken, 52"))
    }

    @Test("(C7) are many: an hour of telemetry goes into more pieces than a message has room for")
    func many() throws {
        let source = try Rewritten.fixture("private-metadata/camera.mov")
        let film = InterleavedFilm(chunks: 4000)
        let bytes = try #require(try Rewritten.bytes(film.bytes, .mp4))
        #expect(!bytes.contains("SECRET"))
        #expect(bytes.count == film.bytes.count)
        #expect(source.count < bytes.count)
    }

    @Test("of what cannot be followed: it is refused, and not called damaged")
    func refused() throws {
        let source = try Rewritten.fixture("private-metadata/camera.mov")
        var broken = source
        let table = try #require(broken.firstRange(of: Array("stsd".utf8)))
        broken.replaceSubrange(table, with: Array("free".utf8))
        do {
            _ = try Rewritten.bytes(broken, .quicktime)
            Issue.record("it was taken")
        } catch let error as MediaError {
            #expect(error.code == .processingFailed)
        }
    }
}
