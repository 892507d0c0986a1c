import MediaCore

// Errors that several parts of this folder throw.

extension MediaError {
    /// The upload is over and its bytes are gone.
    /// - Parameter state: `expired`, or any other for an upload that was ended.
    static func uploadEnded(_ state: Upload.State) -> MediaError {
        switch state {
        case .expired:
            MediaError(.uploadGone, "The upload expired: no byte came for too long. Begin a new one.")
        default:
            MediaError(.uploadGone, "The upload was ended. Begin a new one.")
        }
    }

    /// The request's bytes begin elsewhere than the upload ends.
    static func offsetMismatch(expected: ByteCount, provided: ByteCount) -> MediaError {
        MediaError(
            .offsetMismatch,
            "The upload is at offset \(expected.bytes), the request at \(provided.bytes). Go on from \(expected.bytes).",
            details: [
                MediaError.DetailName.expectedOffset: .number(expected.bytes),
                MediaError.DetailName.providedOffset: .number(provided.bytes),
            ]
        )
    }

    /// The request gives the upload a length that does not agree with what is known.
    static func lengthMismatch(known: ByteCount?, given: Int64) -> MediaError {
        MediaError(
            .lengthMismatch,
            "The request makes the upload \(given) bytes long; it was announced or has come to \(known?.bytes ?? 0)."
        )
    }

    /// A part cannot be concatenated.
    static func unusablePart(_ reason: String) -> MediaError {
        MediaError(.unusablePart, "\(reason) Concatenated are finished uploads made with \"Upload-Concat: partial\".")
    }
}
