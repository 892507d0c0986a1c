import HTTPTypes
import MediaCore

/// The one place where error codes become statuses (invariant 9).
enum ErrorStatus {
    static func of(_ code: MediaError.Code) -> HTTPResponse.Status {
        switch code {
        case .invalidRequest, .invalidName, .unknownCollection, .unknownPreset, .emptyFile, .uploadIncomplete:
            .badRequest
        case .notFound: .notFound
        case .nameTaken, .pathOccupied, .nameBusy, .fileReferenced: .conflict
        case .fileTooLarge: .contentTooLarge
        case .typeNotAllowed, .notRenderable: .unsupportedMediaType
        case .fileDamaged, .imageTooLarge, .processingFailed: .unprocessableContent
        case .busy, .catalogUnavailable, .storageUnavailable, .treeMismatch: .serviceUnavailable
        case .storageFull: .init(code: 507, reasonPhrase: "Insufficient Storage")
        default: .internalServerError
        }
    }

    /// Seconds after which trying again makes sense; nil where it does not.
    static func retryAfter(_ code: MediaError.Code) -> Int? {
        switch code {
        case .busy, .catalogUnavailable, .nameBusy: 2
        case .storageUnavailable: 10
        default: nil
        }
    }
}
