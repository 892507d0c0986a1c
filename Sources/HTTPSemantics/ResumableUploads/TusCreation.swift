package import HTTPTypes

/// The fields of a tus creation request: POST (tus 1.0, "Creation", "Creation With Upload", "Concatenation").
package struct TusCreation: Sendable {
    /// Bytes of the whole; nil if the client will say later, and for a final upload, whose parts tell.
    package let length: Int64?

    /// What the client says about the file, nil if nothing.
    package let metadata: UploadMetadata?

    /// Nil for an upload that becomes a file by itself.
    package let concatenation: UploadConcatenation?

    /// `Upload-Concat` as it was sent, to be echoed.
    package let concatenationText: String?

    /// What the content must match, if there is any.
    package let checksum: UploadChecksum?

    /// Whether the content is the upload's first bytes. Content of another media type counts as none.
    package let hasBody: Bool

    /// Whether a checksum may come behind the content.
    package let announcesChecksumTrailer: Bool

    /// Reads the fields; the version is ``TusVersion``'s affair.
    ///
    /// - Throws: ``UploadFieldError/Kind/malformed`` when a field is malformed or occurs twice, when there is neither
    ///   `Upload-Length` nor `Upload-Defer-Length: 1` or both are there, or when a final upload has one of them.
    package init(_ fields: HTTPFields) throws(UploadFieldError) {
        let text = try fields.single(.uploadConcat)
        var concatenation: UploadConcatenation?
        if let text { concatenation = try UploadConcatenation(parsing: text) }
        self.length = try Self.length(fields, of: concatenation)
        self.concatenation = concatenation
        self.concatenationText = text
        // It is a list, so that its lines belong together (RFC 9110 5.3). Some clients send an empty one for none.
        let metadata = fields[.uploadMetadata] ?? ""
        self.metadata =
            metadata.utf8.allSatisfy(\.isOptionalWhitespace) ? nil : try UploadMetadata(parsing: metadata)
        self.checksum = try UploadChecksum(in: fields)
        self.hasBody = fields.hasContentType(TusFields.mediaType)
        self.announcesChecksumTrailer = UploadChecksum.isAnnounced(in: fields)
    }

    private static func length(
        _ fields: HTTPFields,
        of concatenation: UploadConcatenation?
    ) throws(UploadFieldError) -> Int64? {
        let length = try fields.integer(.uploadLength)
        let deferral = try fields.single(.uploadDeferLength)
        guard deferral == nil || deferral == "1" else {
            throw UploadFieldError(.malformed, "Upload-Defer-Length must be 1")
        }
        if case .final = concatenation {
            guard length == nil, deferral == nil else {
                throw UploadFieldError(
                    .malformed,
                    "a final upload has neither Upload-Length nor Upload-Defer-Length: its parts make its length"
                )
            }
            return nil
        }
        guard (length == nil) != (deferral == nil) else {
            throw UploadFieldError(.malformed, "exactly one of Upload-Length and Upload-Defer-Length must be there")
        }
        return length
    }
}
