import HTTPSemantics
import HTTPTypes
import MediaCore

/// An error whose answer carries header fields of a protocol.
struct FieldedError: Error {
    var error: MediaError
    var fields: HTTPFields
    /// Where a protocol asks for another status than the code's own.
    var status: HTTPResponse.Status?

    init(_ error: MediaError, _ fields: HTTPFields, status: HTTPResponse.Status? = nil) {
        self.error = error
        self.fields = fields
        self.status = status
    }
}

extension UploadFieldError {
    /// What a broken protocol field is to clients.
    var mediaError: MediaError {
        let code: MediaError.Code =
            switch self.kind {
            case .malformed: .invalidRequest
            case .mediaType: .unsupportedMediaType
            case .version: .unsupportedVersion
            case .inconsistentLength: .lengthMismatch
            }
        return MediaError(code, "\(self.message.prefix(1).uppercased())\(self.message.dropFirst()).")
    }
}
