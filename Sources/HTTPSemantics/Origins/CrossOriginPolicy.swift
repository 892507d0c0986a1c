package import HTTPTypes

/// What scripts of other web sites may do here: CORS (WHATWG Fetch 3.2).
///
/// Nothing here depends on cookies, so browsers never need leave to send them. Scripts send their credentials in `Authorization`.
package struct CrossOriginPolicy: Hashable, Sendable {
    /// Whether the response is the same whoever asks.
    package let allowsAll: Bool
    private let origins: Set<String>

    /// - Parameter allowedOrigins: `*` for all, or origins as browsers write them: `https://example.com:8443`. Empty: none.
    package init(allowedOrigins: [String]) {
        allowsAll = allowedOrigins.contains("*")
        origins = Set(allowedOrigins.map { $0.utf8.lowercasedText })
        constantReadingFields =
            allowsAll
            ? [
                .accessControlAllowOrigin: "*",
                .accessControlExposeHeaders: Self.exposedReadingFields,
                .timingAllowOrigin: "*",
            ] : nil
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

    /// Fields of the response to GET and HEAD of what may be cached. Where all origins may read, the response is the same for all and
    /// for requests without an origin, so that a cache needs only one copy.
    ///
    /// Who may read may also see how long it took (Resource Timing 4.5.1): players measure the network by it.
    package func readingFields(origin: String?) -> HTTPFields {
        if let constantReadingFields { return constantReadingFields }
        guard let origin, let allowed = allowed(origin) else { return [.vary: "Origin"] }
        return [
            .vary: "Origin",
            .accessControlAllowOrigin: allowed,
            .accessControlExposeHeaders: Self.exposedReadingFields,
            .timingAllowOrigin: allowed,
        ]
    }

    /// What ``readingFields(origin:)`` is whatever the request's origin; nil where it depends on it.
    package let constantReadingFields: HTTPFields?

    /// Fields of the response to a preflight request, which is an OPTIONS with an origin and a method that is asked for.
    ///
    /// The fields that a script may send are always the same list, whatever it asks for: `Forwarded` and its kin are not in
    /// it, as a page in a browser on the proxy's own machine could forge them.
    /// - Returns: nil when it is no preflight request, or the origin is not allowed: then the response to OPTIONS is the usual one.
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

    /// As ``preflightFields(origin:requestedMethod:)``, of what can only be read.
    package func readingPreflightFields(origin: String?, requestedMethod: String?) -> HTTPFields? {
        guard let origin, requestedMethod != nil, let allowed = allowed(origin) else { return nil }
        var fields: HTTPFields = [
            .accessControlAllowOrigin: allowed,
            .accessControlAllowMethods: "GET, HEAD, OPTIONS",
            .accessControlAllowHeaders: Self.allowedReadingFields,
            .accessControlMaxAge: "86400",
        ]
        if !allowsAll { fields[.vary] = "Origin" }
        return fields
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
        .reprDigest, .wantContentDigest, .wantReprDigest, .incremental,
    ].map { $0.rawName }.joined(separator: ", ")

    /// What a player or a script that reads may send; a single range of the form `bytes=a-` needs no leave (WHATWG Fetch 2.2.2),
    /// a suffix does.
    static let allowedReadingFields = [
        HTTPField.Name.authorization, .cacheControl, .range, .ifRange, .ifMatch, .ifNoneMatch, .ifModifiedSince,
        .ifUnmodifiedSince, .wantReprDigest, .requestID, .xRequestedWith,
    ].map { $0.rawName }.joined(separator: ", ")

    /// What a script that reads may see besides the few fields that it always may. `Content-Length` is one of those, but not in
    /// browsers of a few years ago; by `Date` players set their clocks.
    static let exposedReadingFields = [
        HTTPField.Name.acceptRanges, .allow, .contentDisposition, .contentLength, .contentRange, .date, .eTag,
        .reprDigest, .retryAfter, .wwwAuthenticate, .requestID,
    ].map { $0.rawName }.joined(separator: ", ")

    /// What a script that uploads may see.
    static let exposedFields = [
        HTTPField.Name.location, .tusResumable, .tusVersion, .tusExtension, .tusMaxSize, .tusChecksumAlgorithm,
        .uploadOffset, .uploadLength, .uploadDeferLength, .uploadMetadata, .uploadExpires, .uploadChecksum,
        .uploadConcat,
        .uploadComplete, .uploadIncomplete, .uploadLimit, .uploadDraftInteropVersion, .reprDigest, .contentDigest,
        .contentDisposition, .contentRange, .acceptRanges, .eTag, .retryAfter, .wwwAuthenticate,
        .requestID,
    ].map { $0.rawName }.joined(separator: ", ")
}

extension HTTPField.Name {
    /// Resource Timing 4.5.1: the origins that may see how long a transfer took, and how many bytes it had.
    package static let timingAllowOrigin = literal("Timing-Allow-Origin")
}
