import MediaCore
import Testing

@testable import Libav

/// C1, C2 and G3 of what real files showed: `?at=t` is the frame that a player shows at t.
@Suite("Moments are the player's")
struct MomentTests {
    struct Film: Sendable, CustomTestStringConvertible {
        var type: MediaType
        var fileExtension: String
        var options: String
        var testDescription: String { "\(self.fileExtension): \(self.options)" }

        init(_ type: MediaType, _ fileExtension: String, _ options: String) {
            (self.type, self.fileExtension, self.options) = (type, fileExtension, options)
        }
    }

    private static let hevc = "-c:v libx265 -x265-params log-level=none:keyint=50:min-keyint=50:scenecut=0:open-gop"
    private static let h264 = "-c:v libx264 -bf 3 -sc_threshold 0"
    private static let films: [Film] = [
        .init(.mp4, "mp4", "\(h264) -g 1000"),
        .init(.mp4, "mp4", "\(h264) -g 25 -flags -cgop -x264-params open-gop=1"),
        .init(.mp4, "mp4", "\(hevc)=1 -tag:v hvc1"),
        .init(.quicktime, "mov", "-c:v mpeg4 -bf 2 -g 25 -q:v 2"),
        .init(.mp4, "mp4", "\(h264) -g 25 -movflags frag_keyframe+empty_moov"),
        .init(.matroska, "mkv", "\(hevc)=1"),
        .init(.webm, "webm", "-c:v libvpx -g 50 -b:v 2M -live 1"),
        .init(.mpegTS, "ts", "\(h264) -g 50"),
        .init(.mpegTS, "ts", "\(h264) -g 250"),
        .init(.mpegTS, "ts", "\(h264) -g 25 -flags -cgop -x264-params open-gop=1"),
        .init(.mpegTS, "ts", "\(hevc)=0"),
        .init(.mpegTS, "ts", "\(hevc)=1"),
        .init(.mpegTS, "m2ts", "\(h264) -g 50"),
        .init(.mpegTS, "m2ts", "\(hevc)=1"),
        .init(.mpegTS, "ts", "-c:v mpeg2video -bf 2 -g 50 -q:v 2"),
        .init(MediaType("video/mpeg"), "mpg", "-c:v mpeg2video -bf 2 -g 50 -q:v 2"),
        .init(MediaType("video/x-msvideo"), "avi", "-c:v mpeg4 -g 50 -q:v 2"),
        .init(MediaType("video/x-flv"), "flv", "-c:v flv -g 50 -q:v 2"),
        .init(MediaType("video/x-flv"), "flv", "\(h264) -g 50"),
        .init(MediaType("video/x-ms-wmv"), "wmv", "-c:v wmv2 -g 50 -q:v 2"),
    ]

    @Test("in every container, whatever way its key frames lie", arguments: Self.films)
    func everyContainer(film: Film) throws {
        // Program streams give small frames no timestamps of their own.
        let source = NumberedFilms.source(frames: 200, isNoisy: film.fileExtension == "mpg")
        try Films.withInput(film.type, "\(source) -pix_fmt yuv420p \(film.options)", as: film.fileExtension) { input in
            let decoder = try FrameDecoder(input, maximumPixels: 1_000_000)
            // On and back, near and far; into the pictures that an open group shows before its key frame, too.
            for wanted in [125, 0, 3, 80, 199, 47, 48, 49, 50, 51, 165, 98, 99, 12, 150] {
                let moment = decoder.clock.first + (Double(wanted) + 0.5) / 25
                let found = try NumberedFilms.number(decoder.frame(at: moment, tolerance: 0))
                #expect(found == wanted)
            }
            #expect(try NumberedFilms.number(decoder.frame(at: 1000, tolerance: 0)) == 199)
        }
    }

    @Test("each for itself, as requests come", arguments: Self.films)
    func eachForItself(film: Film) throws {
        // Program streams give small frames no timestamps of their own.
        let source = NumberedFilms.source(frames: 200, isNoisy: film.fileExtension == "mpg")
        try Films.withFilm(film.fileExtension, "\(source) -pix_fmt yuv420p \(film.options)") { descriptor in
            for wanted in [199, 110, 49, 1] {
                let input = try LibavInput(descriptor: descriptor, type: film.type)
                let decoder = try FrameDecoder(input, maximumPixels: 1_000_000)
                let moment = decoder.clock.first + (Double(wanted) + 0.5) / 25
                let found = try NumberedFilms.number(decoder.frame(at: moment, tolerance: 0))
                #expect(found == wanted)
            }
        }
    }

    @Test(
        "with a variable frame rate the next frame's time decides",
        arguments: [
            .init(.mp4, "mp4", "-c:v libx264 -bf 3"), .init(.quicktime, "mov", "-c:v mpeg4 -q:v 2"),
            .init(.matroska, "mkv", "-c:v libx264"), .init(.webm, "webm", "-c:v libvpx -b:v 2M"),
            .init(.mpegTS, "ts", "-c:v libx264 -bf 3"), .init(.mpegTS, "ts", "-c:v libx264 -bf 0 -g 2"),
        ] as [Film]
    )
    func variableRate(film: Film) throws {
        // Frame n comes at n² seconds.
        let options = "\(NumberedFilms.source(frames: 6, rate: 1)) -vf setpts=N*N/TB -vsync vfr -pix_fmt yuv420p"
        try Films.withInput(film.type, "\(options) \(film.options)", as: film.fileExtension) { input in
            let decoder = try FrameDecoder(input, maximumPixels: 1_000_000)
            for (seconds, wanted) in [
                (0.5, 0), (1.1, 1), (3.9, 1), (4.1, 2), (8.9, 2), (9.5, 3), (15.9, 3), (16.1, 4), (24.9, 4), (25, 5),
                (99, 5), (5, 2),
            ] {
                #expect(try NumberedFilms.number(decoder.frame(at: seconds, tolerance: 0)) == wanted, "at \(seconds)")
            }
        }
    }

    @Test(
        "count from the beginning of the movie, not of its first frame",
        arguments: [
            .init(.mp4, "mp4", "-c:v libx264 -bf 3"), .init(.quicktime, "mov", "-c:v mpeg4 -q:v 2"),
            .init(.matroska, "mkv", "-c:v libx264"), .init(.mpegTS, "ts", "-c:v libx264"),
            .init(.mp4, "mp4", "-c:v libx264 -bf 3 -movflags frag_keyframe+delay_moov"),
        ] as [Film]
    )
    func lateStart(film: Film) throws {
        let sound = "-f lavfi -i sine=d=4"
        let options =
            "\(sound) -itsoffset 1 \(NumberedFilms.source(frames: 75)) -map 0 -map 1 -c:a aac -pix_fmt yuv420p"
        try Films.withInput(film.type, "\(options) \(film.options)", as: film.fileExtension) { input in
            let decoder = try FrameDecoder(input, maximumPixels: 1_000_000)
            // Where there is no edit list, the muxer moves all by the 21 ms that AAC begins before its zero.
            let tolerance = film.fileExtension == "mov" || film.options.hasSuffix("-bf 3") ? 0 : 1
            for (seconds, wanted) in [(0.5, 0), (1.02, 0), (2.02, 25), (3.5, 62), (1.5, 12)] {
                let found = try NumberedFilms.number(decoder.frame(at: seconds, tolerance: 0))
                #expect(abs(found - wanted) <= tolerance, "at \(seconds): \(found)")
            }
        }
    }

    @Test("a stream that is cut in between key frames shows no grey", arguments: ["libx264", "libx265"])
    func cutStream(codec: String) throws {
        let keys = codec == "libx264" ? "-g 50 -sc_threshold 0" : "-x265-params log-level=none:keyint=50:scenecut=0"
        let source = "\(NumberedFilms.source(frames: 150)) -pix_fmt yuv420p -c:v \(codec) \(keys)"
        let stream = try Films.withFilm("ts", source) { try Films.bytes($0) }
        // From the middle of the first group on; whole packets.
        let cut = Array(stream[(stream.count / 5 / 188 * 188)...])
        try Films.withBytes(cut) { descriptor in
            let input = try LibavInput(descriptor: descriptor, type: .mpegTS)
            let decoder = try FrameDecoder(input, maximumPixels: 1_000_000)
            for seconds in [0, 0.5, 1.5, 3] {
                let image = try #require(decoder.frame(at: seconds, tolerance: 0)).rgb()
                // The rows are alike, unless something else shows through.
                for x in [0.25, 0.75] {
                    let colours = [0.1, 0.3, 0.5, 0.7, 0.9].map { image.colour(x, $0) }
                    #expect(colours.allSatisfy { isNear($0, colours[0], within: 12) }, "at \(seconds): \(colours)")
                    #expect(try NumberedFilms.number(decoder.frame(at: seconds, tolerance: 0)) >= 50)
                }
            }
        }
    }

    @Test("a stream that was joined long before its next key frame")
    func joinedStream() throws {
        let source = "\(NumberedFilms.source(frames: 350)) -pix_fmt yuv420p -c:v libx264 -g 250 -sc_threshold 0"
        let stream = try Films.withFilm("ts", source) { try Films.bytes($0) }
        // The first tenth has the first key frame.
        try Films.withBytes(Array(stream[(stream.count / 10 / 188 * 188)...])) { descriptor in
            let input = try LibavInput(descriptor: descriptor, type: .mpegTS)
            #expect(input.displaySize == PixelSize(width: 160, height: 96))
            let decoder = try FrameDecoder(input, maximumPixels: 1_000_000)
            #expect(try NumberedFilms.number(decoder.frame(at: 0, tolerance: 0)) == 250)
        }
    }

    @Test("encrypted pictures are called so (CENC)")
    func encrypted() throws {
        let key = "-encryption_key 76a6c65c5ea762046bd749a2e632ccbb -encryption_kid a7e61c373e219033c21091fa607bf3b8"
        let options = "\(NumberedFilms.source(frames: 50)) -c:v libx264 -encryption_scheme cenc-aes-ctr \(key)"
        try Films.withInput(.mp4, options) { input in
            let decoder = try FrameDecoder(input, maximumPixels: 1_000_000)
            #expect(decoder.frame(at: 1, tolerance: 0) == nil)
            #expect(decoder.isEncrypted)
            #expect(decoder.posterFrame() == nil)
        }
    }
}
