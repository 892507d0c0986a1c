import MediaCore
import Testing

@testable import MediaInspection

/// G3: how many frames a picture that moves has.
@Suite("Frames of pictures that move", .serialized)
struct SequenceFrameTests {
    private static func made(_ fileExtension: String, _ options: String) throws -> [UInt8] {
        try TestFiles.encoded(fileExtension, options.split(separator: " ").map(String.init)).bytes
    }

    @Test(
        "G3: animated PNG, GIF and WebP",
        arguments: ["apng", "apng -plays 0", "gif", "webp -c:v libwebp_anim -lossless 1"]
    )
    func animations(format: String) throws {
        let words = format.split(separator: " ", maxSplits: 1).map(String.init)
        let options = "-f lavfi -i testsrc=s=64x48:r=10:d=1.2 \(words.count > 1 ? words[1] : "")"
        let found = try TestFiles.inspection(try Self.made(words[0], options))
        #expect(found.frames == 12, "\(found.type)")
        let still = try TestFiles.inspection(try Self.made(words[0], "\(options) -frames:v 1"))
        #expect(still.frames == 1)
    }

    /// An AVIF with a still picture, and a track of `count` samples.
    private static func sequence(_ brand: String, count: UInt32) throws -> [UInt8] {
        let options = "-f lavfi -i testsrc=s=64x48 -frames:v 1 -c:v libaom-av1 -still-picture 1 -pix_fmt yuv420p"
        let still = try Self.made("avif", options)
        let sizes = Box.make("stsz", Box.joined(Box.zeros(4), Box.u32(100), Box.u32(count)))
        let header = Box.make("hdlr", Box.joined(Box.zeros(8), Array("pict".utf8), Box.zeros(13)))
        let media = Box.make("mdia", header + Box.make("minf", Box.make("stbl", sizes)))
        let track = Box.make("trak", Box.make("tkhd", Box.zeros(84)) + media)
        let movie = Box.movie(Box.movieHeader(timescale: 10, duration: 100) + track)
        var bytes = still + movie
        bytes.replaceSubrange(8..<12, with: brand.utf8)
        return bytes
    }

    @Test("G3: an AVIF or HEIF whose major brand says that it moves has the frames of its track")
    func sequences() throws {
        #expect(try TestFiles.inspection(Self.sequence("avis", count: 24)).frames == 24)
        // The still picture is what is shown.
        #expect(try TestFiles.inspection(Self.sequence("avif", count: 24)).frames == 1)
        #expect(try TestFiles.inspection(Self.sequence("avis", count: 1)).frames == 1)
        let claimed = try TestFiles.inspection(Self.sequence("avis", count: .max)).frames
        #expect((claimed ?? 0) <= 1_000_000)
    }

    @Test("G3: what ffmpeg and libaom write as a sequence")
    func encodedSequence() throws {
        let options = "-f lavfi -i testsrc=s=64x48:r=10:d=0.5 -c:v libaom-av1 -cpu-used 8 -pix_fmt yuv420p"
        let found = try TestFiles.inspection(Self.made("avif", options))
        #expect(found.frames == 5)
        #expect(found.dimensions == PixelSize(width: 64, height: 48))
    }
}
