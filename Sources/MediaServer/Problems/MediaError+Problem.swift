package import HTTPServing
package import HTTPTypes
package import MediaCore

extension ProblemNamespace {
    /// That of the daemon's own problems.
    static let mediad = ProblemNamespace(prefix: "urn:mediad:problem:")
}

extension MediaError: ProblemConvertible {
    /// Status and type by the code, the message as `detail`, the details as further members.
    package var problem: Problem {
        Problem(
            ErrorStatus.of(self.code),
            code: self.code.rawValue,
            self.message,
            type: ErrorStatus.registeredType(self.code),
            members: Problem.members(self.details)
        )
    }

    /// `Retry-After`, where trying again makes sense; `WWW-Authenticate`, where credentials are missing or prove nothing (RFC 6750
    /// section 3).
    package var fields: HTTPFields {
        switch self.code {
        case .unauthenticated: return [.wwwAuthenticate: "Bearer"]
        case .tokenInvalid, .tokenExpired: return [.wwwAuthenticate: "Bearer error=\"invalid_token\""]
        default: break
        }
        guard let seconds = ErrorStatus.retryAfter(self.code) else { return [:] }
        return [.retryAfter: "\(seconds)"]
    }
}

extension Problem {
    /// Why an upload failed, as it was kept. A code that only a newer daemon knows is told as it is.
    init(_ kept: Upload.Problem) {
        let code = MediaError.Code(rawValue: kept.code)
        self.init(
            code.map(ErrorStatus.of) ?? .internalServerError,
            code: kept.code,
            kept.message,
            type: code.flatMap(ErrorStatus.registeredType),
            members: Self.members(kept.details)
        )
    }

    /// The registered problem types have numbers; ours have had lists of text from the beginning, numbers included.
    fileprivate static func members(_ details: [String: MediaError.Detail]) -> [String: Member] {
        let numbers = [MediaError.DetailName.expectedOffset, MediaError.DetailName.providedOffset]
        var members: [String: Member] = [:]
        for (name, detail) in details {
            if case .rows(let rows) = detail {
                members[name] = .rows(rows.map { $0.mapValues { $0.map(Problem.Value.init) } })
            } else if case .text(let text) = detail {
                members[name] = .text(text)
            } else if let number = detail.number, numbers.contains(name) {
                members[name] = .number(number)
            } else {
                members[name] = .texts(detail.texts)
            }
        }
        return members
    }
}

extension Problem.Value {
    fileprivate init(_ value: MediaError.Detail.Value) {
        switch value {
        case .number(let number): self = .number(number)
        case .text(let text): self = .text(text)
        }
    }
}
