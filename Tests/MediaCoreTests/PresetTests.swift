import MediaCore
import Testing

@Suite("Presets and rendition keys")
struct PresetTests {
    private static func size(_ shape: Preset.Shape, of width: Int, _ height: Int) -> PixelSize {
        Preset(name: "x", shape: shape).size(of: PixelSize(width: width, height: height))
    }

    @Test("A width keeps the proportions, rounds, and never enlarges")
    func width() {
        #expect(Self.size(.width(342), of: 1000, 1500) == PixelSize(width: 342, height: 513))
        #expect(Self.size(.width(342), of: 342, 10) == PixelSize(width: 342, height: 10))
        #expect(Self.size(.width(342), of: 341, 999) == PixelSize(width: 341, height: 999))
        #expect(Self.size(.width(100), of: 300, 200) == PixelSize(width: 100, height: 67))
        #expect(Self.size(.width(92), of: 10000, 1) == PixelSize(width: 92, height: 1))
        #expect(Self.size(.width(92), of: 1, 10000) == PixelSize(width: 1, height: 10000))
        #expect(Self.size(.width(1), of: 2, 1) == PixelSize(width: 1, height: 1))
    }

    @Test("A square has the shorter side at most")
    func square() {
        #expect(Self.size(.square(side: 64), of: 1000, 500) == PixelSize(width: 64, height: 64))
        #expect(Self.size(.square(side: 512), of: 1000, 500) == PixelSize(width: 500, height: 500))
        #expect(Self.size(.square(side: 64), of: 1, 4000) == PixelSize(width: 1, height: 1))
    }

    @Test("The number of pixels never overflows")
    func pixels() {
        #expect(PixelSize(width: .max, height: 2).pixels == .max)
        #expect(PixelSize(width: 3, height: 4).pixels == 12)
    }

    @Test("A key's text tells every parameter apart")
    func parameters() throws {
        let digest = try #require(Digest(bytes: Array(repeating: 1, count: 32)))
        func text(_ name: String, _ shape: Preset.Shape, _ format: RenditionFormat, _ quality: Int) -> String {
            RenditionKey(digest: digest, preset: Preset(name: name, shape: shape), format: format, quality: quality)
                .parameters
        }
        #expect(text("w342", .width(342), .webp, 80) == "w342-342w-q80-v1.webp")
        #expect(text("s64", .square(side: 64), .jpeg, 75) == "s64-64s-q75-v1.jpg")
        let all = [
            text("a", .width(64), .webp, 80), text("a", .square(side: 64), .webp, 80), text("a", .width(64), .jpeg, 80),
            text("a", .width(64), .webp, 8), text("b", .width(64), .webp, 80), text("a", .width(65), .webp, 80),
        ]
        #expect(Set(all).count == all.count)
    }
}

@Suite("Media types")
struct MediaTypeTests {
    private static let known: [MediaType] = [
        .jpeg, .png, .webp, .gif, .avif, .heic, .heif, .tiff, .svg, .mp4, .quicktime, .webm, .matroska, .mpegTS, .m4v,
        .audioMP4, .audioWebM, .audioMatroska, .mp3, .wav, .flac, .ogg, .pdf, .plainText, .html, .xml, .vtt, .zip,
        .docx,
        .xlsx, .pptx, .odt, .ods, .epub, .doc, .octetStream,
    ]

    @Test("Every type has an extension of its own, so that two types never meet at one path")
    func uniqueExtensions() {
        #expect(Set(Self.known.map(\.fileExtension)).count == Self.known.count)
        for type in Self.known { #expect(MediaType.isKnownExtension(type.fileExtension.uppercased())) }
        #expect(Set(Self.known).count == Self.known.count)
    }

    @Test("What can run script is never inline; unknown types are not either")
    func inline() {
        for type in [.svg, .html, .xml, .pdf, .zip, .octetStream, MediaType("application/x-odd")] as [MediaType] {
            #expect(!type.isSafeInline)
        }
        #expect(MediaType.jpeg.isSafeInline)
        #expect(MediaType("application/x-odd").fileExtension == "bin")
        #expect(!MediaType.svg.isRenderable)
    }

    @Test("Patterns match whole types only")
    func patterns() {
        #expect(MediaType.jpeg.matches(pattern: "image/*"))
        #expect(MediaType.jpeg.matches(pattern: "*/*"))
        #expect(MediaType.jpeg.matches(pattern: "image/jpeg"))
        #expect(!MediaType.jpeg.matches(pattern: "image/jpe*"))
        #expect(!MediaType.jpeg.matches(pattern: "imag/*"))
        #expect(!MediaType("imagex/y").matches(pattern: "image/*"))
        #expect(!MediaType.jpeg.matches(pattern: ""))
    }

    @Test("Extensions that no type has are not known", arguments: ["php", "", "exe", "jpg ", "html5", "tar"])
    func unknown(_ text: String) {
        #expect(!MediaType.isKnownExtension(text))
    }
}
