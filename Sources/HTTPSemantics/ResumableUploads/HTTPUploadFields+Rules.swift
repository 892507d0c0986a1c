package import HTTPTypes

extension HTTPUploadFields {
    /// The media type of appended content since interop version 6.
    package static let mediaType = "application/partial-upload"

    /// Whether the content claims to be for an upload, whatever else the request lacks.
    package static func isPartialUpload(_ fields: HTTPFields) -> Bool { fields.hasContentType(mediaType) }

    /// Checks what an append needs: `Upload-Offset`, and since interop version 6 the media type.
    ///
    /// - Throws: ``UploadFieldError/Kind/mediaType``, or ``UploadFieldError/Kind/malformed`` without a usable offset.
    package func checkAppend(_ fields: HTTPFields) throws(UploadFieldError) {
        guard (version ?? .v8) < .v6 || Self.isPartialUpload(fields) else {
            throw UploadFieldError(.mediaType, "Content-Type must be \(Self.mediaType)")
        }
        guard offset != nil else {
            throw UploadFieldError(.malformed, "Upload-Offset is missing or no non-negative integer")
        }
    }

    /// Checks what a HEAD or DELETE must not carry in the versions up to 6 (drafts up to -05: 400). Later ones do not mind.
    ///
    /// - Throws: ``UploadFieldError/Kind/malformed``.
    package static func checkRetrieval(_ fields: HTTPFields) throws(UploadFieldError) {
        guard case .known(let version) = version(of: fields), version <= .v6 else { return }
        let unwanted: [HTTPField.Name] = [.uploadOffset, .uploadComplete, .uploadIncomplete, .uploadLength]
        for name in unwanted where fields.contains(name) {
            throw UploadFieldError(.malformed, "\(name.rawName) must not be in a HEAD or DELETE")
        }
    }

    /// Bytes of the whole, as this request tells; nil when it does not.
    ///
    /// `Upload-Length` tells, and so does the end of a content that is the last one ("Length").
    /// - Parameters:
    ///   - offset: bytes before the content.
    ///   - contentLength: bytes of the content; nil when it is not announced.
    /// - Throws: ``UploadFieldError/Kind/inconsistentLength`` when the two contradict each other, or the content would not
    ///   fit; ``UploadFieldError/Kind/malformed`` when the sum is beyond 2^63.
    package func length(at offset: Int64, contentLength: Int64?) throws(UploadFieldError) -> Int64? {
        guard let contentLength else {
            guard length ?? .max >= offset else { throw Self.inconsistent }
            return length
        }
        let (end, overflowed) = offset.addingReportingOverflow(contentLength)
        guard !overflowed else { throw UploadFieldError(.malformed, "Upload-Offset and Content-Length are too large") }
        guard isComplete else {
            guard length ?? .max >= end else { throw Self.inconsistent }
            return length
        }
        guard length ?? end == end else { throw Self.inconsistent }
        return end
    }

    private static var inconsistent: UploadFieldError {
        UploadFieldError(
            .inconsistentLength,
            "Upload-Length does not fit the offset, Content-Length and completeness of the same request"
        )
    }
}
