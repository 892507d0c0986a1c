package import HTTPSemantics
import HTTPTypes
package import Hummingbird

/// Outermost: what scripts of other web sites may do (CORS), by the rule of the request's route. Errors have the fields too, so that a
/// script can read them.
package struct CrossOriginMiddleware<Context: RoutedRequestContext>: RouterMiddleware {
    private let policy: CrossOriginPolicy

    /// - Parameter policy: which sites are allowed, and what they are told.
    package init(policy: CrossOriginPolicy) { self.policy = policy }

    /// Adds the fields that the rule asks for to whatever the inner layers respond.
    package func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let fields = self.fields(for: request, by: context.match?.route.crossOrigin ?? .none)
        var response = try await next(request, context)
        response.headers.add(fields)
        return response
    }

    private func fields(for request: Request, by rule: CrossOriginRule) -> HTTPFields {
        let origin = request.headers[.origin]
        let asked = request.method == .options ? request.headers[.accessControlRequestMethod] : nil
        switch rule {
        case .none: return HTTPFields()
        case .uploading:
            return self.policy.preflightFields(origin: origin, requestedMethod: asked)
                ?? self.policy.responseFields(origin: origin)
        case .reading:
            guard [.get, .head, .options].contains(request.method) else { return HTTPFields() }
            return self.policy.readingPreflightFields(origin: origin, requestedMethod: asked)
                ?? self.policy.readingFields(origin: origin)
        }
    }
}
