package import HTTPSemantics
package import HTTPServing
import HTTPTypes
import MediaCore

/// An error whose response carries header fields of a protocol.
struct FieldedError: Error {
    var error: MediaError
    /// Beside those that the error has anyway.
    var protocolFields: HTTPFields
    /// Where a protocol asks for another status than the code's own.
    var status: HTTPResponse.Status?

    init(_ error: MediaError, _ fields: HTTPFields, status: HTTPResponse.Status? = nil) {
        self.error = error
        self.protocolFields = fields
        self.status = status
    }
}

extension FieldedError: ProblemConvertible {
    var problem: Problem {
        var problem = self.error.problem
        if let status = self.status { problem.status = status }
        return problem
    }

    var fields: HTTPFields {
        var fields = self.protocolFields
        for field in self.error.fields { fields[field.name] = field.value }
        return fields
    }

    var reason: any Error { self.error }
}

extension UploadFieldError: ProblemConvertible {
    /// As that of the ``MediaError`` that it is to clients.
    package var problem: Problem { self.mediaError.problem }
    /// The ``MediaError`` that it is to clients.
    package var reason: any Error { self.mediaError }

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
