import Glibc
import MediaCore
import Testing

@testable import Libav

@Suite("What videos and music say of themselves")
struct FilmFactsTests {
    private static let video = "-f lavfi -i testsrc=s=320x180:d=2:r=10"
    private static let sound = "-f lavfi -i sine=d=2:sample_rate=44100"

    @Test("every type that is called a video or music has a demuxer")
    func demuxers() {
        for type in MediaType.decodableVideos.union(MediaType.music) {
            #expect(Demuxer.name(of: type) != nil, "\(type)")
        }
    }

    struct Sample: Sendable, CustomTestStringConvertible {
        var type: MediaType
        var options: String
        var videoCodec: String?
        var audioCodec: String?
        var testDescription: String { "\(self.type): \(self.options)" }
    }

    private static let samples: [Sample] = [
        .init(type: .mp4, options: "\(video) \(sound) -c:v libx264 -c:a aac", videoCodec: "h264", audioCodec: "aac"),
        .init(
            type: .quicktime,
            options: "\(video) \(sound) -c:v mpeg4 -c:a aac",
            videoCodec: "mpeg4",
            audioCodec: "aac"
        ),
        .init(
            type: .matroska,
            options: "\(video) \(sound) -c:v libx265 -x265-params log-level=none -c:a flac",
            videoCodec: "hevc",
            audioCodec: "flac"
        ),
        .init(
            type: .webm,
            options: "\(video) \(sound) -c:v libvpx-vp9 -c:a libopus",
            videoCodec: "vp9",
            audioCodec: "opus"
        ),
        .init(
            type: .mpegTS,
            options: "\(video) \(sound) -c:v mpeg2video -c:a mp2",
            videoCodec: "mpeg2video",
            audioCodec: "mp2"
        ),
        .init(type: .mp3, options: "\(sound)", audioCodec: "mp3"),
        .init(type: .flac, options: "\(sound)", audioCodec: "flac"),
        .init(type: .ogg, options: "\(sound) -c:a libvorbis", audioCodec: "vorbis"),
        .init(type: .wav, options: "\(sound)", audioCodec: "pcm_s16le"),
        .init(type: .audioMP4, options: "\(sound) -c:a aac", audioCodec: "aac"),
    ]

    @Test("codecs, size, length, rate", arguments: Self.samples)
    func facts(sample: Sample) throws {
        try Films.withInput(sample.type, sample.options) { input in
            let facts = input.facts
            #expect(facts.videoCodec == sample.videoCodec)
            #expect(facts.audioTracks.map(\.codec) == [sample.audioCodec].compactMap { $0 })
            #expect(facts.audioTracks.first?.channels == 1)
            #expect(facts.audioTracks.first?.sampleRate == (sample.audioCodec == "opus" ? 48000 : 44100))
            #expect(facts.subtitleTracks.isEmpty)
            #expect(!facts.hasCover)
            #expect((facts.bitRate ?? 0) > 1000)
            let seconds = try #require(input.durationSeconds)
            #expect(abs(seconds - 2) < 0.2)
            guard sample.videoCodec != nil else { return }
            #expect(input.displaySize == PixelSize(width: 320, height: 180))
            #expect(abs((facts.frameRate ?? 0) - 10) < 0.01)
        }
    }

    @Test("tracks: languages, titles, what is on by default")
    func tracks() throws {
        // Unique: the name of a file.
        let subtitles = "/tmp/mediad-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).srt"
        let text = "1\n00:00:00,000 --> 00:00:01,000\nBonjour\n"
        let descriptor = open(subtitles, O_CREAT | O_EXCL | O_WRONLY, 0o600)
        try #require(descriptor >= 0)
        _ = text.withCString { write(descriptor, $0, text.utf8.count) }
        close(descriptor)
        defer { unlink(subtitles) }
        let maps =
            "-map 0 -map 1 -map 1 -map 2 -c:v mpeg4 -c:a aac -c:s srt -disposition:a:0 default -disposition:a:1 0 -disposition:s:0 forced"
        let languages = "-metadata:s:a:0 language=eng -metadata:s:a:1 language=fra -metadata:s:a:1 title=Kommentar"
        let options = "\(Self.video) \(Self.sound) -i \(subtitles) \(maps) \(languages) -metadata:s:s:0 language=fra"
        try Films.withInput(.matroska, options) { input in
            let facts = input.facts
            #expect(facts.audioTracks.map(\.language) == ["eng", "fra"])
            #expect(facts.audioTracks.map(\.title) == [nil, "Kommentar"])
            #expect(facts.audioTracks.map(\.isDefault) == [true, false])
            #expect(facts.subtitleTracks.map(\.codec) == ["subrip"])
            #expect(facts.subtitleTracks.map(\.language) == ["fra"])
            #expect(facts.subtitleTracks.map(\.isForced) == [true])
        }
    }

    @Test("tags of music; never the place where something was taken")
    func tags() throws {
        let tags = "-metadata title=Lied -metadata artist=Jemand -metadata location=+48.2+16.4/"
        for type in [MediaType.mp3, .flac, .ogg, .audioMP4] {
            let codec = type == .ogg ? "-c:a libopus" : ""
            let found = try Films.withInput(type, "\(Self.sound) \(codec) \(tags)") { $0.facts.tags }
            #expect(found["title"] == "Lied", "\(type)")
            #expect(found["artist"] == "Jemand", "\(type)")
            #expect(found["location"] == nil)
        }
    }

    @Test("the cover that music carries")
    func cover() throws {
        let picture = "-f lavfi -i testsrc=s=64x48:d=0.04:r=25"
        let options = "\(Self.sound) \(picture) -map 0 -map 1 -c:v mjpeg -frames:v 1 -disposition:v attached_pic"
        for type in [MediaType.mp3, .audioMP4] {
            try Films.withInput(type, options) { input in
                #expect(input.facts.hasCover)
                #expect(input.facts.videoCodec == nil)
                #expect(!input.hasVideo)
                #expect(input.cover?.starts(with: [0xFF, 0xD8, 0xFF]) == true)
            }
        }
    }

    @Test("a video that lies on its side, and one whose pixels are not square")
    func shape() throws {
        try Films.withTurned(90, "\(Self.video) -c:v mpeg4") { input in
            #expect(input.displaySize == PixelSize(width: 180, height: 320))
        }
        try Films.withInput(.mp4, "\(Self.video) -vf setsar=2 -c:v mpeg4") { input in
            #expect(input.displaySize == PixelSize(width: 640, height: 180))
        }
    }

    @Test("bytes of another type than they are opened as are refused")
    func foreign() throws {
        try LibavRuntime.start()
        try Films.withFilm("mp3", Self.sound) { descriptor in
            #expect(throws: LibavFailure.self) { try LibavInput(descriptor: descriptor, type: .mp4) }
            #expect(throws: LibavFailure.self) { try LibavInput(descriptor: descriptor, type: .pdf) }
        }
    }

    @Test(
        "orientations of the display matrix",
        arguments: [
            ([1, 0, 0, 1], 1), ([-1, 0, 0, 1], 2), ([-1, 0, 0, -1], 3), ([1, 0, 0, -1], 4),
            ([0, 1, 1, 0], 5), ([0, 1, -1, 0], 6), ([0, -1, -1, 0], 7), ([0, -1, 1, 0], 8),
        ] as [([Int32], Int)]
    )
    func orientation(matrix: [Int32], expected: Int) {
        let fixed = matrix.map { $0 << 16 }
        #expect(LibavInput.orientation(a: fixed[0], b: fixed[1], c: fixed[2], d: fixed[3]) == expected)
    }
}
