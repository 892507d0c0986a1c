import HTTPSemantics
import HTTPTypes
import Hummingbird
import Logging
import MediaCore
import NIOCore

/// Outermost: gives each request an id, counts it, logs it once, and turns whatever was thrown into problem details.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = MediaRequestContext

    let meter: RequestMeter

    func handle(
        _ request: Request,
        context: MediaRequestContext,
        next: (Request, MediaRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let requestID = Self.requestID(of: request) ?? context.id
        context.logger[metadataKey: "requestID"] = .string(requestID)
        context.logger[metadataKey: "hb.request.id"] = nil
        let start = ContinuousClock.now
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            response = self.response(to: error, request: request, logger: context.logger)
        }
        response.headers[.xRequestID] = requestID
        self.meter.count(method: request.method, status: response.status)
        // What changes something is worth a line; reads come by the thousand.
        let isRead = request.method == .get || request.method == .head || request.method == .options
        context.logger.log(
            level: isRead && response.status.kind != .serverError ? .debug : .info,
            "Request",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(request.head.path ?? "")",
                "status": "\(response.status.code)", "bytes": "\(response.headers[.contentLength] ?? "-")",
                "seconds": "\((ContinuousClock.now - start).seconds)",
            ]
        )
        return response
    }

    private func response(to error: any Error, request: Request, logger: Logger) -> Response {
        var headers = HTTPFields()
        let problem: ProblemResponse
        var error = error
        var status: HTTPResponse.Status?
        if let fielded = error as? FieldedError {
            headers = fielded.fields
            status = fielded.status
            error = fielded.error
        } else if let field = error as? UploadFieldError {
            error = field.mediaError
        }
        switch error {
        case let error as MediaError:
            if ErrorStatus.of(error.code).kind == .serverError {
                logger.error("Request failed", metadata: ["error": "\(error)"])
            } else {
                logger.debug("Request refused", metadata: ["error": "\(error)"])
            }
            if let seconds = ErrorStatus.retryAfter(error.code) { headers[.retryAfter] = String(seconds) }
            problem = ProblemResponse(error, status: status)
        case let error as HTTPError where error.status == .notFound:
            problem = Self.unroutable(request, &headers)
        case let error as HTTPError:
            problem = ProblemResponse(
                status: error.status,
                code: MediaError.Code.invalidRequest.rawValue,
                detail: error.body ?? error.status.reasonPhrase
            )
        case is ChannelError:
            // Nobody is there to be told.
            logger.debug("The client went away", metadata: ["error": "\(error)"])
            problem = ProblemResponse(MediaError(.uploadIncomplete, "The connection broke."))
        default:
            logger.error("Request failed for a reason it should not have", metadata: ["error": "\(error)"])
            problem = ProblemResponse(
                MediaError(.internalError, "Something went wrong in the daemon; its log has more.")
            )
        }
        return problem.response(method: request.method, headers: headers)
    }

    /// The router knows no such path, or not with this method (405 needs `Allow`: RFC 9110 section 15.5.6).
    private static func unroutable(_ request: Request, _ headers: inout HTTPFields) -> ProblemResponse {
        let allowed = RouteTable.allowedMethods(path: request.uri.path)
        guard !allowed.isEmpty, !allowed.contains(request.method.rawValue) else {
            return ProblemResponse(status: .notFound, code: "not_found", detail: "There is nothing at this address.")
        }
        headers[.allow] = allowed.joined(separator: ", ")
        return ProblemResponse(
            status: .methodNotAllowed,
            code: "method_not_allowed",
            detail: "This address takes \(allowed.joined(separator: ", "))."
        )
    }

    /// A proxy's id is kept, so that its log and ours can be read together; only a harmless one.
    private static func requestID(of request: Request) -> String? {
        guard let value = request.headers[.xRequestID], (1...64).contains(value.utf8.count),
            value.utf8.allSatisfy({ byte in
                let scalar = Unicode.Scalar(byte)
                return scalar.properties.isAlphabetic && scalar.isASCII || ("0"..."9").contains(Character(scalar))
                    || "-_.".unicodeScalars.contains(scalar)
            })
        else { return nil }
        return value
    }
}

extension Duration {
    /// For logs.
    var seconds: Double {
        Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18
    }
}

extension HTTPField.Name {
    static let xRequestID = Self.constant("x-request-id")
    static let xContentTypeOptions = Self.constant("x-content-type-options")
    static let contentSecurityPolicy = Self.constant("content-security-policy")

    static func constant(_ name: String) -> HTTPField.Name {
        // Only called with tokens; the fallback is never used and keeps the initialiser total.
        HTTPField.Name(name) ?? .userAgent
    }
}
