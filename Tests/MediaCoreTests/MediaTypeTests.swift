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

    @Test("Extensions that no type has are not known", arguments: ["php", "", "exe", "jpg ", "html5", "lnk", "bat"])
    func unknown(_ text: String) {
        #expect(!MediaType.isKnownExtension(text))
    }

    @Test(
        "(A4) known types are stored with their extension",
        arguments: [
            ("video/3gpp", "3gp"), ("audio/aac", "aac"), ("video/ogg", "ogv"), ("video/mpeg", "mpg"),
            ("video/x-msvideo", "avi"),
            ("video/x-ms-asf", "wmv"), ("audio/x-ms-wma", "wma"), ("audio/aiff", "aiff"), ("audio/ac3", "ac3"),
            ("audio/eac3", "eac3"), ("audio/vnd.dts", "dts"), ("image/bmp", "bmp"), ("image/jp2", "jp2"),
            ("image/jls", "jls"), ("image/x-adobe-dng", "dng"), ("image/vnd.adobe.photoshop", "psd"),
            ("image/x-tga", "tga"),
            ("image/vnd.microsoft.icon", "ico"), ("application/json", "json"), ("text/csv", "csv"),
            ("application/gzip", "gz"),
            ("text/rtf", "rtf"), ("text/calendar", "ics"), ("video/x-flv", "flv"),
            ("application/x-7z-compressed", "7z"),
        ]
    )
    func extensions(essence: String, fileExtension: String) throws {
        let type = MediaType(essence)
        #expect(type.fileExtension == fileExtension)
        #expect(type.hasExtension(fileExtension.uppercased()))
        #expect(MediaType.isKnownExtension(fileExtension))
        // A name that has it does not get it twice.
        let name = try MediaName(validating: "a.\(fileExtension)")
        #expect(MediaPath(collection: "files", name: name, type: type).text == "files/a.\(fileExtension)")
    }

    @Test(
        "the codes of languages, with which names of subtitles end, are no extensions",
        arguments: ["it", "rm", "ps", "dv", "de", "sv"]
    )
    func languages(code: String) {
        #expect(!MediaType.isKnownExtension(code))
    }
}
