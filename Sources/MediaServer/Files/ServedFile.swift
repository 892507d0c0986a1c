import HTTPSemantics
import HTTPTypes
import MediaCore
import MediaEngine

/// A file on its way out: the header fields of its answers, and how they are sent.
struct ServedFile {
    /// Of all bytes, where it is known without reading them: of originals.
    let digest: Digest?
    /// Where the file lies, relative to the storage root.
    let place: String
    /// Nil is without limit.
    let pace: StreamPace?
    /// The encoding that `Accept` decided on; nil where it does not matter.
    let negotiatedFormat: RenditionFormat?

    private let type: MediaType
    private let tag: String
    private let modifiedAt: Timestamp
    private let cacheControl: String
    private let disposition: String

    init(original: MediaFile, query: QueryItems, policy: ServingPolicy) {
        self.digest = original.version.digest
        self.place = "files/\(original.path.text)"
        self.pace = policy.pace(of: original)
        self.type = original.type
        self.tag = original.version.digest.prefix
        self.modifiedAt = original.version.modifiedAt
        self.cacheControl = policy.cacheControl(for: original, version: query["v"])
        self.disposition = FileDisposition.value(
            of: original,
            as: original.type,
            treeName: original.path.fileName,
            download: query["download"]
        )
        self.negotiatedFormat = nil
    }

    init(
        rendition: RenditionService.Rendition,
        of original: MediaFile,
        query: QueryItems,
        policy: ServingPolicy
    ) {
        let type = rendition.key.recipe.type
        self.digest = nil
        self.place = "renditions/\(rendition.key.path)"
        self.pace = policy.pace(of: original)
        self.type = type
        self.tag = "\(original.version.digest.prefix)-\(rendition.key.parameters)"
        // The original's, not the rendition's own: that one changes when it is made again.
        self.modifiedAt = original.version.modifiedAt
        self.cacheControl = policy.cacheControl(for: original, version: query["v"])
        self.disposition = FileDisposition.value(
            of: original,
            as: type,
            treeName: "\(original.name.text.split(separator: "/").last ?? "file").\(type.fileExtension)",
            download: query["download"]
        )
        self.negotiatedFormat = rendition.key.recipe.negotiatedFormat
    }

    func representation(length: Int64) -> Representation {
        var fields: HTTPFields = [.xContentTypeOptions: "nosniff", .cacheControl: self.cacheControl]
        if self.negotiatedFormat != nil { fields[.vary] = "Accept" }
        if !self.type.isSafeInline {
            // Opened as a page it can run nothing, load nothing and see no cookie.
            fields[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
        }
        fields[.contentDisposition] = self.disposition
        return Representation(
            contentType: self.type.isText ? "\(self.type.essence); charset=utf-8" : self.type.essence,
            length: length,
            entityTag: EntityTag(opaque: self.tag),
            lastModified: self.modifiedAt.seconds,
            extraFields: fields
        )
    }
}

extension Recipe {
    /// The encoding that `Accept` decides on, where it does.
    fileprivate var negotiatedFormat: RenditionFormat? {
        switch self {
        case .picture(let recipe): recipe.format
        }
    }
}
