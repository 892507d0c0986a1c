package import HTTPTypes

extension HTTPField.Name {
    /// Makes a name of a literal that is a token (RFC 9110 5.1).
    package static func literal(_ name: StaticString) -> HTTPField.Name {
        guard let made = HTTPField.Name("\(name)") else { preconditionFailure("\(name) is no field name") }
        return made
    }

    // tus 1.0, "Headers" and the extensions.
    /// tus: the version that a message is in.
    package static let tusResumable = literal("Tus-Resumable")
    /// tus: the versions that the server speaks.
    package static let tusVersion = literal("Tus-Version")
    /// tus: the extensions that the server speaks.
    package static let tusExtension = literal("Tus-Extension")
    /// tus: bytes of the largest upload.
    package static let tusMaxSize = literal("Tus-Max-Size")
    /// tus: the algorithms that the server knows.
    package static let tusChecksumAlgorithm = literal("Tus-Checksum-Algorithm")
    /// Both protocols: bytes that are there, or where the content belongs.
    package static let uploadOffset = literal("Upload-Offset")
    /// Both protocols: bytes of the whole.
    package static let uploadLength = literal("Upload-Length")
    /// tus: `1` while the length is not known.
    package static let uploadDeferLength = literal("Upload-Defer-Length")
    /// tus: see ``UploadMetadata``.
    package static let uploadMetadata = literal("Upload-Metadata")
    /// tus: when an unfinished upload ends, as an HTTP date.
    package static let uploadExpires = literal("Upload-Expires")
    /// tus: see ``UploadChecksum``; also a trailer.
    package static let uploadChecksum = literal("Upload-Checksum")
    /// tus: see ``UploadConcatenation``.
    package static let uploadConcat = literal("Upload-Concat")
    /// tus: see ``MethodOverride``.
    package static let xHTTPMethodOverride = literal("X-HTTP-Method-Override")

    // Resumable Uploads for HTTP; Upload-Offset and Upload-Length are its too.
    /// Whether the content reaches to the end of the upload; a Boolean.
    package static let uploadComplete = literal("Upload-Complete")
    /// Interop version 3: the inverse of Upload-Complete; a Boolean.
    package static let uploadIncomplete = literal("Upload-Incomplete")
    /// See ``UploadLimits``; a Dictionary.
    package static let uploadLimit = literal("Upload-Limit")
    /// Asks intermediaries to pass the content on while it comes (draft-ietf-httpbis-incremental).
    package static let incremental = literal("Incremental")
    /// See ``UploadInteropVersion``; an Integer.
    package static let uploadDraftInteropVersion = literal("Upload-Draft-Interop-Version")

    // Digest fields (RFC 9530).
    /// Digest of the content of this message.
    package static let contentDigest = literal("Content-Digest")
    /// Digest of the whole representation.
    package static let reprDigest = literal("Repr-Digest")
    /// Asks for a Content-Digest.
    package static let wantContentDigest = literal("Want-Content-Digest")
    /// Asks for a Repr-Digest.
    package static let wantReprDigest = literal("Want-Repr-Digest")

    // Forwarding (RFC 7239, and what came before it).
    /// What proxies tell, in the standard way.
    package static let forwarded = literal("Forwarded")
    /// Addresses, the client first.
    package static let xForwardedFor = literal("X-Forwarded-For")
    /// The Host that a proxy saw.
    package static let xForwardedHost = literal("X-Forwarded-Host")
    /// The scheme that a proxy saw.
    package static let xForwardedProto = literal("X-Forwarded-Proto")

    // What scripts and their libraries like to add.
    /// What one request is called in the logs of all who had to do with it.
    package static let requestID = literal("X-Request-ID")
    static let xRequestedWith = literal("X-Requested-With")
}

extension HTTPFields {
    /// The value of a field that may occur once.
    ///
    /// - Throws: ``UploadFieldError/Kind/malformed`` when it occurs more often, even with the same value: then different
    ///   readers could pick different ones.
    func single(_ name: HTTPField.Name) throws(UploadFieldError) -> String? {
        let values = self[values: name]
        guard values.count <= 1 else { throw UploadFieldError(.malformed, "\(name.rawName) must occur once") }
        return values.first
    }

    /// The value of a field that holds one non-negative decimal integer.
    func integer(_ name: HTTPField.Name) throws(UploadFieldError) -> Int64? {
        guard let text = try single(name) else { return nil }
        guard let value = DecimalField.parse(text) else {
            throw UploadFieldError(.malformed, "\(name.rawName) must be a non-negative decimal integer below 2^63")
        }
        return value
    }

    /// Whether the content is said to be of this media type, whatever its parameters.
    func hasContentType(_ essence: String) -> Bool {
        self[.contentType].flatMap { MediaTypeValue(parsing: $0) }?.essence == essence
    }
}
