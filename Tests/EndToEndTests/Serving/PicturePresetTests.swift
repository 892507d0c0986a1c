import FoundationEssentials
import MediaTesting
import Testing

private let presets = """
    presets: [all, small, w92, sharp]
        preset:
          all: {width: 60, height: 40, dpr: 1.5, fit: contain, crop: entropy, quality: 55, background: "ff8800", blur: 3}
          small: {height: 30, dpr: 0.5, quality: 1}
          w92: {quality: 90}
          sharp: {width: 40, height: 40, fit: cover, crop: focal-point, quality: 100}
    """

@Suite(
    "A preset of the configuration",
    .daemon(configuration: Configurations.standard.replacing("  posters:\n", with: "  posters:\n    \(presets)\n")),
    .timeLimit(.minutes(3))
)
struct PicturePresetTests {
    @Test("is heeded key by key, in sizes, tags and pixels")
    func everyKey() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
        // The sample has 308 x 410 pixels.
        #expect(record.renditions.map(\.preset) == ["all", "small", "w92", "sharp"])
        #expect(record.renditions.map { [$0.width, $0.height] } == [[90, 60], [11, 15], [92, 122], [40, 40]])
        for (rendition, parameters) in zip(
            record.renditions,
            ["90x60-contain-q55-onff8800-b45-", "x15-q1-", "92x-q90-", "40x40-cover-attention-q100-"]
        ) {
            let answer = try await daemon.request("GET", rendition.url, [("Accept", "image/webp")])
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer["ETag"]?.contains("-\(parameters)") == true, "\(answer["ETag"] ?? "no tag")")
        }
        // Orange bars at both sides, and no sharp edges.
        let answer = try await daemon.request("GET", "/files/\(record.path)?preset=all&format=png")
        let path = "\(try await ThrowawayDirectories.make())/picture.png"
        try Data(answer.body).write(to: URL(fileURLWithPath: path))
        let corner = [
            "-v", "error", "-i", path, "-vf", "crop=2:2:0:0,scale=1:1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-",
        ]
        let pixel = try await Player.run("ffmpeg", corner).bytes.map(Int.init)
        try #require(pixel.count == 3)
        #expect(pixel[0] > 200 && (90...180).contains(pixel[1]) && pixel[2] < 60, "\(pixel)")
    }

    static let bad: [(key: String, value: String)] = [
        ("width", "0"), ("width", "8193"), ("height", "-1"), ("dpr", "0.4"), ("dpr", "5"), ("fit", "stretch"),
        ("crop", "left"), ("quality", "0"), ("quality", "101"), ("background", "orange"), ("blur", "101"),
    ]

    @Test("is refused with the key that is wrong, as are limits of videos and renditions", arguments: Self.bad.indices)
    func refused(_ index: Int) async throws {
        let (key, value) = Self.bad[index]
        // A side of its own, where the key is another one.
        let side = ["width", "height"].contains(key) ? "" : "width: 9, height: 9, "
        try await Self.expectRefusal(
            "collections: {posters: {presets: [hero], preset: {hero: {\(side)\(key): \"\(value)\"}}}}",
            key: "collections.posters.preset.hero.\(key)",
            value: value
        )
    }

    static let others: [(key: String, value: String)] = [
        ("films.storyboardSide", "15"), ("films.storyboardInterval", "0"), ("films.storyboardTiles", "10001"),
        ("films.storyboardQuality", "101"), ("renditions.sweepInterval", "1ms"), ("images.maximumFrames", "0"),
        ("images.maximumAnimationPixels", "-1"), ("images.avifPixels", "-1"), ("images.warmingQueue", "0"),
        ("collections.videos.faststart", "always"), ("files.fillInPause", "2h"), ("workers.queue", "0"),
    ]

    @Test("is not the only thing with bounds", arguments: Self.others.indices)
    func bounds(_ index: Int) async throws {
        let (key, value) = Self.others[index]
        let parts = key.split(separator: ".")
        let yaml = parts.reversed().reduce("\"\(value)\"") { "{\($1): \($0)}" }
        try await Self.expectRefusal(yaml, key: key, value: value)
    }

    private static func expectRefusal(_ yaml: String, key: String, value: String) async throws {
        let directory = try await ThrowawayDirectories.make()
        let file = "\(directory)/mediad.yaml"
        try Data(yaml.utf8).write(to: URL(fileURLWithPath: file))
        let outcome = try await ChildProcess.run(
            .init(try DaemonBinary.path(), ["config", "check", "--config", file], directory: directory)
        )
        #expect(outcome.ending == .exited(2), "\(outcome.text)")
        #expect(outcome.errors.contains(key) && outcome.errors.contains(value), "\(outcome.errors)")
        try ThrowawayDirectories.remove(directory)
    }
}
