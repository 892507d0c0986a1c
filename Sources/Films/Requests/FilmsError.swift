package import HTTPServing
package import HTTPTypes

/// What went wrong, as a value: a stable code for programs, words for people, the members that are wrong, a cause for the log.
package struct FilmsError: Error, Sendable {
    /// What happened, for programs. docs/films-api.yaml lists them.
    package var code: Code
    /// What happened, what is allowed, what to do.
    package var text: ProblemText
    /// Which members of the request are wrong, and how.
    package var wrongFields: [FieldProblem]
    /// Further members of the problem.
    package var members: [String: Problem.Member]
    /// Whole seconds after which trying again may help.
    package var retryAfter: Int?
    /// For the log only: it may name internals.
    package var cause: (any Error)?
    /// Where it is another than that of the code.
    package var status: HTTPResponse.Status?
    /// Who made the request, where that is known: the words are in this account's language.
    package var reader: RecordID?

    /// - Parameters:
    ///   - key: of the words for people.
    ///   - arguments: of the words; `seconds` is there where it may be tried again.
    package init(
        _ code: Code,
        _ key: ProblemText.Key,
        _ arguments: [String: String] = [:],
        fields: [FieldProblem] = [],
        members: [String: Problem.Member] = [:],
        retryAfter: Int? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.text = ProblemText(key, arguments, seconds: retryAfter)
        self.wrongFields = fields
        self.members = members
        self.retryAfter = retryAfter
        self.cause = cause
    }

    /// Whether the service could not do it, whatever was sent.
    package var isOfTheService: Bool { (self.status ?? self.code.status).kind == .serverError }

    /// The words in English, as the log and programs have them.
    package var detail: String { self.text.english }

    /// What should not happen. The log says what it is, the client that something went wrong.
    package static func defect(_ what: String) -> FilmsError {
        FilmsError(.internalError, .internalError, cause: Defect(what: what))
    }

    private struct Defect: Error {
        var what: String
    }

    /// There is nothing at this address, or nothing that the caller may know of.
    package static var notFound: FilmsError {
        FilmsError(.notFound, .nothingToSee)
    }
    /// It was deleted.
    package static var gone: FilmsError { FilmsError(.gone, .deleted) }
    /// The caller may see it, and may not do this.
    package static var forbidden: FilmsError { FilmsError(.forbidden, .notAllowed) }
    /// Another record, or the same one with another body, has the id.
    package static var idTaken: FilmsError {
        FilmsError(.idTaken, .idTaken)
    }
}

extension FilmsError {
    /// A stable code; once published it keeps its name and meaning.
    package enum Code: String, Sendable, CaseIterable {
        case invalidRequest = "invalid_request"
        case invalidCursor = "invalid_cursor"
        case validationFailed = "validation_failed"
        case unauthenticated = "unauthenticated"
        case tokenInvalid = "token_invalid"
        case tokenExpired = "token_expired"
        case tokenReused = "token_reused"
        case invalidCredentials = "invalid_credentials"
        case forbidden = "forbidden"
        case notFound = "not_found"
        case gone = "gone"
        case idTaken = "id_taken"
        case usernameTaken = "username_taken"
        case emailTaken = "email_taken"
        case preconditionFailed = "precondition_failed"
        case payloadTooLarge = "payload_too_large"
        case fileTooLarge = "file_too_large"
        case unsupportedMediaType = "unsupported_media_type"
        case cursorExpired = "cursor_expired"
        case rateLimited = "rate_limited"
        case busy = "busy"
        case databaseUnavailable = "database_unavailable"
        case mediaUnavailable = "media_unavailable"
        case shuttingDown = "shutting_down"
        case storageFull = "storage_full"
        case internalError = "internal_error"

        var status: HTTPResponse.Status {
            switch self {
            case .invalidRequest, .invalidCursor: .badRequest
            case .validationFailed: .unprocessableContent
            case .unauthenticated, .tokenInvalid, .tokenExpired, .tokenReused, .invalidCredentials: .unauthorized
            case .forbidden: .forbidden
            case .notFound: .notFound
            case .gone, .cursorExpired: .gone
            case .idTaken, .usernameTaken, .emailTaken: .conflict
            case .preconditionFailed: .preconditionFailed
            case .payloadTooLarge, .fileTooLarge: .contentTooLarge
            case .unsupportedMediaType: .unsupportedMediaType
            case .rateLimited: .tooManyRequests
            case .busy, .databaseUnavailable, .mediaUnavailable, .shuttingDown: .serviceUnavailable
            case .storageFull: .init(code: 507, reasonPhrase: "Insufficient Storage")
            case .internalError: .internalServerError
            }
        }
    }
}

/// One member of a request that is not as it should be.
package struct FieldProblem: Hashable, Sendable {
    /// The member's name.
    package var field: String
    /// What is wrong, for programs; docs/films-api.yaml, schema `Problem`, lists them.
    package var code: Code
    /// What is allowed, for people.
    package var text: ProblemText
    /// The bound that was passed, where there is one.
    package var limit: Int?

    /// - Parameter arguments: of the words; `limit` is there where there is one.
    package init(
        _ field: String,
        _ code: Code,
        _ key: ProblemText.Key,
        _ arguments: [String: String] = [:],
        limit: Int? = nil
    ) {
        self.field = field
        self.code = code
        self.text = ProblemText(key, arguments, limit: limit)
        self.limit = limit
    }

    /// What is wrong with a text.
    init(_ field: String, _ flaw: TextRules.Flaw) {
        self.field = field
        self.code = flaw.code
        self.text = flaw.text
        self.limit = flaw.limit
    }

    /// The same of a member of a member: `preferences.language`.
    func inside(_ outer: String) -> FieldProblem {
        var problem = self
        problem.field = "\(outer).\(self.field)"
        return problem
    }

    /// What can be wrong with a member.
    package enum Code: String, Sendable, CaseIterable {
        case required
        case tooLong = "too_long"
        case tooShort = "too_short"
        case tooMany = "too_many"
        case year, rating, username, email, taken
        case passwordWeak = "password_weak"
        case fileWrongPurpose = "file_wrong_purpose"
        case id, invalid
    }
}

extension ProblemNamespace {
    /// That of filmd's problems.
    package static let filmd = ProblemNamespace(prefix: "urn:filmd:problem:")
}

extension FilmsError: ProblemConvertible {
    /// In English.
    package var problem: Problem { self.problem(in: .en) }

    /// Status by the code; `fields` where members are wrong.
    package func problem(in language: Language) -> Problem {
        var members = self.members
        if !self.wrongFields.isEmpty {
            members["fields"] = .rows(
                self.wrongFields.map { field in
                    var row: [String: Problem.Value?] = [
                        "field": .text(field.field), "code": .text(field.code.rawValue),
                        "detail": .text(field.text.words(in: language)),
                    ]
                    if let limit = field.limit { row["limit"] = .number(Int64(limit)) }
                    return row
                }
            )
        }
        return Problem(
            self.status ?? self.code.status,
            code: self.code.rawValue,
            self.text.words(in: language),
            members: members
        ).titled(in: language)
    }

    /// `WWW-Authenticate` where a token is missing or worth nothing (RFC 6750 section 3); `Retry-After`.
    package var fields: HTTPFields {
        var fields: HTTPFields = [:]
        if [.unauthenticated, .tokenInvalid, .tokenExpired].contains(self.code) { fields[.wwwAuthenticate] = "Bearer" }
        if let seconds = self.retryAfter { fields[.retryAfter] = "\(seconds)" }
        return fields
    }

    package var reason: any Error { self.cause ?? self }
}
