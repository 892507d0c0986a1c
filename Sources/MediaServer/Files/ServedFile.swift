import HTTPSemantics
import HTTPServing
import HTTPTypes
import MediaCore

/// A file on its way out: the header fields of its responses, and how they are sent.
struct ServedFile {
    /// Of all bytes, where it is known without reading them: of originals.
    let digest: Digest?
    /// Where the file lies, relative to the storage root.
    let place: String
    /// Nil is without limit.
    let pace: ResponsePace?
    /// What decided, where the response depends on `Accept`; nil where it does not.
    let acceptance: PictureAcceptance?
    /// How long it may be shown again without asking.
    let freshness: Freshness

    private let type: MediaType
    /// Of a text, where it is certain: whoever is told a wrong one shows replacement signs, whoever is told none looks at the bytes.
    private let charset: String?
    private let tag: String
    private let modifiedAt: Timestamp
    private let disposition: String

    /// - Parameter acceptance: given where another client would get something else than the original.
    init(
        original: MediaFile,
        query: QueryItems,
        policy: ServingPolicy,
        acceptance: PictureAcceptance? = nil
    ) {
        self.digest = original.version.digest
        self.place = "files/\(original.path.text)"
        self.pace = policy.pace(of: original)
        self.type = original.type
        self.charset = original.charset
        self.tag = original.version.digest.prefix
        self.modifiedAt = original.version.modifiedAt
        self.freshness = policy.freshness(
            for: original,
            version: query["v"],
            present: [original.version.digest.prefix]
        )
        self.disposition = FileDisposition.value(
            of: original,
            as: original.type,
            treeName: original.path.fileName,
            download: query["download"]
        )
        self.acceptance = acceptance
    }

    /// - Parameters:
    ///   - version: the `v` in URLs of today, where the original's do not say it.
    ///   - acceptance: given where another client would get another rendition, or the original.
    init(
        rendition key: RenditionKey,
        of original: MediaFile,
        query: QueryItems,
        policy: ServingPolicy,
        version: String? = nil,
        acceptance: PictureAcceptance? = nil
    ) {
        let type = key.recipe.type
        self.digest = nil
        self.place = "renditions/\(key.path)"
        self.pace = policy.pace(of: original)
        self.type = type
        // Texts that are made here are UTF-8.
        self.charset = "utf-8"
        self.tag = "\(key.digest.prefix)-\(key.parameters)"
        // The record's, not the rendition's own: that one changes when it is made again. A new focal point is in it.
        self.modifiedAt = max(original.version.modifiedAt, original.updatedAt)
        // What the point does not decide is the same under both versions.
        let present =
            version.map { [$0] }
            ?? [original.pictureVersion] + (key.recipe.followsFocalPoint ? [] : [original.version.digest.prefix])
        self.freshness = policy.freshness(for: original, version: query["v"], present: present)
        self.disposition = FileDisposition.value(
            of: original,
            as: type,
            treeName: "\(original.name.text.split(separator: "/").last ?? "file").\(type.fileExtension)",
            download: query["download"]
        )
        self.acceptance = acceptance
    }

    func representation(length: Int64) -> Representation {
        var fields: HTTPFields = [.xContentTypeOptions: "nosniff", .cacheControl: self.freshness.shared]
        if self.acceptance != nil { fields[.vary] = "Accept" }
        if !self.type.isSafeInline {
            // Opened as a page it can run nothing, load nothing and see no cookie.
            fields[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
        }
        fields[.contentDisposition] = self.disposition
        return Representation(
            contentType: self.contentType,
            length: length,
            // Made again by another version of an encoder, a rendition has other bytes: ranges of both must not be joined.
            entityTag: EntityTag(opaque: self.digest == nil ? "\(self.tag)-\(length)" : self.tag),
            lastModified: self.modifiedAt.seconds,
            extraFields: fields
        )
    }

    private var contentType: String {
        guard self.type.isText, let charset else { return self.type.essence }
        return "\(self.type.essence); charset=\(charset)"
    }
}
