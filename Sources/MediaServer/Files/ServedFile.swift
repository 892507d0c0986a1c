import HTTPSemantics
import HTTPTypes
import MediaCore
import MediaEngine

/// The header fields of a file on its way out.
struct ServedFile {
    private let type: MediaType
    private let tag: String
    private let modifiedAt: Timestamp
    private let fileName: String
    private let isVersioned: Bool
    private let isDownload: Bool
    private let variesByAccept: Bool

    init(original: MediaFile, query: QueryItems) {
        self.type = original.type
        self.tag = original.version.digest.prefix
        self.modifiedAt = original.version.modifiedAt
        self.fileName = original.path.fileName
        self.isVersioned = query["v"] == original.version.digest.prefix
        self.isDownload = query["download"] != nil
        self.variesByAccept = false
    }

    init(rendition: RenditionService.Rendition, of original: MediaFile, query: QueryItems) {
        self.type = rendition.key.format.type
        self.tag = "\(original.version.digest.prefix)-\(rendition.key.parameters)"
        // The original's, not the rendition's own: that one changes when it is made again.
        self.modifiedAt = original.version.modifiedAt
        self.fileName =
            "\(original.name.text.split(separator: "/").last ?? "file").\(rendition.key.format.type.fileExtension)"
        self.isVersioned = query["v"] == original.version.digest.prefix
        self.isDownload = query["download"] != nil
        self.variesByAccept = true
    }

    func representation(length: Int64) -> Representation {
        var fields: HTTPFields = [.xContentTypeOptions: "nosniff"]
        // max-age first: Chromium's media cache reads no further when it begins otherwise.
        fields[.cacheControl] = self.isVersioned ? "max-age=31536000, public, immutable" : "no-cache"
        if self.variesByAccept { fields[.vary] = "Accept" }
        if !self.type.isSafeInline {
            // Opened as a page it can run nothing, load nothing and see no cookie.
            fields[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
        }
        let presentation: ContentDisposition.Presentation =
            self.type.isSafeInline && !self.isDownload ? .inline : .attachment
        fields[.contentDisposition] = ContentDisposition.value(presentation, fileName: self.fileName)
        return Representation(
            contentType: self.type.isText ? "\(self.type.essence); charset=utf-8" : self.type.essence,
            length: length,
            entityTag: EntityTag(opaque: self.tag),
            lastModified: self.modifiedAt.seconds,
            extraFields: fields
        )
    }
}
