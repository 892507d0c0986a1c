import FoundationEssentials
import HTTPSemantics
import MediaCore

/// A file's record as clients see it. Members without a value are `null`, never left out.
struct FileRecord: Encodable {
    private let file: MediaFile
    private let renditions: [Rendition]

    /// One preset's thumbnail: where it is and how large. Its encoding follows `Accept`.
    private struct Rendition: Encodable {
        var preset: String
        var url: String
        var width: Int
        var height: Int
    }

    init(_ file: MediaFile, presets: [Preset]) {
        self.file = file
        var widths: Set<Int> = []
        self.renditions = presets.compactMap { preset in
            // A picture is not enlarged, so that presets wider than it are all as wide as it. A `srcset` must not have a width twice
            // (HTML, "srcset attributes").
            guard let size = file.dimensions.map(preset.size(of:)), widths.insert(size.width).inserted else {
                return nil
            }
            return Rendition(
                preset: preset.name,
                url: Self.url(of: file, query: "preset=\(preset.name)&v=\(file.pictureVersion)"),
                width: size.width,
                height: size.height
            )
        }
    }

    /// `/files/<path>?v=<version>`: cacheable for ever, because another version has another URL.
    static func url(of file: MediaFile) -> String { self.url(of: file, query: "v=\(file.version.digest.prefix)") }

    private static func url(of file: MediaFile, query: String) -> String {
        PercentPath.encode(path: file.path.text, under: "/files/") + "?" + query
    }

    private enum Key: String, CodingKey {
        case id, path, url, collection, size, type, sha256, width, height, durationSeconds, originalFilename, owner
        case frames, hasAlpha, thumbHash, dominantColor, focalPoint, media, rewritings, uploadedSha256
        case createdAt, updatedAt, renditions
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(self.file.id.description, forKey: .id)
        try container.encode(self.file.path.text, forKey: .path)
        try container.encode(Self.url(of: self.file), forKey: .url)
        try container.encode(self.file.collection, forKey: .collection)
        try container.encode(self.file.version.size.bytes, forKey: .size)
        try container.encode(self.file.type.essence, forKey: .type)
        try container.encode(self.file.version.digest.hex, forKey: .sha256)
        try container.encode(self.file.dimensions?.width, forKey: .width)
        try container.encode(self.file.dimensions?.height, forKey: .height)
        try container.encode(self.file.durationSeconds, forKey: .durationSeconds)
        try container.encode(self.file.originalFilename, forKey: .originalFilename)
        try container.encode(self.file.owner, forKey: .owner)
        try container.encode(self.file.frames, forKey: .frames)
        try container.encode(self.file.hasAlpha, forKey: .hasAlpha)
        try container.encode(self.file.thumbHash.map { Data($0.bytes).base64EncodedString() }, forKey: .thumbHash)
        try container.encode(self.file.dominantColor?.hex, forKey: .dominantColor)
        try container.encode(self.file.focalPoint, forKey: .focalPoint)
        try container.encode(self.file.media.map(MediaRecord.init), forKey: .media)
        try container.encode(self.file.rewriting?.steps.map(\.rawValue), forKey: .rewritings)
        try container.encode(self.file.rewriting?.uploadedDigest.hex, forKey: .uploadedSha256)
        try container.encode(self.file.createdAt.description, forKey: .createdAt)
        try container.encode(self.file.updatedAt.description, forKey: .updatedAt)
        try container.encode(self.renditions, forKey: .renditions)
    }
}

/// The body of the response to an upload.
struct FileList: Encodable {
    var files: [FileRecord]
}
