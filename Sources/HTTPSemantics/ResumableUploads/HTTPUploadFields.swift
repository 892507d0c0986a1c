package import HTTPTypes

/// The request fields of Resumable Uploads for HTTP (draft-ietf-httpbis-resumable-upload).
///
/// They are structured fields: a value of another type than its own is as good as none.
package struct HTTPUploadFields: Sendable {
    /// Which iteration the client speaks; nil when it does not say, as one of the final RFC will not. Then no 104 is sent, and
    /// everything else is as in the latest.
    package let version: UploadInteropVersion?

    /// Whether the content reaches to the end of the upload.
    package let isComplete: Bool

    /// Where the content belongs.
    package let offset: Int64?

    /// `Upload-Length`: bytes of the whole. See ``length(at:contentLength:)``.
    package let length: Int64?

    /// What the whole must hash to.
    package let reprDigestSHA256: [UInt8]?

    /// What the content must hash to; the stronger one if there are several.
    package let contentDigest: DigestValue?

    /// Whether the response to a completed upload should tell its digest.
    package let wantsReprDigest: Bool

    /// Why the digest fields cannot be used, if so: to be thrown before anything is done.
    package let digestError: UploadFieldError?

    /// Reads the fields; nil when the request does not speak this protocol, or a version of it that is unknown here.
    ///
    /// `Upload-Complete` decides, in version 3 `Upload-Incomplete`. Up to version 6 an append without it goes to the end.
    package init?(_ fields: HTTPFields) {
        let version: UploadInteropVersion?
        switch Self.version(of: fields) {
        case .none: version = nil
        case .known(let known): version = known
        case .unknown: return nil
        }
        let offset = fields.item(.uploadOffset).flatMap(StructuredField.integer)
        let complete = Self.completeness(fields, version)
        let isOldAppend = (version ?? .v8) <= .v6 && offset != nil
        guard let isComplete = complete ?? (isOldAppend ? true : nil) else { return nil }
        self.version = version
        self.isComplete = isComplete
        self.offset = offset
        self.length = fields.item(.uploadLength).flatMap(StructuredField.integer)
        let digests = Digests(fields)
        self.reprDigestSHA256 = digests.representation
        self.contentDigest = digests.content
        self.digestError = digests.error
        self.wantsReprDigest = fields[.wantReprDigest].map { DigestFields.wants(.sha256, $0) } ?? false
    }

    /// Which version a request names.
    package enum NamedVersion: Hashable, Sendable {
        /// There is no `Upload-Draft-Interop-Version`.
        case none
        /// One that is spoken here.
        case known(UploadInteropVersion)
        /// Another version, or no version at all: the request is to be handled as if it knew nothing of uploads.
        case unknown
    }

    /// Which version a request names; of use for HEAD, GET and DELETE, which carry no other field of the protocol.
    package static func version(of fields: HTTPFields) -> NamedVersion {
        guard fields.contains(.uploadDraftInteropVersion) else { return .none }
        let version = fields.item(.uploadDraftInteropVersion).flatMap { UploadInteropVersion(parsing: $0) }
        return version.map { .known($0) } ?? .unknown
    }

    /// Whether a request says, in whatever version, that its content is not the whole: no file may be made of that alone.
    package static func announcesPart(_ fields: HTTPFields) -> Bool {
        // Of a version that is known, Upload-Incomplete is a field like any other, but for the one that has it.
        let isUnknown = self.version(of: fields) == .unknown
        return fields.item(.uploadComplete).flatMap(StructuredField.boolean) == false
            || isUnknown && fields.item(.uploadIncomplete).flatMap(StructuredField.boolean) == true
            || fields.item(.uploadOffset).flatMap(StructuredField.integer) ?? 0 > 0
    }

    private static func completeness(_ fields: HTTPFields, _ version: UploadInteropVersion?) -> Bool? {
        if version == .v3, let incomplete = fields.item(.uploadIncomplete).flatMap(StructuredField.boolean) {
            return !incomplete
        }
        return fields.item(.uploadComplete).flatMap(StructuredField.boolean)
    }
}

extension HTTPFields {
    /// The value of a structured field that is an item; nil when it occurs more than once.
    ///
    /// Joined with commas, two lines are no item, unless a string in a parameter happens to swallow the comma.
    fileprivate func item(_ name: HTTPField.Name) -> String? {
        let values = self[values: name]
        return values.count == 1 ? values[0] : nil
    }
}

/// The digest fields of a request.
private struct Digests {
    var representation: [UInt8]?
    var content: DigestValue?
    var error: UploadFieldError?

    init(_ fields: HTTPFields) {
        do throws(UploadFieldError) {
            let representation = try DigestFields.parse(fields[.reprDigest] ?? "")
            self.representation = representation.first { $0.algorithm == .sha256 }?.value
            let content = try DigestFields.parse(fields[.contentDigest] ?? "")
            self.content = content.first { $0.algorithm == .sha512 } ?? content.first
        } catch {
            self.error = error
        }
    }
}
