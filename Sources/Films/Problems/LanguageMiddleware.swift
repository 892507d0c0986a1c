import HTTPServing
import HTTPTypes
import Hummingbird

/// Words problems in the language of whoever made the request: the one that the account has chosen, else the best by
/// `Accept-Language`, else English. Codes, names of members and the log are the same in all.
struct LanguageMiddleware: RouterMiddleware {
    /// The language that an account has chosen; nil where it has chosen none, or nobody can say just now.
    let choice: @Sendable (RecordID) async -> Language?
    /// Says who asks for what is not there. Whoever sends no token costs nothing.
    let verifier: any CallerVerifier

    func handle(
        _ request: Request,
        context: FilmsContext,
        next: (Request, FilmsContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as FilmsError {
            let language = await self.language(of: error, request)
            throw WordedProblem(
                problem: error.problem(in: language),
                fields: Self.fields(error.fields, language),
                reason: error.reason
            )
        } catch let error as any ProblemConvertible {
            guard let text = Self.text(of: error) else { throw error }
            let language = await self.language(of: request)
            var problem = error.problem
            problem.detail = text.words(in: language)
            throw WordedProblem(
                problem: problem.titled(in: language),
                fields: Self.fields(error.fields, language),
                reason: error.reason
            )
        }
    }

    private func language(of error: FilmsError, _ request: Request) async -> Language {
        // While the database is away, nobody waits for it a second time.
        if let reader = error.reader, error.code != .databaseUnavailable, let choice = await self.choice(reader) {
            return choice
        }
        return Language.preferred(by: request.headers)
    }

    /// Where no route leads nobody has found out who makes the request. The token's signature is known from the requests before.
    private func language(of request: Request) async -> Language {
        guard request.headers[.authorization] != nil, let token = try? AuthenticationMiddleware.token(of: request),
            let caller = try? await self.verifier.caller(of: token), let choice = await self.choice(caller.accountID)
        else { return Language.preferred(by: request.headers) }
        return choice
    }

    /// What the layers below say, in our words.
    private static func text(of error: any ProblemConvertible) -> ProblemText? {
        switch error {
        case RoutingError.notFound: ProblemText(.nothingHere)
        case RoutingError.methodNotAllowed(let route): ProblemText(.methodsAllowed, ["methods": route.allow])
        case is WebSocketRefusal: ProblemText(.webSocketOnly)
        default: nil
        }
    }

    /// RFC 9110 sections 8.5 and 12.5.5.
    private static func fields(_ fields: HTTPFields, _ language: Language) -> HTTPFields {
        var fields = fields
        fields[.contentLanguage] = language.rawValue
        fields[.vary] = "Accept-Language"
        return fields
    }
}

/// A problem with its words.
private struct WordedProblem: ProblemConvertible {
    var problem: Problem
    var fields: HTTPFields
    var reason: any Error
}

extension Problem {
    /// With the name of its status in a language.
    func titled(in language: Language) -> Problem {
        var problem = self
        problem.title = ProblemTexts.of(language).titles["\(self.status.code)"]
        return problem
    }
}
