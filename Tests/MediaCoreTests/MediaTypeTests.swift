import MediaCore
import Testing

@Suite("Media types")
struct MediaTypeTests {
    private static let known: [MediaType] = [
        .jpeg, .png, .webp, .gif, .avif, .heic, .heif, .tiff, .jxl, .svg, .mp4, .quicktime, .webm, .matroska, .mpegTS,
        .m4v,
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
        #expect(MediaType.svg.isRenderable)
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
