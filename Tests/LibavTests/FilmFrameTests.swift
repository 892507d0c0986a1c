import MediaCore
import Testing

@testable import Libav

@Suite("Pictures of a video's moments")
struct FilmFrameTests {
    /// A second each of red, lime, blue and yellow; one key frame in all.
    private static let colours =
        ["red", "lime", "blue", "yellow"].map { "-f lavfi -i color=c=\($0):s=160x96:r=10:d=1 " }.joined()
        + "-filter_complex [0][1][2][3]concat=n=4,format=yuv420p"

    private static func decoder(_ input: LibavInput) throws -> FrameDecoder {
        try FrameDecoder(input, maximumPixels: 10_000_000)
    }

    private static func colour(_ frame: DecodedFrame?) throws -> [Int] {
        try #require(frame).rgb().colour(0.5, 0.5)
    }

    @Test(
        "the very frame, in any order, also with one key frame",
        arguments: [
            (MediaType.mp4, "-c:v libx264 -bf 2 -g 1000"), (.webm, "-c:v libvpx -g 1000"),
            (.matroska, "-c:v libx265 -x265-params log-level=none"), (.quicktime, "-c:v mpeg4 -q:v 2"),
            (.webm, "-c:v libvpx-vp9 -b:v 500k"), (.mp4, "-c:v libsvtav1 -preset 12"),
        ] as [(MediaType, String)]
    )
    func moments(type: MediaType, codec: String) throws {
        try Films.withInput(type, "\(Self.colours) \(codec)") { input in
            let decoder = try Self.decoder(input)
            let expected = [
                (0.0, [255, 0, 0]), (0.95, [255, 0, 0]), (1.05, [0, 255, 0]), (2.5, [0, 0, 255]), (3.9, [255, 255, 0]),
                (0.5, [255, 0, 0]), (99, [255, 255, 0]), (1.5, [0, 255, 0]),
            ]
            for (seconds, colour) in expected {
                let found = try Self.colour(decoder.frame(at: seconds, tolerance: 0))
                #expect(isNear(found, colour, within: 24), "at \(seconds): \(found)")
            }
        }
    }

    @Test("a key frame that is near enough saves the way to the very frame")
    func tolerance() throws {
        try Films.withInput(.mp4, "\(Self.colours) -c:v libx264 -g 1000 -sc_threshold 0") { input in
            let decoder = try Self.decoder(input)
            let near = try Self.colour(decoder.frame(at: 1.5, tolerance: 2))
            #expect(isNear(near, [255, 0, 0], within: 24))
            let exact = try Self.colour(decoder.frame(at: 1.5, tolerance: 0.2))
            #expect(isNear(exact, [0, 255, 0], within: 24))
        }
    }

    @Test("transport streams, whose seeking is rough")
    func transportStream() throws {
        let options = "-f lavfi -i color=c=red:s=160x96:r=25:d=3 -c:v mpeg2video -g 10"
        try Films.withInput(.mpegTS, options, as: "ts") { input in
            let decoder = try Self.decoder(input)
            let found = try Self.colour(decoder.frame(at: 1.5, tolerance: 0))
            #expect(isNear(found, [255, 0, 0], within: 24))
        }
    }

    @Test("a video that begins in the dark has a poster that does not")
    func poster() throws {
        let dark = "-f lavfi -i color=c=black:s=160x96:r=10:d=6 -f lavfi -i testsrc=s=160x96:r=10:d=4"
        let titles = "-f lavfi -i color=c=white:s=160x96:r=10:d=2"
        for options in [
            "\(dark) -filter_complex [0][1]concat=n=2 -c:v libx264 -g 1000",
            "\(dark) -filter_complex [0][1]concat=n=2 -c:v libx264 -g 10",
            "\(dark) \(titles) -filter_complex [2][0][1]concat=n=3 -c:v libx264",
        ] {
            try Films.withInput(.mp4, options) { input in
                let decoder = try Self.decoder(input)
                let image = try #require(decoder.posterFrame()).rgb()
                #expect(FrameRating(image).showsSomething)
            }
        }
    }

    @Test("a video of nothing but darkness has a poster all the same")
    func darkness() throws {
        try Films.withInput(.mp4, "-f lavfi -i color=c=black:s=160x96:r=10:d=3 -c:v libx264") { input in
            let decoder = try Self.decoder(input)
            let found = try Self.colour(decoder.posterFrame())
            #expect(isNear(found, [0, 0, 0]))
        }
    }

    @Test("a dark video whose search for light uses the allowance up has one too", arguments: [20, 24, 28])
    func searchGivenUp(packets: Int) throws {
        try Films.withInput(.mp4, "-f lavfi -i color=c=black:s=160x96:r=10:d=3 -c:v libx264") { input in
            let budget = DecodingBudget(pixels: .max, packets: packets)
            let decoder = try FrameDecoder(input, maximumPixels: 10_000_000, budget: budget)
            #expect(decoder.posterFrame() != nil)
        }
    }

    @Test("turned as the container asks", arguments: [90, 180, 270])
    func rotation(degrees: Int) throws {
        // The upper left quarter is red before it is turned; ffmpeg's degrees go against the clock.
        let quarter = "-f lavfi -i color=c=blue:s=160x96:r=10:d=1 -vf drawbox=w=80:h=48:c=red:t=fill"
        try Films.withTurned(degrees, "\(quarter) -c:v libx264") { input in
            let decoder = try Self.decoder(input)
            let image = try #require(decoder.frame(at: 0, tolerance: 0)).rgb()
            #expect(image.size == PixelSize(width: degrees == 180 ? 160 : 96, height: degrees == 180 ? 96 : 160))
            let place = [90: (0.25, 0.75), 180: (0.75, 0.75), 270: (0.75, 0.25)][degrees] ?? (0, 0)
            #expect(isNear(image.colour(place.0, place.1), [255, 0, 0], within: 24))
            #expect(isNear(image.colour(1 - place.0, 1 - place.1), [0, 0, 255], within: 24))
        }
    }

    @Test("frames that are larger than allowed are refused before they are decoded")
    func limit() throws {
        try Films.withInput(.mp4, "\(Self.colours) -c:v libx264") { input in
            let decoder = try? FrameDecoder(input, maximumPixels: 1000)
            #expect(decoder?.frame(at: 0, tolerance: 0) == nil)
        }
    }
}

@Suite("Colours of videos")
struct FilmColourTests {
    private static let green = [32, 192, 64]

    private static func colour(_ options: String) throws -> [Int] {
        try Films.withInput(.mp4, options) { input in
            let decoder = try FrameDecoder(input, maximumPixels: 10_000_000)
            return try #require(decoder.frame(at: 0, tolerance: 0)).rgb().colour(0.5, 0.5)
        }
    }

    @Test(
        "BT.601 and BT.709, said or guessed from the size; both ranges",
        arguments: [
            "s=320x180 -vf scale=out_color_matrix=bt601,format=yuv420p",
            "s=1280x720 -vf scale=out_color_matrix=bt709,format=yuv420p",
            "s=320x180 -vf scale=out_color_matrix=bt709,format=yuv420p -colorspace bt709",
            "s=1280x720 -vf scale=out_color_matrix=bt601,format=yuv420p -colorspace smpte170m",
            "s=320x180 -vf scale=out_color_matrix=bt601:out_range=full,format=yuvj420p -color_range pc",
        ]
    )
    func matrices(options: String) throws {
        let parts = options.split(separator: " ", maxSplits: 1)
        let found = try Self.colour(
            "-f lavfi -i color=c=0x20C040:d=0.2:r=10:\(parts[0]) \(parts[1]) -c:v libx264 -qp 1"
        )
        #expect(isNear(found, Self.green, within: 6), "\(found)")
    }

    @Test("high dynamic range keeps its hues and does not look washed out", arguments: ["smpte2084", "arib-std-b67"])
    func highDynamicRange(transfer: String) throws {
        func found(_ colour: String) throws -> [Int] {
            let target =
                "zscale=tin=bt709:pin=bt709:min=gbr:rin=full:t=\(transfer):p=bt2020:m=bt2020nc:r=limited:npl=203"
            return try Self.colour(
                "-f lavfi -i color=c=\(colour):s=160x96:d=0.2:r=10 -vf format=gbrp,\(target),format=yuv420p10le"
                    + " -c:v libx265 -x265-params log-level=none:lossless=1"
            )
        }
        let white = try found("white")
        #expect(white.allSatisfy { $0 > 180 } && (white.max() ?? 0) - (white.min() ?? 0) <= 6, "\(white)")
        let grey = try found("0x808080")
        #expect(grey.allSatisfy { (95...175).contains($0) }, "\(grey)")
        let red = try found("0xC00000")
        #expect(red[0] > 140 && red[1] < 60 && red[2] < 60, "\(red)")
        let black = try found("black")
        #expect(black.allSatisfy { $0 < 12 }, "\(black)")
    }
}

@Suite("Pixels in memory")
struct RGBImageTests {
    /// 2 x 3: 1 2 / 3 4 / 5 6, as red values.
    private static let image = RGBImage(
        size: PixelSize(width: 2, height: 3),
        bytes: [1, 2, 3, 4, 5, 6].flatMap { [$0, 0, 0] }
    )

    @Test(
        "every orientation of EXIF",
        arguments: [
            (1, [1, 2, 3, 4, 5, 6]), (2, [2, 1, 4, 3, 6, 5]), (3, [6, 5, 4, 3, 2, 1]), (4, [5, 6, 3, 4, 1, 2]),
            (5, [1, 3, 5, 2, 4, 6]), (6, [5, 3, 1, 6, 4, 2]), (7, [6, 4, 2, 5, 3, 1]), (8, [2, 4, 6, 1, 3, 5]),
        ] as [(Int, [UInt8])]
    )
    func upright(orientation: Int, expected: [UInt8]) {
        let image = Self.image.upright(orientation)
        #expect(image.size == PixelSize(width: orientation >= 5 ? 3 : 2, height: orientation >= 5 ? 2 : 3))
        #expect(stride(from: 0, to: image.bytes.count, by: 3).map { image.bytes[$0] } == expected)
    }

    @Test("put onto another, cut where it stands out")
    func place() {
        var sheet = RGBImage(size: PixelSize(width: 3, height: 3), grey: 9)
        sheet.place(Self.image, x: 2, y: 1)
        #expect(stride(from: 0, to: 27, by: 3).map { sheet.bytes[$0] } == [9, 9, 9, 9, 9, 1, 9, 9, 3])
    }
}
