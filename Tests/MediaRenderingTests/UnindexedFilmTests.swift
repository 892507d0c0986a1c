import Glibc
import MediaCore
import MediaRendering
import Testing

/// C2 and G2 of what real files showed.
@Suite("Videos without an index, and encrypted ones", .serialized)
struct UnindexedFilmTests {
    private static let colours =
        ["red", "lime", "blue", "yellow"].flatMap { ["-f", "lavfi", "-i", "color=c=\($0):s=320x180:r=25:d=2"] }
        + ["-filter_complex", "[0][1][2][3]concat=n=4,format=yuv420p"]

    private static func withMade(_ name: String, _ options: [String], _ body: (String) throws -> Void) throws {
        try Pictures.withFile(name, []) { path in
            _ = try Pictures.run(["ffmpeg", "-v", "error", "-y"] + options + [path])
            try body(path)
        }
    }

    /// A sheet of four pictures in a row, one for each colour.
    private static func storyboard(_ path: String, _ type: MediaType) throws -> [UInt8] {
        try RenditionRenderer.start()
        let source = open(path, O_RDONLY)
        let output = try Pictures.scratchFile()
        defer {
            close(source)
            close(output)
        }
        let sheet = StoryboardSheet(
            tile: PixelSize(width: 64, height: 36),
            columns: 4,
            count: 4,
            first: 0,
            interval: 2000,
            format: .png,
            quality: 90
        )
        let request = RenditionRequest(
            sourceType: type,
            recipe: .storyboard(sheet),
            limits: ImageLimits(maximumPixels: 1_000_000, maximumFrames: 1)
        )
        _ = try RenditionRenderer.render(source: source, output: output, request: request)
        return try Pictures.pixels(try Pictures.contents(output), .png)
    }

    @Test(
        "posters, moments and storyboards of transport streams, with one key frame or several",
        arguments: [
            ("film.ts", ["-c:v", "libx264", "-g", "500", "-sc_threshold", "0"]),
            ("film.ts", ["-c:v", "libx264", "-g", "60", "-sc_threshold", "0"]),
            ("film.m2ts", ["-c:v", "libx265", "-x265-params", "log-level=none:keyint=70:scenecut=0"]),
            ("film.m2ts", ["-c:v", "mpeg2video", "-g", "70", "-bf", "2", "-sc_threshold", "1000000000"]),
        ]
    )
    func transportStreams(name: String, codec: [String]) throws {
        try Self.withMade(name, Self.colours + codec) { path in
            let expected = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]].map { $0.map { $0 * 255 } }
            for (index, colour) in expected.enumerated() {
                let recipe = PictureRecipe(width: 64, format: .png, position: Double(index) * 2 + 1.5)
                let (size, bytes) = try Pictures.render(path, as: .mpegTS, recipe)
                let offset = (size.height / 2 * size.width + size.width / 2) * 4
                let found = try Pictures.pixels(bytes, .png)[offset..<offset + 3].map(Int.init)
                #expect(zip(found, colour).allSatisfy { abs($0 - $1) < 40 }, "\(index): \(found)")
            }
            #expect(try Pictures.render(path, as: .mpegTS, PictureRecipe(width: 64, format: .jpeg)).size.width == 64)
            let sheet = try Self.storyboard(path, .mpegTS)
            for (index, colour) in expected.enumerated() {
                let offset = (18 * 256 + index * 64 + 32) * 4
                let found = sheet[offset..<offset + 3].map(Int.init)
                #expect(zip(found, colour).allSatisfy { abs($0 - $1) < 40 }, "\(index): \(found)")
            }
        }
    }

    @Test("encrypted videos are called encrypted, and not damaged (CENC)")
    func encrypted() throws {
        let key = ["-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb"]
        let scheme = ["-encryption_scheme", "cenc-aes-ctr", "-encryption_kid", "a7e61c373e219033c21091fa607bf3b8"]
        try Self.withMade("film.mp4", Self.colours + ["-c:v", "libx264"] + scheme + key) { path in
            for position: Double? in [nil, 0, 3] {
                let error = #expect(throws: MediaError.self) {
                    try Pictures.render(path, as: .mp4, PictureRecipe(width: 64, format: .jpeg, position: position))
                }
                #expect(error?.code == .encrypted)
            }
            let error = #expect(throws: MediaError.self) { try Self.storyboard(path, .mp4) }
            #expect(error?.code == .encrypted)
        }
    }
}
