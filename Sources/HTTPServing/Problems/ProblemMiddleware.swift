import HTTPSemantics
import HTTPTypes
package import Hummingbird
import Logging
import Primitives

/// Gives each request an id, logs it once, and turns whatever was thrown into problem details.
package struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    private let namespace: ProblemNamespace
    private let secretParameters: Set<String>
    private let translate: @Sendable (any Error) -> (any ProblemConvertible)?

    /// - Parameters:
    ///   - namespace: of the types of problems that have none.
    ///   - secretParameters: names in queries whose values no log may have.
    ///   - translate: says what an error means that is no ``ProblemConvertible`` itself; nil when it has no meaning, and
    ///     is a defect.
    package init(
        namespace: ProblemNamespace = .none,
        secretParameters: Set<String> = [],
        translate: @escaping @Sendable (any Error) -> (any ProblemConvertible)? = { _ in nil }
    ) {
        self.namespace = namespace
        self.secretParameters = secretParameters
        self.translate = translate
    }

    /// Lets the inner layers respond, and makes a response of what they throw.
    package func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        let requestID = RequestID.given(in: request.headers) ?? RequestID.assigned(by: context.logger)
        context.logger[metadataKey: "requestID"] = .string(requestID)
        context.logger[metadataKey: "hb.request.id"] = nil
        let start = ContinuousClock.now
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            response = self.response(to: error, request: request, logger: context.logger)
        }
        response.headers[.requestID] = requestID
        var metadata: Logger.Metadata = [
            "method": "\(request.method.rawValue)",
            "path": "\(LoggedTarget.text(request.head.path ?? "", hiding: self.secretParameters))",
            "status": .stringConvertible(response.status.code),
            "seconds": .stringConvertible((ContinuousClock.now - start).inSeconds),
        ]
        if let bytes = response.headers[.contentLength].flatMap(Int64.init) {
            metadata["bytes"] = .stringConvertible(bytes)
        }
        // What changes something is worth a line; reads come by the thousand.
        let isRead = request.method == .get || request.method == .head || request.method == .options
        context.logger.log(
            level: isRead && response.status.kind != .serverError ? .debug : .info,
            "Request",
            metadata: metadata
        )
        return response
    }

    private func response(to error: any Error, request: Request, logger: Logger) -> Response {
        if let error = error as? any ProblemConvertible ?? self.translate(error) {
            let problem = error.problem
            if problem.status.kind == .serverError {
                logger.error("Request failed", metadata: ["error": "\(error.reason)"])
            } else {
                logger.debug("Request refused", metadata: ["error": "\(error.reason)"])
            }
            return problem.typed(in: self.namespace).response(to: request.method, headers: error.fields)
        }
        if let error = error as? HTTPError {
            let detail = error.body ?? error.status.reasonPhrase
            return Problem(error.status, code: "invalid_request", detail).typed(in: self.namespace)
                .response(to: request.method)
        }
        logger.error("Request failed for a reason it should not have", metadata: ["error": "\(error)"])
        return Problem(
            .internalServerError,
            code: "internal_error",
            "Something went wrong in the server; its log has more."
        ).typed(in: self.namespace).response(to: request.method)
    }
}
