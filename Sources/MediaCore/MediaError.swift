/// What went wrong, as a value: a stable code for programs, a message for people, a cause for the log.
///
/// The code is the contract (it is the `code` member of the RFC 9457 problem details that clients see); the message says
/// what happened and what to do, and never holds a path outside the public tree. Only `MediaServer` turns codes into
/// HTTP statuses.
package struct MediaError: Error, Sendable {
    /// What happened, for programs. Once published, a code keeps its name and meaning.
    package var code: Code
    /// What happened, what is allowed, what to do: one or two sentences for the person who made the request.
    package var message: String
    /// Further members for the problem details, e.g. `found` and `allowed`, by their names.
    package var details: [String: Detail]
    /// The underlying error, for the log only: it may name internals.
    package var cause: (any Error)?

    /// An error with its code and what to tell people.
    package init(
        _ code: Code,
        _ message: String,
        details: [String: Detail] = [:],
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.details = details
        self.cause = cause
    }
}

extension MediaError {
    /// A stable error code, in snake case for clients.
    package enum Code: String, Sendable, CaseIterable, CustomStringConvertible {
        /// The request itself is malformed: a missing field, an unreadable value.
        case invalidRequest = "invalid_request"
        /// A name or path that is not allowed in the tree.
        case invalidName = "invalid_name"
        /// No such collection in the configuration.
        case unknownCollection = "unknown_collection"
        /// No such preset for this collection.
        case unknownPreset = "unknown_preset"
        /// The collection takes free parameters of pictures in signed addresses only, or not at all.
        case parametersNotAllowed = "parameters_not_allowed"
        /// The address is not the one that was signed.
        case signatureInvalid = "signature_invalid"
        /// No such file.
        case notFound = "not_found"
        /// The name is taken and the collection does not replace without being asked.
        case nameTaken = "name_taken"
        /// Something the catalog does not know lies at that place in the tree.
        case pathOccupied = "path_occupied"
        /// Another commit on the same name is under way.
        case nameBusy = "name_busy"
        /// The file belongs to rows of the API service that reference it.
        case fileReferenced = "file_referenced"
        /// The upload holds no byte.
        case emptyFile = "empty_file"
        /// The upload is larger than the collection allows.
        case fileTooLarge = "file_too_large"
        /// The bytes are of a type that the collection does not take.
        case typeNotAllowed = "type_not_allowed"
        /// The bytes claim to be of a type but cannot be read as such (cut off, broken, a polyglot).
        case fileDamaged = "file_damaged"
        /// More pixels or frames than the limits allow, read from the header before decoding.
        case imageTooLarge = "image_too_large"
        /// The file is sound, as far as can be told, in a variant of its format that the decoders at hand do not read.
        case unsupportedVariant = "unsupported_variant"
        /// The request's offset is not where the upload is.
        case offsetMismatch = "offset_mismatch"
        /// The upload's length was announced differently before, or does not fit what has come.
        case lengthMismatch = "length_mismatch"
        /// More bytes came than the upload's length.
        case uploadTooLong = "upload_too_long"
        /// The request's bytes do not have the checksum it gave.
        case checksumMismatch = "checksum_mismatch"
        /// The upload was ended: terminated, expired, or invalid.
        case uploadGone = "upload_gone"
        /// The upload is complete; nothing can be appended.
        case uploadComplete = "upload_complete"
        /// A concatenation; nothing can be appended.
        case uploadFinal = "upload_final"
        /// An upload that was to be concatenated cannot be: unfinished, not partial, unknown.
        case unusablePart = "unusable_part"
        /// Another request is using the upload and did not release it in time.
        case uploadLocked = "upload_locked"
        /// A newer request took the upload over.
        case uploadInterrupted = "upload_interrupted"
        /// Too few bytes came for too long.
        case uploadStalled = "upload_stalled"
        /// The daemon is stopping; what came is kept.
        case shuttingDown = "shutting_down"
        /// The client has as many open uploads as one may have.
        case tooManyUploads = "too_many_uploads"
        /// All open uploads together would need more of the staging area than the configuration allows.
        case stagingQuota = "staging_quota"
        /// The request's content is not of the media type that the protocol asks for.
        case unsupportedMediaType = "unsupported_media_type"
        /// A protocol version that is not spoken here.
        case unsupportedVersion = "unsupported_version"
        /// The client stopped before the end of the body.
        case uploadIncomplete = "upload_incomplete"
        /// The pictures are there and sound, and cannot be decoded without a key that is not in the file.
        case encrypted
        /// This file has no renditions (it is not an image).
        case notRenderable = "not_renderable"
        /// This video cannot be streamed without making it anew: its codecs, or how it is put together.
        case notStreamable = "not_streamable"
        /// A worker died, hung or ran into its limits on this job.
        case processingFailed = "processing_failed"
        /// Too much work is waiting; try again later.
        case busy
        /// The disk (or its quota) is full.
        case storageFull = "storage_full"
        /// The tree cannot be read or written.
        case storageUnavailable = "storage_unavailable"
        /// The bytes in the tree are not those the catalog recorded.
        case treeMismatch = "tree_mismatch"
        /// The database cannot be reached or did not answer in time.
        case catalogUnavailable = "catalog_unavailable"
        /// The configuration holds a value that is not allowed.
        case invalidConfiguration = "invalid_configuration"
        /// Whoever asks has to say first who it is.
        case unauthenticated
        /// The key, token or grant is none that was given out here, or was changed or taken back.
        case tokenInvalid = "token_invalid"
        /// The key, token or grant was good once.
        case tokenExpired = "token_expired"
        /// It is known who asks, and that this is not enough.
        case forbidden
        /// The signed address was good once.
        case signatureExpired = "signature_expired"
        /// Another file came with this grant already.
        case grantUsed = "grant_used"
        /// Too many requests came from this key, person or address in a short time.
        case rateLimited = "rate_limited"
        /// The owner has as many files, or bytes, as one may have.
        case ownerQuota = "owner_quota"
        /// The feed cannot go on at this cursor: it is too old, of another database, or beyond the newest change.
        case cursorExpired = "cursor_expired"
        /// A webhook may not be sent to this address.
        case endpointNotAllowed = "endpoint_not_allowed"
        /// A defect of ours.
        case internalError = "internal_error"

        /// The code as clients see it.
        package var description: String { self.rawValue }
    }
}

extension MediaError: CustomStringConvertible {
    /// For the log: code, message and cause.
    package var description: String {
        guard let cause else { return "\(self.code): \(self.message)" }
        return "\(self.code): \(self.message) (cause: \(cause))"
    }
}
