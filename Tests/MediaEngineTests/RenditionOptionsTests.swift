import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("The options of a rendition")
struct RenditionOptionsTests {
    private let end = "-v\(PictureRecipe.version).webp"

    private static func service(_ parameters: MediaCollection.Parameters = .signed) throws -> RenditionService {
        let fixture = try EngineFixture(
            TemporaryRoot(),
            adjust: { settings in
                settings.collections[0].parameters = parameters
                settings.collections[0].presets.append(
                    Preset(name: "hero", width: 400, height: 300, dpr: 2, fit: .cover, quality: 60, background: nil)
                )
                settings.pictures.avifPixels = 1_000_000
                settings.pictures.maximumSide = 2000
            }
        )
        return fixture.renditions
    }

    private static func file(_ type: MediaType, _ change: (inout MediaFile) -> Void = { _ in }) -> MediaFile {
        var file = SampleRecords.file("1", in: "posters", type: type)
        file.dimensions = PixelSize(width: 4000, height: 3000)
        change(&file)
        return file
    }

    private static func changes(_ change: (inout PictureChanges) -> Void) -> RenditionOptions {
        var changes = PictureChanges()
        change(&changes)
        return RenditionOptions(changes: changes)
    }

    private static func parameters(
        _ service: RenditionService,
        _ file: MediaFile,
        _ options: RenditionOptions
    ) throws -> String {
        try service.key(for: file, options, format: .webp).parameters
    }

    @Test("is offered in AVIF, WebP and what everybody shows, each where it is best")
    func formats() throws {
        let service = try Self.service()
        let preset = RenditionOptions(preset: "w92")
        #expect(try service.formats(for: Self.file(.jpeg), preset) == [.avif, .webp, .jpeg])
        #expect(
            try service.formats(for: Self.file(.png) { $0.hasAlpha = true }, preset) == [.avif, .webp, .png, .jpeg]
        )
        #expect(try service.formats(for: Self.file(.png) { $0.hasAlpha = false }, preset) == [.avif, .webp, .jpeg])
        // What moves is WebP's; what is known to stand still, or is to, is not.
        #expect(try service.formats(for: Self.file(.gif), preset) == [.webp, .avif, .jpeg])
        #expect(try service.formats(for: Self.file(.gif) { $0.frames = 1 }, preset) == [.avif, .webp, .jpeg])
        let still = RenditionOptions(preset: "w92", isStill: true)
        #expect(try service.formats(for: Self.file(.gif) { $0.frames = 30 }, still) == [.avif, .webp, .jpeg])
        // Large ones take AVIF too long.
        #expect(try service.formats(for: Self.file(.heic), RenditionOptions()) == [.webp, .avif, .jpeg])
        // On a background nothing is transparent.
        let onWhite = Self.changes { ($0.width, $0.background) = (300, .white) }
        #expect(try service.formats(for: Self.file(.png) { $0.hasAlpha = true }, onWhite) == [.avif, .webp, .jpeg])
    }

    @Test("is what the preset says, with the file's focal point")
    func presets() throws {
        let service = try Self.service()
        let hero = RenditionOptions(preset: "hero")
        #expect(try Self.parameters(service, Self.file(.jpeg), hero) == "800x600-cover-attention-q60\(end)")
        let focused = Self.file(.jpeg) { $0.focalPoint = FocalPoint(x: 0.25, y: 0.5) }
        #expect(try Self.parameters(service, focused, hero) == "800x600-cover-at250,500-q60\(end)")
        #expect(try Self.parameters(service, focused, RenditionOptions()) == "full-q80\(end)")
        #expect(
            try Self.parameters(service, Self.file(.gif), RenditionOptions(preset: "w92")) == "92x-q80-animated\(end)"
        )
        let still = RenditionOptions(preset: "w92", isStill: true)
        #expect(try Self.parameters(service, Self.file(.gif), still) == "92x-q80\(end)")
    }

    @Test("may differ from the preset")
    func changed() throws {
        let service = try Self.service()
        func text(_ preset: String?, _ change: (inout PictureChanges) -> Void) throws -> String {
            var options = Self.changes(change)
            options.preset = preset
            return try Self.parameters(service, Self.file(.jpeg), options)
        }
        #expect(try text(nil) { $0.width = 300 } == "300x-q80\(end)")
        #expect(try text("hero") { $0.dpr = 1 } == "400x300-cover-attention-q60\(end)")
        #expect(try text("hero") { $0.width = 100 } == "200x-q60\(end)", "with a dpr of 2")
        #expect(
            try text(nil) { ($0.width, $0.height, $0.crop) = (30, 20, .centre) }
                == "30x20-cover-centre-q80\(end)"
        )
        #expect(
            try text(nil) {
                ($0.width, $0.height, $0.crop, $0.focalPoint) = (30, 20, .focalPoint, FocalPoint(x: 1, y: 0))
            } == "30x20-cover-at1000,0-q80\(end)"
        )
    }

    @Test("B6: is offered only in formats that can express its size, and that can be written")
    func expressible() throws {
        let tall = Self.file(.jpeg) { $0.dimensions = PixelSize(width: 780, height: 17000) }
        #expect(try Self.service().formats(for: tall, RenditionOptions()) == [.jpeg])
        let clear = Self.file(.png) {
            ($0.dimensions, $0.hasAlpha) = (PixelSize(width: 17000, height: 20), true)
        }
        #expect(try Self.service().formats(for: clear, RenditionOptions()) == [.png, .jpeg])
        // Small enough again by the preset.
        #expect(try Self.service().formats(for: tall, RenditionOptions(preset: "w92")) == [.avif, .webp, .jpeg])
        let renderer = StubRenderer(writableFormats: [.webp, .jpeg, .png])
        let without = try EngineFixture(TemporaryRoot(), renderer: renderer).renditions
        let file = Self.file(.jpeg)
        #expect(try without.formats(for: file, RenditionOptions(preset: "w92")) == [.webp, .jpeg])
        let error = #expect(throws: MediaError.self) {
            try without.key(for: file, RenditionOptions(preset: "w92"), format: .avif)
        }
        #expect(error?.code == .notRenderable)
    }

    @Test("is bounded, and must have a type of which pictures are made")
    func refused() throws {
        let service = try Self.service()
        let file = Self.file(.jpeg)
        for (width, dpr) in [(2001, 1.0), (1001, 2.0)] {
            let error = #expect(throws: MediaError.self) {
                try service.key(for: file, Self.changes { ($0.width, $0.dpr) = (width, dpr) }, format: .webp)
            }
            #expect(error?.code == .invalidRequest)
        }
        _ = try service.key(for: file, Self.changes { ($0.width, $0.dpr) = (1000, 2) }, format: .webp)
        let text = #expect(throws: MediaError.self) {
            try service.formats(for: Self.file(.plainText), RenditionOptions())
        }
        #expect(text?.code == .notRenderable)
    }

    @Test("is free where the collection says so")
    func permission() throws {
        let (file, options) = (Self.file(.jpeg), Self.changes { $0.width = 300 })
        let cases: [(MediaCollection.Parameters, isSigned: Bool, isAllowed: Bool)] = [
            (.off, true, false), (.off, false, false), (.signed, true, true), (.signed, false, false),
            (.open, false, true),
        ]
        for (parameters, isSigned, isAllowed) in cases {
            let service = try Self.service(parameters)
            do throws(MediaError) {
                try service.check(options, of: file, isSigned: isSigned)
                #expect(isAllowed, "\(parameters)")
            } catch {
                #expect(!isAllowed, "\(parameters)")
                #expect(error.code == .parametersNotAllowed)
            }
            try service.check(RenditionOptions(preset: "w92", isStill: true, position: 2), of: file, isSigned: false)
        }
    }
}
