package import HTTPTypes

/// The fields of a tus PATCH (tus 1.0, "PATCH", "Upload-Defer-Length", "Checksum").
package struct TusAppend: Sendable {
    /// Where the content belongs.
    package let offset: Int64

    /// Bytes of the whole, if the client says so now.
    package let length: Int64?

    /// What the content must match.
    package let checksum: UploadChecksum?

    /// Whether a checksum may come behind the content.
    package let announcesChecksumTrailer: Bool

    /// Reads the fields; the version is ``TusVersion``'s affair.
    ///
    /// - Throws: ``UploadFieldError/Kind/mediaType`` for content that is not `application/offset+octet-stream`;
    ///   ``UploadFieldError/Kind/malformed`` when `Upload-Offset` is missing, or a field is malformed or occurs twice.
    package init(_ fields: HTTPFields) throws(UploadFieldError) {
        guard fields.hasContentType(TusFields.mediaType) else {
            throw UploadFieldError(.mediaType, "Content-Type must be \(TusFields.mediaType)")
        }
        guard let offset = try fields.integer(.uploadOffset) else {
            throw UploadFieldError(.malformed, "Upload-Offset is missing")
        }
        self.offset = offset
        self.length = try fields.integer(.uploadLength)
        self.checksum = try UploadChecksum(in: fields)
        self.announcesChecksumTrailer = UploadChecksum.isAnnounced(in: fields)
    }
}

extension UploadChecksum {
    /// The checksum among a request's header or trailer fields, nil if there is none.
    ///
    /// - Throws: ``UploadFieldError/Kind/malformed`` when it is malformed or occurs twice.
    package init?(in fields: HTTPFields) throws(UploadFieldError) {
        guard let text = try fields.single(.uploadChecksum) else { return nil }
        try self.init(parsing: text)
    }

    /// Whether `Trailer` (RFC 9110 6.6.2) names `Upload-Checksum`.
    ///
    /// A client may send the trailer without saying so: this is a hint to keep the bytes apart until it has come.
    static func isAnnounced(in fields: HTTPFields) -> Bool {
        fields[values: .trailer].contains { line in
            line.utf8.split(separator: .comma).contains { member in
                var scanner = FieldScanner(Substring(member))
                scanner.skipOptionalWhitespace()
                return scanner.token()?.lowercasedText == HTTPField.Name.uploadChecksum.canonicalName
            }
        }
    }
}
