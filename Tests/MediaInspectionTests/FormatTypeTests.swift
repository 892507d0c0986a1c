import MediaCore
import Testing

@testable import MediaInspection

@Suite("Types of files made by ffmpeg", .serialized)
struct FormatTypeTests {
    struct Format: Sendable, CustomTestStringConvertible {
        var fileExtension: String
        var options: String
        var essence: String
        /// In the tree; nil: that of the file.
        var stored: String?
        var testDescription: String { "\(self.fileExtension): \(self.options)" }

        init(_ fileExtension: String, _ options: String, _ essence: String, stored: String? = nil) {
            (self.fileExtension, self.options, self.essence, self.stored) = (fileExtension, options, essence, stored)
        }
    }

    private static let picture = "-f lavfi -i testsrc=s=176x144:d=1:r=10"
    private static let still = "-f lavfi -i testsrc=s=176x144 -frames:v 1"
    private static let sine = "-f lavfi -i sine=d=1:r=44100"
    private static let both = "\(picture) \(sine)"

    private static let videos: [Format] = [
        .init("3gp", "\(both) -c:v h263 -c:a aac", "video/3gpp"),
        .init("3g2", "\(both) -c:v mpeg4 -c:a aac", "video/3gpp2"),
        .init("ogv", "\(both) -c:v libtheora -c:a libvorbis", "video/ogg"),
        .init("mpg", "\(both) -c:v mpeg2video", "video/mpeg"),
        .init("vob", "\(both) -c:v mpeg2video", "video/mpeg", stored: "mpg"),
        .init("m1v", "-f lavfi -i testsrc=s=176x144:d=1:r=25 -c:v mpeg1video", "video/mpeg", stored: "mpg"),
        .init("avi", "\(both) -c:v mpeg4 -c:a mp2", "video/x-msvideo"), .init("wmv", "\(both)", "video/x-ms-asf"),
        .init("flv", "\(both) -c:v flv -c:a libmp3lame", "video/x-flv"),
        .init("ivf", "\(picture) -c:v libvpx", "video/x-ivf"),
        .init("y4m", "\(picture) -pix_fmt yuv420p", "video/x-yuv4mpeg"),
        .init("nut", "\(picture) -c:v mpeg4", "video/x-nut"), .init("h264", "\(picture) -c:v libx264", "video/h264"),
        .init("h265", "\(picture) -c:v libx265 -x265-params log-level=none", "video/h265"),
        .init("mxf", "-f lavfi -i testsrc=s=720x576:d=1:r=25 -c:v mpeg2video", "application/mxf"),
    ]

    private static let sounds: [Format] = [
        .init("aac", "\(sine) -c:a aac", "audio/aac"), .init("ac3", "\(sine) -c:a ac3", "audio/ac3"),
        .init("ac3", "-f lavfi -i sine=d=1:r=32000 -c:a ac3", "audio/ac3"),
        .init("ac3", "-f lavfi -i sine=d=1:r=48000 -c:a ac3 -b:a 96k", "audio/ac3"),
        .init("eac3", "\(sine) -c:a eac3", "audio/eac3"), .init("dts", "\(sine) -c:a dca -strict -2", "audio/vnd.dts"),
        .init("wma", sine, "audio/x-ms-wma"), .init("aiff", sine, "audio/aiff"), .init("au", sine, "audio/basic"),
        .init("caf", sine, "audio/x-caf"), .init("w64", sine, "audio/x-w64"), .init("wv", sine, "audio/x-wavpack"),
        .init("tta", sine, "audio/x-tta"), .init("opus", "\(sine) -c:a libopus", "audio/ogg", stored: "ogg"),
        .init("ogg", "\(sine) -c:a flac", "audio/ogg"), .init("mp2", "\(sine) -c:a mp2", "audio/mpeg", stored: "mp3"),
        .init("mp3", "-f lavfi -i sine=d=1:r=22050 -write_xing 0 -id3v2_version 0", "audio/mpeg"),
        .init("mp3", "-f lavfi -i sine=d=1:r=8000 -write_xing 0 -id3v2_version 0", "audio/mpeg"),
        .init("wav", "\(sine) -rf64 always", "audio/wav"), .init("flac", sine, "audio/flac"),
        .init("gsm", "-f lavfi -i sine=d=1:r=8000 -ac 1 -c:a libgsm", "audio/gsm"),
    ]

    private static let stills: [Format] = [
        .init("bmp", still, "image/bmp"), .init("jp2", still, "image/jp2"),
        .init("j2k", "\(still) -c:v jpeg2000 -format j2k", "image/x-jp2-codestream", stored: "j2c"),
        .init("jls", still, "image/jls"), .init("tga", still, "image/x-tga"), .init("sgi", still, "image/x-sgi"),
        .init("ras", "\(still) -c:v sunrast", "image/x-sun-raster"),
        .init("xbm", "\(still) -pix_fmt monow", "image/x-xbitmap"),
        .init("pbm", "\(still) -pix_fmt monow", "image/x-portable-bitmap"),
        .init("pgm", "\(still) -pix_fmt gray", "image/x-portable-graymap"),
        .init("ppm", still, "image/x-portable-pixmap"),
        .init("pam", still, "image/x-portable-arbitrarymap"),
        .init("ico", "\(still) -c:v png -pix_fmt rgba", "image/vnd.microsoft.icon"),
        .init("ico", "-f lavfi -i testsrc=s=256x256 -frames:v 1 -c:v png -pix_fmt rgba", "image/vnd.microsoft.icon"),
        .init("tiff", still, "image/tiff"),
    ]

    @Test(
        "(A4) known types are named as registered, and stored with their extension",
        arguments: videos + sounds + stills
    )
    func registered(format: Format) throws {
        let options = format.options.split(separator: " ").map(String.init)
        let bytes = try TestFiles.encoded(format.fileExtension, options).bytes
        let type = try TypeSniffer(database: MagicDatabase()).sniff(BytesInMemory(bytes)).type
        #expect(type.essence == format.essence)
        #expect(type.fileExtension == format.stored ?? format.fileExtension)
        #expect(type.hasExtension(format.fileExtension) || format.fileExtension == "m1v")
    }

    @Test("pieces of a stream are video/iso.segment")
    func segment() throws {
        let options = "\(Self.picture) -c:v libx264 -movflags +frag_keyframe+empty_moov+default_base_moof"
        let whole = try TestFiles.encoded("mp4", options.split(separator: " ").map(String.init)).bytes
        let moof = try #require(whole.firstRange(of: Array("moof".utf8))).lowerBound - 4
        let sniffer = TypeSniffer(database: try MagicDatabase())
        // The index of fragments that stands last is of the file, not of the piece.
        let end = try #require(whole.firstRange(of: Array("mfra".utf8))).lowerBound - 4
        let piece = Array(whole[moof..<end])
        for start in [Box.make("styp", Array("msdh".utf8) + Box.zeros(4)), []] {
            let type = try sniffer.sniff(BytesInMemory(start + piece)).type
            #expect(type.essence == "video/iso.segment")
            #expect(type.fileExtension == "m4s")
        }
    }

    @Test("(A5) QuickTime that was cut off in front of its index is damaged", arguments: [0, 40, 400])
    func withoutIndex(more: Int) throws {
        let options = "\(Self.picture) -c:v mpeg4".split(separator: " ").map(String.init)
        let whole = try TestFiles.encoded("mov", options).bytes
        let moov = try #require(whole.firstRange(of: Array("moov".utf8))).lowerBound - 4
        let media = try #require(whole.firstRange(of: Array("mdat".utf8))).lowerBound - 4
        let inspector = try FileInspector()
        // With ftyp, with the empty box that old programs write, and with nothing in front of the media; cut before and in the index.
        for start in [0, media - 8, media] {
            let bytes = Array(whole[start..<min(whole.count - 1, moov + more)])
            let limits = ImageLimits(maximumPixels: 1_000_000, maximumFrames: 100)
            try TestFiles.withFile(bytes) { descriptor in
                let error = #expect(throws: MediaError.self) {
                    try inspector.inspect(
                        descriptor: descriptor,
                        size: Int64(bytes.count),
                        allowedTypes: ["video/quicktime"],
                        limits: limits
                    )
                }
                #expect(error?.code == .fileDamaged, "from \(start)")
            }
        }
    }

    @Test("(A4) several ID3 tags in a row are skipped, and zeros between them")
    func severalTags() throws {
        let sniffer = TypeSniffer(database: try MagicDatabase())
        func tag(_ size: Int) -> [UInt8] {
            let sevens = (0..<4).map { UInt8(size >> (21 - 7 * $0) & 0x7F) }
            return Box.joined(Array("ID3".utf8), [3, 0, 0], sevens, [UInt8](repeating: 0x41, count: size))
        }
        let sine = Self.sine.split(separator: " ").map(String.init)
        for (fileExtension, essence) in [
            ("mp3", "audio/mpeg"), ("aac", "audio/aac"), ("flac", "audio/flac"), ("tta", "audio/tta"),
        ] {
            let sound = try TestFiles.encoded(
                fileExtension,
                sine + ["-id3v2_version", "0"].filter { _ in fileExtension == "mp3" }
            ).bytes
            let expected = essence == "audio/tta" ? "audio/x-tta" : essence
            for tags in [
                tag(5000) + tag(300_000), tag(10) + tag(0) + tag(4090), tag(5000) + Box.zeros(70_000) + tag(100),
            ] {
                #expect(try sniffer.sniff(BytesInMemory(tags + sound)).type.essence == expected)
            }
        }
        // A size that is wrong: the frames come a little later.
        let sound = try TestFiles.encoded("mp3", sine + ["-id3v2_version", "0"]).bytes
        #expect(try sniffer.sniff(BytesInMemory(tag(100) + [1, 2, 3, 0xFF, 0xFF, 0x20] + sound)).type == .mp3)
    }
}
