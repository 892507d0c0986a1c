package import HTTPTypes

/// What scripts of other web sites may do here: CORS (WHATWG Fetch 3.2).
///
/// There are no credentials: nothing here depends on cookies, so browsers never need leave to send them.
package struct CrossOriginPolicy: Hashable, Sendable {
    /// Whether the answer is the same whoever asks.
    package let allowsAll: Bool
    private let origins: Set<String>

    /// - Parameter allowedOrigins: `*` for all, or origins as browsers write them: `https://example.com:8443`. Empty: none.
    package init(allowedOrigins: [String]) {
        allowsAll = allowedOrigins.contains("*")
        origins = Set(allowedOrigins.map { $0.utf8.lowercasedText })
    }

    /// Whether a text may stand in the list: `*`, `null`, or a scheme, a host and perhaps a port.
    package static func isValid(_ text: String) -> Bool {
        if text == "*" || text == "null" { return true }
        let bytes = Array(text.utf8)
        for scheme in ["http://", "https://"] where bytes.starts(with: scheme.utf8) {
            return Authority(String(bytes[scheme.utf8.count...])) != nil
        }
        return false
    }

    /// Fields of an actual response.
    ///
    /// - Parameter origin: the request's `Origin`; nil when it has none.
    /// - Returns: `Vary` at least, to be added to what the response varies on otherwise.
    package func responseFields(origin: String?) -> HTTPFields {
        var fields: HTTPFields = [.vary: "Origin"]
        guard let origin, let allowed = allowed(origin) else { return fields }
        fields[.accessControlAllowOrigin] = allowed
        fields[.accessControlExposeHeaders] = Self.exposedFields
        return fields
    }

    /// Fields of the answer to GET and HEAD of what may be cached. Where all origins may read, the answer is the same for all and
    /// for requests without an origin, so that a cache needs only one copy.
    package func readingFields(origin: String?) -> HTTPFields {
        var fields: HTTPFields = allowsAll ? [.accessControlAllowOrigin: "*"] : [.vary: "Origin"]
        if !allowsAll {
            guard let origin, let allowed = allowed(origin) else { return fields }
            fields[.accessControlAllowOrigin] = allowed
        }
        fields[.accessControlExposeHeaders] = Self.exposedReadingFields
        return fields
    }

    /// Fields of the answer to a preflight request, which is an OPTIONS with an origin and a method that is asked for.
    ///
    /// The fields that a script may send are always the same list, whatever it asks for: `Forwarded` and its kin are not in
    /// it, as a page in a browser on the proxy's own machine could forge them.
    /// - Returns: nil when it is no preflight request, or the origin is not allowed: then OPTIONS is answered as usual.
    package func preflightFields(origin: String?, requestedMethod: String?) -> HTTPFields? {
        guard let origin, requestedMethod != nil, let allowed = allowed(origin) else { return nil }
        return [
            .vary: "Origin",
            .accessControlAllowOrigin: allowed,
            .accessControlAllowMethods: Self.allowedMethods,
            .accessControlAllowHeaders: Self.allowedFields,
            .accessControlMaxAge: "86400",
        ]
    }

    private func allowed(_ origin: String) -> String? {
        if allowsAll { return "*" }
        return origins.contains(origin.utf8.lowercasedText) ? origin : nil
    }

    static let allowedMethods = "POST, HEAD, PATCH, OPTIONS, GET, DELETE"

    /// Those of tus and of Resumable Uploads for HTTP, and what scripts and their libraries add.
    static let allowedFields = [
        HTTPField.Name.authorization, .contentType, .contentDisposition, .contentEncoding, .contentLanguage, .range,
        .ifMatch, .ifNoneMatch, .ifModifiedSince, .ifUnmodifiedSince, .ifRange, .tusResumable, .uploadLength,
        .uploadDeferLength, .uploadOffset, .uploadMetadata, .uploadChecksum, .uploadConcat, .xHTTPMethodOverride,
        .requestID, .xRequestedWith, .uploadComplete, .uploadIncomplete, .uploadDraftInteropVersion, .contentDigest,
        .reprDigest, .wantContentDigest, .wantReprDigest,
    ].map { $0.rawName }.joined(separator: ", ")

    /// What a script that reads may see besides the few fields that it always may.
    static let exposedReadingFields = [
        HTTPField.Name.acceptRanges, .contentDisposition, .contentRange, .eTag, .reprDigest, .retryAfter, .requestID,
    ].map { $0.rawName }.joined(separator: ", ")

    /// What a script that uploads may see.
    static let exposedFields = [
        HTTPField.Name.location, .tusResumable, .tusVersion, .tusExtension, .tusMaxSize, .tusChecksumAlgorithm,
        .uploadOffset, .uploadLength, .uploadDeferLength, .uploadMetadata, .uploadExpires, .uploadChecksum,
        .uploadConcat,
        .uploadComplete, .uploadIncomplete, .uploadLimit, .uploadDraftInteropVersion, .reprDigest, .contentDigest,
        .contentDisposition, .contentRange, .acceptRanges, .eTag, .retryAfter, .requestID,
    ].map { $0.rawName }.joined(separator: ", ")
}
