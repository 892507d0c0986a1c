import HTTPSemantics
import HTTPTypes
import MediaCore

/// The one place where error codes become statuses (invariant 9).
enum ErrorStatus {
    /// No default: a new code does not compile before it has its status.
    static func of(_ code: MediaError.Code) -> HTTPResponse.Status {
        switch code {
        case .invalidRequest, .invalidName, .unknownCollection, .unknownPreset, .emptyFile, .uploadIncomplete,
            .lengthMismatch, .uploadComplete, .unusablePart, .uploadInterrupted, .endpointNotAllowed:
            .badRequest
        case .unauthenticated, .tokenInvalid, .tokenExpired: .unauthorized
        case .uploadFinal, .parametersNotAllowed, .signatureInvalid, .signatureExpired, .forbidden: .forbidden
        case .notFound: .notFound
        case .nameTaken, .pathOccupied, .nameBusy, .fileReferenced, .offsetMismatch, .grantUsed: .conflict
        case .uploadGone, .cursorExpired: .gone
        case .unsupportedVersion: .preconditionFailed
        case .fileTooLarge, .uploadTooLong: .contentTooLarge
        case .typeNotAllowed, .notRenderable, .notStreamable, .encrypted, .unsupportedMediaType, .unsupportedVariant:
            .unsupportedMediaType
        case .uploadLocked: .init(code: 423, reasonPhrase: "Locked")
        case .tooManyUploads, .rateLimited: .tooManyRequests
        case .checksumMismatch: .init(code: TusFields.checksumMismatchCode, reasonPhrase: "Checksum Mismatch")
        case .fileDamaged, .imageTooLarge, .processingFailed: .unprocessableContent
        case .busy, .catalogUnavailable, .storageUnavailable, .treeMismatch, .uploadStalled, .shuttingDown:
            .serviceUnavailable
        case .storageFull, .stagingQuota, .ownerQuota: .init(code: 507, reasonPhrase: "Insufficient Storage")
        case .invalidConfiguration, .internalError: .internalServerError
        }
    }

    /// Seconds after which trying again makes sense; nil where it does not.
    static func retryAfter(_ code: MediaError.Code) -> Int? {
        switch code {
        case .busy, .catalogUnavailable, .nameBusy, .uploadStalled, .uploadLocked, .shuttingDown: 2
        case .storageUnavailable: 10
        case .tooManyUploads, .stagingQuota: 60
        default: nil
        }
    }

    /// The problem type that a code has by a protocol; nil where it has only our own.
    static func registeredType(_ code: MediaError.Code) -> String? {
        switch code {
        case .offsetMismatch: HTTPUploadProblem.mismatchingOffset
        case .lengthMismatch: HTTPUploadProblem.inconsistentLength
        default: nil
        }
    }
}
