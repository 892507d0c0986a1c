package import HTTPTypes

/// The response fields of Resumable Uploads for HTTP, and its problem types.
package enum HTTPUploadResponse {
    /// The status code of interim responses; its reason phrase is `Upload Resumption Supported`.
    package static let interimCode = 104

    /// Of a final response.
    ///
    /// - Parameters:
    ///   - version: what the request named.
    ///   - offset: durable bytes. Told always, though versions since 6 demand it only sometimes: there are clients that
    ///     count on it.
    ///   - isComplete: whether the upload is; inverted for version 3. Nil when the response has nothing to do with it.
    ///   - length: bytes of the whole, once known.
    ///   - limits: of a creation, a 413, OPTIONS, and the response to HEAD.
    package static func fields(
        version: UploadInteropVersion?,
        offset: Int64?,
        isComplete: Bool?,
        length: Int64? = nil,
        limits: UploadLimits? = nil
    ) -> HTTPFields {
        var fields = versioned(version)
        fields[.uploadOffset] = offset.map(integer)
        fields[.uploadLength] = length.map(integer)
        if let isComplete {
            if version == .v3 {
                fields[.uploadIncomplete] = isComplete ? "?0" : "?1"
            } else {
                fields[.uploadComplete] = isComplete ? "?1" : "?0"
            }
        }
        fields[.uploadLimit] = limits?.fieldValue(for: version)
        return fields
    }

    /// Of the response to HEAD or GET.
    package static func status(
        version: UploadInteropVersion?,
        offset: Int64,
        isComplete: Bool,
        length: Int64?,
        limits: UploadLimits
    ) -> HTTPFields {
        var fields = fields(
            version: version,
            offset: offset,
            isComplete: isComplete,
            length: length,
            limits: limits
        )
        fields[.cacheControl] = "no-store"
        return fields
    }

    /// Of the 104 that tells where the upload is.
    ///
    /// - Parameter version: what the request named. Drafts forbid the 104 without one.
    package static func interim(
        version: UploadInteropVersion?,
        location: String,
        limits: UploadLimits
    ) -> HTTPFields {
        var fields = versioned(version)
        fields[.location] = location
        fields[.uploadLimit] = limits.fieldValue(for: version)
        return fields
    }

    /// Of a 104 that tells how far the upload is; it has no location.
    package static func progress(version: UploadInteropVersion?, offset: Int64) -> HTTPFields {
        var fields = versioned(version)
        fields[.uploadOffset] = integer(offset)
        return fields
    }

    /// Of the response to OPTIONS: the limits, which tell that uploads can be resumed here.
    package static func options(version: UploadInteropVersion?, limits: UploadLimits) -> HTTPFields {
        var fields = versioned(version)
        fields[.uploadLimit] = limits.fieldValue(for: version)
        return fields
    }

    private static func versioned(_ version: UploadInteropVersion?) -> HTTPFields {
        var fields = HTTPFields()
        fields[.uploadDraftInteropVersion] = version.map { "\($0.rawValue)" }
        return fields
    }

    /// An Integer of a structured field; what has more than 15 digits could not be read.
    private static func integer(_ value: Int64) -> String { "\(min(max(value, 0), StructuredField.greatestInteger))" }
}

/// The problem types of Resumable Uploads for HTTP ("Problem Types").
package enum HTTPUploadProblem {
    /// 409; members `expected-offset` and `provided-offset`.
    package static let mismatchingOffset = registry + "mismatching-upload-offset"
    /// 400.
    package static let inconsistentLength = registry + "inconsistent-upload-length"

    private static let registry = "https://iana.org/assignments/http-problem-types#"
}
