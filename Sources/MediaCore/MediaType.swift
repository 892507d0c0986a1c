/// A media type's essence, `type/subtype`, lower case, without parameters (RFC 9110 section 8.3.1).
///
///     MediaType.jpeg.fileExtension               // "jpg"
///     MediaType.jpeg.matches(pattern: "image/*") // true
///
/// One table ties a type to its extension in the tree and to whether a browser may show it inline. Types outside the table are legal
/// values (an operator may allow them in a collection); they are stored with the extension `bin` and always served as an attachment.
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

    /// True where a file of this type may be an animation.
    package var isAnimatable: Bool { [.gif, .webp, .png, .jxl].contains(self) }

    /// True where private metadata can be taken out without touching a pixel or a frame.
    package var hasRemovableMetadata: Bool { Self.withRemovableMetadata.contains(self) || self.isStreamable }

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

    /// The pattern of the types that two patterns have in common; nil where there are none.
    static func narrower(_ one: String, _ other: String) -> String? {
        if MediaType(one).matches(pattern: other) { return one }
        return MediaType(other).matches(pattern: one) ? other : nil
    }
}

extension MediaType {
    /// JPEG pictures.
    package static let jpeg = MediaType("image/jpeg")
    /// PNG pictures.
    package static let png = MediaType("image/png")
    /// WebP pictures, animations included.
    package static let webp = MediaType("image/webp")
    /// GIF pictures, animations included.
    package static let gif = MediaType("image/gif")
    /// AVIF pictures: HEIF containers with AV1.
    package static let avif = MediaType("image/avif")
    /// HEIC pictures: HEIF containers with HEVC.
    package static let heic = MediaType("image/heic")
    /// Other pictures in a HEIF container.
    package static let heif = MediaType("image/heif")
    /// TIFF pictures.
    package static let tiff = MediaType("image/tiff")
    /// JPEG XL pictures.
    package static let jxl = MediaType("image/jxl")
    /// SVG drawings.
    package static let svg = MediaType("image/svg+xml")
    /// MP4 videos.
    package static let mp4 = MediaType("video/mp4")
    /// QuickTime videos (`.mov`).
    package static let quicktime = MediaType("video/quicktime")
    /// WebM videos.
    package static let webm = MediaType("video/webm")
    /// Matroska videos (`.mkv`).
    package static let matroska = MediaType("video/matroska")
    /// Videos in an MPEG transport stream (`.ts`).
    package static let mpegTS = MediaType("video/mp2t")
    /// MP4 videos with Apple's brand (`.m4v`).
    package static let m4v = MediaType("video/x-m4v")
    /// Sound in an MP4 container (`.m4a`).
    package static let audioMP4 = MediaType("audio/mp4")
    /// Sound in a WebM container (`.weba`).
    package static let audioWebM = MediaType("audio/webm")
    /// Sound in a Matroska container (`.mka`).
    package static let audioMatroska = MediaType("audio/matroska")
    /// MP3 sound.
    package static let mp3 = MediaType("audio/mpeg")
    /// WAVE sound.
    package static let wav = MediaType("audio/wav")
    /// FLAC sound.
    package static let flac = MediaType("audio/flac")
    /// Sound in an Ogg container, e.g. Vorbis or Opus.
    package static let ogg = MediaType("audio/ogg")
    /// PDF documents.
    package static let pdf = MediaType("application/pdf")
    /// Text of no more specific type.
    package static let plainText = MediaType("text/plain")
    /// HTML pages.
    package static let html = MediaType("text/html")
    /// XML documents of no more specific type.
    package static let xml = MediaType("text/xml")
    /// WebVTT subtitles.
    package static let vtt = MediaType("text/vtt")
    /// ZIP archives of no more specific type.
    package static let zip = MediaType("application/zip")
    /// Word documents in Office Open XML (`.docx`).
    package static let docx = MediaType("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    /// Excel workbooks in Office Open XML (`.xlsx`).
    package static let xlsx = MediaType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    /// PowerPoint presentations in Office Open XML (`.pptx`).
    package static let pptx = MediaType("application/vnd.openxmlformats-officedocument.presentationml.presentation")
    /// OpenDocument texts (`.odt`).
    package static let odt = MediaType("application/vnd.oasis.opendocument.text")
    /// OpenDocument spreadsheets (`.ods`).
    package static let ods = MediaType("application/vnd.oasis.opendocument.spreadsheet")
    /// EPUB books.
    package static let epub = MediaType("application/epub+zip")
    /// Word documents in the binary format (`.doc`).
    package static let doc = MediaType("application/msword")
    /// Excel workbooks in the binary format (`.xls`).
    package static let xls = MediaType("application/vnd.ms-excel")
    /// PowerPoint presentations in the binary format (`.ppt`).
    package static let ppt = MediaType("application/vnd.ms-powerpoint")
    /// JSON texts (RFC 8259).
    package static let json = MediaType("application/json")
    /// Tables as text (RFC 4180).
    package static let csv = MediaType("text/csv")
    /// Raw photographs in Adobe's digital negative (`.dng`).
    package static let dng = MediaType("image/x-adobe-dng")
    /// JPEG-LS pictures (ISO/IEC 14495-1).
    package static let jpegLS = MediaType("image/jls")
    /// AAC in ADTS frames (`.aac`).
    package static let aac = MediaType("audio/aac")
    /// Bytes of unknown type.
    package static let octetStream = MediaType("application/octet-stream")

    private static let withRemovableMetadata: Set<MediaType> = [
        .jpeg, .png, .webp, .gif, .heic, .heif, .avif, .jxl, .webm, .matroska, .audioWebM, .audioMatroska, .mp3, .flac,
        .ogg, MediaType("video/ogg"), .tiff, .dng,
    ]
}
