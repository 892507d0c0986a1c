package import HTTPTypes

/// The response fields of tus 1.0, and its names for things.
package enum TusFields {
    /// The media type of a request's content (tus 1.0, "PATCH").
    package static let mediaType = "application/offset+octet-stream"

    /// The extensions that are spoken here, in the order of their description.
    package static let extensions = [
        "creation", "creation-with-upload", "creation-defer-length", "expiration", "checksum", "checksum-trailer",
        "termination", "concatenation",
    ]

    /// The status of a request whose checksum is wrong (tus 1.0, "Checksum"); its reason phrase is `Checksum Mismatch`.
    package static let checksumMismatchCode = 460

    /// What every response carries.
    package static var always: HTTPFields { [.tusResumable: TusVersion.current] }

    /// Of a 412: which versions there are.
    package static var unsupportedVersion: HTTPFields {
        [.tusResumable: TusVersion.current, .tusVersion: TusVersion.current]
    }

    /// Of the response to OPTIONS.
    ///
    /// - Parameters:
    ///   - maximumSize: bytes of the largest upload; nil without a limit.
    ///   - extensions: names of the extensions; the field is left out when there is none.
    ///   - checksums: names of the checksum algorithms, likewise.
    package static func options(
        maximumSize: Int64?,
        extensions: [String] = extensions,
        checksums: [String]
    ) -> HTTPFields {
        var fields = unsupportedVersion
        if let maximumSize { fields[.tusMaxSize] = "\(maximumSize)" }
        if !extensions.isEmpty { fields[.tusExtension] = extensions.joined(separator: ",") }
        if !checksums.isEmpty { fields[.tusChecksumAlgorithm] = checksums.joined(separator: ",") }
        return fields
    }

    /// Of the response to HEAD.
    ///
    /// - Parameters:
    ///   - offset: durable bytes; nil for a final upload whose concatenation is under way.
    ///   - length: bytes of the whole; nil while the client has not said.
    ///   - metadata: `Upload-Metadata` as it was sent.
    ///   - concatenation: `Upload-Concat` as it was sent.
    ///   - expires: seconds since the epoch; nil when the upload will not expire.
    package static func status(
        offset: Int64?,
        length: Int64?,
        metadata: String?,
        concatenation: String?,
        expires: Int64?
    ) -> HTTPFields {
        var fields = acknowledgement(offset: offset, expires: expires)
        if let length { fields[.uploadLength] = "\(length)" } else { fields[.uploadDeferLength] = "1" }
        fields[.uploadMetadata] = metadata
        fields[.uploadConcat] = concatenation
        fields[.cacheControl] = "no-store"
        return fields
    }

    /// Of the response to PATCH, and with a location to POST.
    ///
    /// - Parameters:
    ///   - location: URL of a new upload.
    ///   - offset: durable bytes; nil if the response shall not tell.
    ///   - expires: seconds since the epoch; nil when the upload will not expire.
    package static func acknowledgement(
        location: String? = nil,
        offset: Int64?,
        expires: Int64?
    ) -> HTTPFields {
        var fields = always
        fields[.location] = location
        fields[.uploadOffset] = offset.map { "\($0)" }
        fields[.uploadExpires] = expires.map { HTTPDate.format($0) }
        return fields
    }
}
