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
    /// Further members for the problem details, e.g. `found` and `allowed`.
    package var details: [String: [String]]
    /// The underlying error, for the log only: it may name internals.
    package var cause: (any Error)?

    package init(
        _ code: Code,
        _ message: String,
        details: [String: [String]] = [:],
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.details = details
        self.cause = cause
    }
}

extension MediaError {
    /// A stable error code in snake case.
    package struct Code: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }
        package var description: String { self.rawValue }

        /// The request itself is malformed: a missing field, an unreadable value.
        package static let invalidRequest = Code(rawValue: "invalid_request")
        /// A name or path that is not allowed in the tree.
        package static let invalidName = Code(rawValue: "invalid_name")
        /// No such collection in the configuration.
        package static let unknownCollection = Code(rawValue: "unknown_collection")
        /// No such preset for this collection.
        package static let unknownPreset = Code(rawValue: "unknown_preset")
        /// The collection takes free parameters of pictures in signed addresses only, or not at all.
        package static let parametersNotAllowed = Code(rawValue: "parameters_not_allowed")
        /// The address is not the one that was signed.
        package static let signatureInvalid = Code(rawValue: "signature_invalid")
        /// No such file.
        package static let notFound = Code(rawValue: "not_found")
        /// The name is taken and the collection does not replace without being asked.
        package static let nameTaken = Code(rawValue: "name_taken")
        /// Something the catalog does not know lies at that place in the tree.
        package static let pathOccupied = Code(rawValue: "path_occupied")
        /// Another commit on the same name is under way.
        package static let nameBusy = Code(rawValue: "name_busy")
        /// The file belongs to rows of the API service that reference it.
        package static let fileReferenced = Code(rawValue: "file_referenced")
        /// The upload holds no byte.
        package static let emptyFile = Code(rawValue: "empty_file")
        /// The upload is larger than the collection allows.
        package static let fileTooLarge = Code(rawValue: "file_too_large")
        /// The bytes are of a type that the collection does not take.
        package static let typeNotAllowed = Code(rawValue: "type_not_allowed")
        /// The bytes claim to be of a type but cannot be read as such (cut off, broken, a polyglot).
        package static let fileDamaged = Code(rawValue: "file_damaged")
        /// More pixels or frames than the limits allow, read from the header before decoding.
        package static let imageTooLarge = Code(rawValue: "image_too_large")
        /// The request's offset is not where the upload is.
        package static let offsetMismatch = Code(rawValue: "offset_mismatch")
        /// The upload's length was announced differently before, or does not fit what has come.
        package static let lengthMismatch = Code(rawValue: "length_mismatch")
        /// More bytes came than the upload's length.
        package static let uploadTooLong = Code(rawValue: "upload_too_long")
        /// The request's bytes do not have the checksum it gave.
        package static let checksumMismatch = Code(rawValue: "checksum_mismatch")
        /// The upload was ended: terminated, expired, or invalid.
        package static let uploadGone = Code(rawValue: "upload_gone")
        /// The upload is complete; nothing can be appended.
        package static let uploadComplete = Code(rawValue: "upload_complete")
        /// A concatenation; nothing can be appended.
        package static let uploadFinal = Code(rawValue: "upload_final")
        /// An upload that was to be concatenated cannot be: unfinished, not partial, unknown.
        package static let unusablePart = Code(rawValue: "unusable_part")
        /// Another request is using the upload and did not let go in time.
        package static let uploadLocked = Code(rawValue: "upload_locked")
        /// A newer request took the upload over.
        package static let uploadInterrupted = Code(rawValue: "upload_interrupted")
        /// Too few bytes came for too long.
        package static let uploadStalled = Code(rawValue: "upload_stalled")
        /// The daemon is stopping; what came is kept.
        package static let shuttingDown = Code(rawValue: "shutting_down")
        /// The client has as many open uploads as one may have.
        package static let tooManyUploads = Code(rawValue: "too_many_uploads")
        /// All open uploads together would need more of the staging area than the configuration allows.
        package static let stagingQuota = Code(rawValue: "staging_quota")
        /// The request's content is not of the media type that the protocol asks for.
        package static let unsupportedMediaType = Code(rawValue: "unsupported_media_type")
        /// A protocol version that is not spoken here.
        package static let unsupportedVersion = Code(rawValue: "unsupported_version")
        /// The client stopped before the end of the body.
        package static let uploadIncomplete = Code(rawValue: "upload_incomplete")
        /// This file has no renditions (it is not an image).
        package static let notRenderable = Code(rawValue: "not_renderable")
        /// This video cannot be streamed without making it anew: its codecs, or how it is put together.
        package static let notStreamable = Code(rawValue: "not_streamable")
        /// A worker died, hung or ran into its limits on this job.
        package static let processingFailed = Code(rawValue: "processing_failed")
        /// Too much work is waiting; try again later.
        package static let busy = Code(rawValue: "busy")
        /// The disk (or its quota) is full.
        package static let storageFull = Code(rawValue: "storage_full")
        /// The tree cannot be read or written.
        package static let storageUnavailable = Code(rawValue: "storage_unavailable")
        /// The bytes in the tree are not those the catalog recorded.
        package static let treeMismatch = Code(rawValue: "tree_mismatch")
        /// The database cannot be reached or did not answer in time.
        package static let catalogUnavailable = Code(rawValue: "catalog_unavailable")
        /// The configuration holds a value that is not allowed.
        package static let invalidConfiguration = Code(rawValue: "invalid_configuration")
        /// A defect of ours.
        package static let internalError = Code(rawValue: "internal_error")
    }
}

extension MediaError: CustomStringConvertible {
    package var description: String {
        guard let cause else { return "\(self.code): \(self.message)" }
        return "\(self.code): \(self.message) (cause: \(cause))"
    }
}
