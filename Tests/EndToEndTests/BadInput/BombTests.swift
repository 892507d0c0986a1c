import Glibc
import MediaTesting
import Testing

@Suite("Bombs", .daemon(configuration: Configurations.standard), .serialized, .timeLimit(.minutes(3)))
struct BombTests {
    struct Bomb: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let collection: String
        let code: String
        let bytes: @Sendable () throws -> [UInt8]

        init(
            _ description: String,
            to collection: String = "posters",
            _ code: String = "image_too_large",
            _ bytes: @escaping @Sendable () throws -> [UInt8]
        ) {
            self.testDescription = description
            self.collection = collection
            self.code = code
            self.bytes = bytes
        }
    }

    static let bombs: [Bomb] = [
        Bomb("an AVIF that claims 256 megapixels") { Bombs.avif(try Samples.fixture("avif-orientation-6.avif")) },
        Bomb("a progressive JPEG of 400 megapixels in 780 kB") { Bombs.progressiveJPEG() },
        Bomb("a HEIC that claims 200 megapixels") { Bombs.heic(try Samples.fixture("iphone13-gps.heic")) },
        Bomb("a WebP of 268 megapixels in 28 bytes") { Bombs.webP() },
        Bomb("a GIF of 100,000 frames") { Bombs.gif() },
        Bomb("an MP4 that claims a petabyte", to: "videos", "file_damaged") { Bombs.mp4() },
    ]

    @Test("are refused on their headers' word, and leave nothing", arguments: Self.bombs)
    func refused(_ bomb: Bomb) async throws {
        let daemon = try Daemon.current()
        let before = Footprint(daemon)
        let answer = try await daemon.upload(try bomb.bytes(), "collection=\(bomb.collection)&name=\(uniqueName())")
        try answer.expectProblem(422, bomb.code)
        try await before.expectUntouched(daemon)
        #expect(!daemon.lastWords.contains("worker lost"))
    }
}

@Suite(
    "Bombs that no limit on pixels stops",
    .daemon(
        configuration: Configurations.standard
            .replacing("images:\n", with: "images:\n  maximumPixels: 1000000000\n  maximumFrames: 100000\n")
            .replacing("workers:\n", with: "workers:\n  addressSpace: 768MiB\n")
    ),
    .serialized,
    .timeLimit(.minutes(5))
)
struct LetThroughBombTests {
    /// Either the file is taken, or its decoding fails for want of memory: never more than this one job.
    @Test("cost one job, not the daemon", arguments: BombTests.bombs.dropLast())
    func costsOneJob(_ bomb: BombTests.Bomb) async throws {
        let daemon = try Daemon.current()
        let query = "collection=posters&name=\(uniqueName())"
        let answer = try await daemon.upload(try bomb.bytes(), query)
        #expect([201, 422, 500, 503].contains(answer.status), "\(answer.status) \(answer.text)")
        let other = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(uniqueName())").record()
        #expect(try await daemon.request("GET", "\(other.url)&preset=w92").status == 200)
        #expect(daemon.process.ending == nil)
    }
}
