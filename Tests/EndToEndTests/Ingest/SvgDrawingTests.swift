import FoundationEssentials
import MediaTesting
import Testing

private let configuration = Configurations.standard.replacing(
    "  documents:\n",
    with: "  documents:\n    presets: [w72]\n"
)

@Suite("The drawing of an SVG", .daemon(configuration: configuration), .timeLimit(.minutes(3)))
struct SvgDrawingTests {
    /// The pixels of a picture on white, as ffmpeg decodes it, three bytes each.
    private static func pixels(_ bytes: [UInt8]) async throws -> [Int] {
        let path = "\(try await ThrowawayDirectories.make())/picture"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let outcome = try await Player.run(
            "ffmpeg",
            ["-v", "error", "-i", path, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgba", "-"]
        )
        try #require(outcome.bytes.count == 72 * 54 * 4, "\(outcome.errors)")
        return stride(from: 0, to: outcome.bytes.count, by: 4).flatMap { start in
            let alpha = Int(outcome.bytes[start + 3])
            return (start..<start + 3).map { (Int(outcome.bytes[$0]) * alpha + 255 * (255 - alpha)) / 255 }
        }
    }

    /// The mean difference of the channels.
    private static func difference(_ left: [Int], _ right: [Int]) -> Double {
        Double(zip(left, right).reduce(0) { $0 + abs($1.0 - $1.1) }) / Double(max(1, left.count))
    }

    // ffmpeg 5.1 does not read the transparency of an AVIF.
    @Test("is the one that a browser makes", arguments: ["png", "webp", "jpeg"])
    func golden(_ format: String) async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.fixture("logo.svg")
        let record = try await daemon.upload(bytes, "collection=documents").record()
        #expect(record.rewritings == ["sanitized"] && record.width == 736 && record.height == 552)
        let answer = try await daemon.request("GET", "/files/\(record.path)?preset=w72&format=\(format)")
        #expect(answer.status == 200, "\(answer.text)")
        let golden = try await Self.pixels(try Samples.fixture("golden/logo.png"))
        #expect(Self.difference(try await Self.pixels(answer.body), golden) < 4)
        #expect(Self.difference(golden.map { _ in 255 }, golden) > 10, "an empty picture would be told from it")
    }
}
