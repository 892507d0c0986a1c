import Glibc
import MediaCore
import MediaRendering
import Testing

/// What a batch shares must not be seen in what comes of it.
@Suite("Renditions of one batch", .serialized)
struct BatchTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var path: String
        var type: MediaType
        var testDescription: String { self.path }
    }

    static let samples: [Sample] = [
        Sample(path: "photo.jpg", type: .jpeg), Sample(path: "iphone13-gps-p3.jpg", type: .jpeg),
        Sample(path: "exif-orientation/6.jpg", type: .jpeg), Sample(path: "cmyk.jpg", type: .jpeg),
        Sample(path: "iphone13-gps.heic", type: .heic), Sample(path: "avif-orientation-6.avif", type: .avif),
        Sample(path: "animated.webp", type: .webp), Sample(path: "cogs.gif", type: .gif),
        Sample(path: "logo.svg", type: .svg), Sample(path: "golden/cogs.png", type: .png),
        Sample(path: "clip-5s.mp4", type: .mp4),
    ]

    /// Boxes of several sizes and shapes, which share much or little, each in several formats.
    static let recipes: [PictureRecipe] = {
        let formats: [RenditionFormat] = [.avif, .webp, .jpeg]
        let boxes =
            formats.map { PictureRecipe(width: 20, format: $0) }
            + formats.map { PictureRecipe(width: 150, format: $0) }
            + [.webp, .jpeg].map { PictureRecipe(width: 150, quality: 40, format: $0) }
            + [.webp, .png].map { PictureRecipe(width: 60, height: 60, fit: .cover, format: $0) }
        let green = RGBColor(red: 1, green: 128, blue: 9)
        let painted = [RenditionFormat.webp, .jpeg].flatMap { format in
            [
                PictureRecipe(width: 90, height: 40, fit: .contain, background: green, format: format),
                PictureRecipe(width: 90, height: 40, fit: .contain, format: format),
            ]
        }
        let others = [
            PictureRecipe(width: 400, blur: 4, format: .webp), PictureRecipe(width: 64, format: .webp, isStill: false),
            PictureRecipe(width: 700, format: .jpeg),
        ]
        return boxes + painted + others
    }()

    @Test("have the bytes that each would have alone, whatever may be held", arguments: Self.samples, [0, 96 << 20])
    func sameBytes(_ sample: Sample, held: Int64) throws {
        let path = Pictures.fixture(sample.path)
        let limits = Self.limits(held: held)
        let made = try Self.render(path, sample.type, Self.recipes, limits)
        #expect(made.count == Self.recipes.count)
        for (recipe, result) in zip(Self.recipes, made) {
            let alone = try Pictures.render(path, as: sample.type, recipe, limits: limits)
            let (size, bytes) = try result.get()
            #expect(size == alone.size && bytes == alone.bytes, "\(recipe)")
        }
    }

    @Test("of a video are of the position that each names")
    func positions() throws {
        let positions: [Double?] = [nil, 1, 1, 3, nil]
        let recipes = positions.map { PictureRecipe(width: 40, format: .jpeg, position: $0) }
        let made = try Self.render(Pictures.fixture("clip-5s.mp4"), .mp4, recipes, Self.limits())
        let bytes = try made.map { try $0.get().bytes }
        for (recipe, bytes) in zip(recipes, bytes) {
            let alone = try Pictures.render(Pictures.fixture("clip-5s.mp4"), as: .mp4, recipe)
            #expect(bytes == alone.bytes)
        }
        #expect(bytes[1] != bytes[3])
    }

    @Test("fail one by one where only one cannot be made")
    func oneFails() throws {
        let recipes = [
            PictureRecipe(width: 40, format: .jpeg), PictureRecipe(format: .webp),
            PictureRecipe(width: 40, format: .webp),
        ]
        try Pictures.withDrawn("wide.png", "color=red:s=17000x2") { path in
            let made = try Self.render(path, .png, recipes, Self.limits())
            #expect(made.map(Self.code) == [nil, .notRenderable, nil])
        }
    }

    @Test("all fail of a damaged file, with what each would say alone")
    func damaged() throws {
        let recipes = [20, 20, 90].map { PictureRecipe(width: $0, format: .webp) }
        for (name, type) in [("truncated.jpg", MediaType.jpeg), ("photo.jpg", .heic), ("photo.jpg", .mp4)] {
            let made = try Self.render(Pictures.fixture(name), type, recipes, Self.limits())
            #expect(made.map(Self.code) == [.fileDamaged, .fileDamaged, .fileDamaged], "\(name) as \(type)")
        }
    }

    @Test("end where whoever wants them says so")
    func ends() throws {
        let recipes = [20, 30, 40].map { PictureRecipe(width: $0, format: .jpeg) }
        let made = try Self.render(Pictures.fixture("photo.jpg"), .jpeg, recipes, Self.limits(), upTo: 2)
        #expect(made.count == 2)
    }

    private static func limits(held: Int64 = 96 << 20) -> ImageLimits {
        ImageLimits(maximumPixels: 50_000_000, maximumFrames: 100, maximumHeldSize: ByteCount(bytes: held))
    }

    private static func code(_ result: Result<(size: PixelSize, bytes: [UInt8]), MediaError>) -> MediaError.Code? {
        if case .failure(let error) = result { error.code } else { nil }
    }

    private static func render(
        _ path: String,
        _ type: MediaType,
        _ recipes: [PictureRecipe],
        _ limits: ImageLimits,
        upTo end: Int = .max
    ) throws -> [Result<(size: PixelSize, bytes: [UInt8]), MediaError>] {
        let source = open(path, O_RDONLY)
        try #require(source >= 0, "cannot open \(path)")
        defer { close(source) }
        let outputs = try recipes.map { _ in try Pictures.scratchFile() }
        defer { for output in outputs { close(output) } }
        try RenditionRenderer.start()
        let batch = RenditionBatch(sourceType: type, recipes: recipes.map { .picture($0) }, limits: limits)
        var results: [Result<RenditionFacts, MediaError>] = []
        RenditionRenderer.render(source: source, outputs: outputs, batch: batch) { result in
            results.append(result)
            return results.count < end
        }
        return try zip(results, outputs).map { result, output in
            switch result {
            case .failure(let error): return .failure(error)
            case .success(let facts): return .success((try #require(facts.dimensions), try Pictures.contents(output)))
            }
        }
    }
}
