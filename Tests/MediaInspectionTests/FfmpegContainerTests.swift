import MediaCore
import Testing

@testable import MediaInspection

@Suite("Containers made by ffmpeg", .serialized)
struct FfmpegContainerTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var fileExtension: String
        var options: String
        var type: MediaType
        /// Where ffprobe does not know.
        var seconds: Double?
        var testDescription: String { "\(self.fileExtension): \(self.options)" }
    }

    private static let video = "-f lavfi -i testsrc=s=320x180:d=2:r=10"
    private static let both = "\(video) -f lavfi -i sine=d=2"
    private static let samples: [Sample] = [
        .init(fileExtension: "mp4", options: "\(both) -c:v mpeg4 -c:a aac", type: .mp4),
        .init(fileExtension: "mp4", options: "\(both) -c:v mpeg4 -c:a aac -movflags +faststart", type: .mp4),
        .init(
            fileExtension: "mp4",
            options: "\(video) -c:v mpeg4 -g 5 -movflags frag_keyframe+empty_moov",
            type: .mp4
        ),
        .init(fileExtension: "mp4", options: "\(video) -c:v mpeg4 -brand MSNV", type: .mp4),
        .init(fileExtension: "mp4", options: "\(video) -c:v mpeg4 -brand XAVC", type: .mp4),
        .init(fileExtension: "m4v", options: "\(video) -c:v mpeg4", type: .m4v),
        .init(fileExtension: "m4a", options: "-f lavfi -i sine=d=2 -c:a aac", type: .audioMP4),
        .init(fileExtension: "mp4", options: "-f lavfi -i sine=d=2 -c:a aac", type: .audioMP4),
        .init(fileExtension: "mov", options: "\(both) -c:v mpeg4 -c:a aac", type: .quicktime),
        .init(fileExtension: "mkv", options: "\(both) -c:v mpeg4 -c:a aac", type: .matroska),
        .init(fileExtension: "mka", options: "-f lavfi -i sine=d=2 -c:a aac", type: .audioMatroska),
        .init(fileExtension: "webm", options: "\(both) -c:v libvpx -c:a libopus", type: .webm),
        .init(fileExtension: "webm", options: "\(both) -c:v libvpx -c:a libopus -live 1", type: .webm, seconds: 2),
        .init(fileExtension: "webm", options: "-f lavfi -i sine=d=2 -c:a libopus", type: .audioWebM),
    ]

    @Test("type, size and length as ffprobe sees them", arguments: Self.samples)
    func facts(sample: Sample) throws {
        let options = sample.options.split(separator: " ").map(String.init)
        let made = try TestFiles.encoded(sample.fileExtension, options)
        let inspector = try FileInspector()
        let limits = ImageLimits(maximumPixels: 1_000_000, maximumFrames: 100)
        let inspection = try TestFiles.withFile(made.bytes) {
            try inspector.inspect(descriptor: $0, size: Int64(made.bytes.count), allowedTypes: ["*/*"], limits: limits)
        }
        #expect(inspection.type == sample.type)
        #expect(inspection.dimensions?.width == made.width)
        #expect(inspection.dimensions?.height == made.height)
        let seconds = try #require(inspection.durationSeconds)
        #expect(abs(seconds - (try #require(sample.seconds ?? made.seconds))) < 0.05)
    }

    @Test("a cut-off upload is damaged", arguments: ["mp4", "mov", "mkv"])
    func cut(fileExtension: String) throws {
        let options = "\(Self.video) -c:v mpeg4".split(separator: " ").map(String.init)
        let bytes = Array(try TestFiles.encoded(fileExtension, options).bytes.dropLast(5000))
        let inspector = try FileInspector()
        let limits = ImageLimits(maximumPixels: 1_000_000, maximumFrames: 100)
        try TestFiles.withFile(bytes) { descriptor in
            let error = #expect(throws: MediaError.self) {
                try inspector.inspect(
                    descriptor: descriptor,
                    size: Int64(bytes.count),
                    allowedTypes: ["video/*"],
                    limits: limits
                )
            }
            #expect(error?.code == .fileDamaged)
            // Not wanted, not examined: the type alone is the answer.
            let unwanted = try inspector.inspect(
                descriptor: descriptor,
                size: Int64(bytes.count),
                allowedTypes: ["image/*"],
                limits: limits
            )
            #expect(unwanted.type.isVideo)
        }
    }

    @Test("streams without a magic number")
    func streams() throws {
        let inspector = try FileInspector()
        func type(_ bytes: [UInt8]) throws -> MediaType {
            try TestFiles.withFile(bytes) {
                try inspector.inspect(
                    descriptor: $0,
                    size: Int64(bytes.count),
                    allowedTypes: [],
                    limits: ImageLimits(maximumPixels: 1, maximumFrames: 1)
                ).type
            }
        }
        let video = Self.video.split(separator: " ").map(String.init)
        #expect(try type(TestFiles.encoded("ts", video + ["-c:v", "mpeg2video"]).bytes) == .mpegTS)
        #expect(try type(TestFiles.encoded("m2ts", video + ["-c:v", "mpeg2video"]).bytes) == .mpegTS)
        let sine = ["-f", "lavfi", "-i", "sine=d=1"]
        let mp3 = try TestFiles.encoded("mp3", sine).bytes
        #expect(try type(mp3) == .mp3)
        // A cover makes the tag longer than any prefix: 300,000 bytes, as four times seven bits.
        let size = 300_000
        let sized = Array("ID3".utf8) + [4, 0, 0] + (0..<4).map { UInt8(size >> (21 - 7 * $0) & 0x7F) }
        let start = try #require(StreamSignatures.endOfID3(mp3))
        #expect(try type(sized + [UInt8](repeating: 0x41, count: size) + mp3.dropFirst(Int(start))) == .mp3)
        #expect(try type(TestFiles.encoded("wav", sine).bytes) == .wav)
        #expect(try type(TestFiles.encoded("flac", sine).bytes) == .flac)
        #expect(try type(TestFiles.encoded("ogg", sine + ["-c:a", "libopus"]).bytes) == .ogg)
    }
}
