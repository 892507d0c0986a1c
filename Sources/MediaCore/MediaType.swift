/// A media type's essence, `type/subtype`, lower case, without parameters (RFC 9110 section 8.3.1).
///
///     MediaType.jpeg.fileExtension               // "jpg"
///     MediaType.jpeg.matches(pattern: "image/*") // true
///
/// The table below is the one place that ties a type to its extension in the tree and to whether a browser may show it
/// inline. Types outside the table are legal values (an operator may allow them in a collection); they are stored with the
/// extension `bin` and always served as an attachment.
package struct MediaType: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The essence, e.g. `image/jpeg`.
    package let essence: String

    /// Takes an essence that is already in canonical form.
    package init(_ essence: String) { self.essence = essence }

    package init(from decoder: any Decoder) throws {
        self.essence = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.essence)
    }

    package var description: String { self.essence }

    /// The extension that files of this type carry in the tree, without the dot.
    package var fileExtension: String { Self.table[self.essence]?.fileExtension ?? "bin" }

    /// True where a browser may show the bytes inside a page of ours without running anything in them.
    package var isSafeInline: Bool { Self.table[self.essence]?.isSafeInline ?? false }

    /// True where libvips makes renditions of it.
    package var isRenderable: Bool { Self.table[self.essence]?.isRenderable ?? false }

    /// True where a file of this type may be an animation.
    package var isAnimatable: Bool { self == .gif || self == .webp }

    /// True where private metadata can be taken out without touching a pixel.
    package var hasRemovableMetadata: Bool { Self.withRemovableMetadata.contains(self) }

    /// True for every `image/...`, also those that nothing here decodes.
    package var isImage: Bool { self.essence.hasPrefix("image/") }
    /// True for every `video/...`; what a worker opens is ``isDecodableVideo``.
    package var isVideo: Bool { self.essence.hasPrefix("video/") }
    /// True for every `audio/...`.
    package var isAudio: Bool { self.essence.hasPrefix("audio/") }
    /// True for every `text/...`.
    package var isText: Bool { self.essence.hasPrefix("text/") }

    /// True for `image/jpeg` and the like in the pattern `image/*`, for itself, and for `*/*`.
    package func matches(pattern: String) -> Bool {
        if pattern == "*/*" || pattern == self.essence { return true }
        guard pattern.hasSuffix("/*") else { return false }
        return self.essence.hasPrefix(pattern.dropLast())
    }

    /// True where `fileExtension` (no dot, any case) is one that files of this type may carry.
    package func hasExtension(_ fileExtension: some StringProtocol) -> Bool {
        guard let traits = Self.table[self.essence] else { return false }
        let lowercased = fileExtension.lowercased()
        return traits.fileExtension == lowercased || traits.aliases.contains(lowercased)
    }

    /// True where `fileExtension` (no dot, any case) is one that the table knows, for some type or as an alias.
    package static func isKnownExtension(_ fileExtension: some StringProtocol) -> Bool {
        self.knownExtensions.contains(fileExtension.lowercased())
    }
}

extension MediaType {
    package static let jpeg = MediaType("image/jpeg")
    package static let png = MediaType("image/png")
    package static let webp = MediaType("image/webp")
    package static let gif = MediaType("image/gif")
    package static let avif = MediaType("image/avif")
    package static let heic = MediaType("image/heic")
    package static let heif = MediaType("image/heif")
    package static let tiff = MediaType("image/tiff")
    package static let jxl = MediaType("image/jxl")
    package static let svg = MediaType("image/svg+xml")
    package static let mp4 = MediaType("video/mp4")
    package static let quicktime = MediaType("video/quicktime")
    package static let webm = MediaType("video/webm")
    package static let matroska = MediaType("video/matroska")
    package static let mpegTS = MediaType("video/mp2t")
    package static let m4v = MediaType("video/x-m4v")
    package static let audioMP4 = MediaType("audio/mp4")
    package static let audioWebM = MediaType("audio/webm")
    package static let audioMatroska = MediaType("audio/matroska")
    package static let mp3 = MediaType("audio/mpeg")
    package static let wav = MediaType("audio/wav")
    package static let flac = MediaType("audio/flac")
    package static let ogg = MediaType("audio/ogg")
    package static let pdf = MediaType("application/pdf")
    package static let plainText = MediaType("text/plain")
    package static let html = MediaType("text/html")
    package static let xml = MediaType("text/xml")
    package static let vtt = MediaType("text/vtt")
    package static let zip = MediaType("application/zip")
    package static let docx = MediaType("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    package static let xlsx = MediaType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    package static let pptx = MediaType("application/vnd.openxmlformats-officedocument.presentationml.presentation")
    package static let odt = MediaType("application/vnd.oasis.opendocument.text")
    package static let ods = MediaType("application/vnd.oasis.opendocument.spreadsheet")
    package static let epub = MediaType("application/epub+zip")
    package static let doc = MediaType("application/msword")
    package static let octetStream = MediaType("application/octet-stream")

    private static let withRemovableMetadata: Set<MediaType> = [.jpeg, .png, .webp, .gif, .heic, .heif, .avif]

    private struct Traits {
        var fileExtension: String
        var isSafeInline = false
        var isRenderable = false
        var aliases: [String] = []
    }

    private static let table: [String: Traits] = [
        jpeg.essence: .init(
            fileExtension: "jpg",
            isSafeInline: true,
            isRenderable: true,
            aliases: ["jpeg", "jpe", "jfif"]
        ),
        png.essence: .init(fileExtension: "png", isSafeInline: true, isRenderable: true),
        webp.essence: .init(fileExtension: "webp", isSafeInline: true, isRenderable: true),
        gif.essence: .init(fileExtension: "gif", isSafeInline: true, isRenderable: true),
        avif.essence: .init(fileExtension: "avif", isSafeInline: true, isRenderable: true),
        heic.essence: .init(fileExtension: "heic", isSafeInline: true, isRenderable: true, aliases: ["hif"]),
        heif.essence: .init(fileExtension: "heif", isSafeInline: true, isRenderable: true),
        tiff.essence: .init(fileExtension: "tiff", isSafeInline: true, isRenderable: true, aliases: ["tif"]),
        jxl.essence: .init(fileExtension: "jxl", isSafeInline: true, isRenderable: true),
        svg.essence: .init(fileExtension: "svg", isRenderable: true, aliases: ["svgz"]),
        mp4.essence: .init(fileExtension: "mp4", isSafeInline: true),
        quicktime.essence: .init(fileExtension: "mov", isSafeInline: true, aliases: ["qt"]),
        webm.essence: .init(fileExtension: "webm", isSafeInline: true),
        matroska.essence: .init(fileExtension: "mkv", isSafeInline: true),
        mpegTS.essence: .init(fileExtension: "ts", isSafeInline: true, aliases: ["m2ts", "mts"]),
        m4v.essence: .init(fileExtension: "m4v", isSafeInline: true),
        audioMP4.essence: .init(fileExtension: "m4a", isSafeInline: true),
        audioWebM.essence: .init(fileExtension: "weba", isSafeInline: true),
        audioMatroska.essence: .init(fileExtension: "mka", isSafeInline: true),
        mp3.essence: .init(fileExtension: "mp3", isSafeInline: true),
        wav.essence: .init(fileExtension: "wav", isSafeInline: true),
        flac.essence: .init(fileExtension: "flac", isSafeInline: true),
        ogg.essence: .init(fileExtension: "ogg", isSafeInline: true, aliases: ["oga", "opus"]),
        // A PDF can script, in viewers that are not ours to vouch for.
        pdf.essence: .init(fileExtension: "pdf"),
        plainText.essence: .init(fileExtension: "txt", isSafeInline: true, aliases: ["text", "md", "log"]),
        html.essence: .init(fileExtension: "html", aliases: ["htm", "xhtml"]),
        xml.essence: .init(fileExtension: "xml"),
        vtt.essence: .init(fileExtension: "vtt", isSafeInline: true),
        subRip.essence: .init(fileExtension: "srt"),
        zip.essence: .init(fileExtension: "zip"),
        docx.essence: .init(fileExtension: "docx"),
        xlsx.essence: .init(fileExtension: "xlsx"),
        pptx.essence: .init(fileExtension: "pptx"),
        odt.essence: .init(fileExtension: "odt"),
        ods.essence: .init(fileExtension: "ods"),
        epub.essence: .init(fileExtension: "epub"),
        doc.essence: .init(fileExtension: "doc"),
        octetStream.essence: .init(fileExtension: "bin"),
    ]

    private static let knownExtensions: Set<String> = Set(
        table.values.flatMap { [$0.fileExtension] + $0.aliases }
    )
}
