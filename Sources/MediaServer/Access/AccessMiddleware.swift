import Access
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// Finds out who makes a request, and lets nothing through that nobody decided about.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = MediaRequestContext

    let service: AccessService

    func handle(
        _ request: Request,
        context: MediaRequestContext,
        next: (Request, MediaRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let requirement = context.match?.route.operation(request.method)?.access, requirement != .anyone else {
            return try await next(request, context)
        }
        let access = RequestAccess(principal: try await self.principal(of: request), service: self.service)
        switch requirement {
        case .manage: try access.require(.manage)
        case .monitor: try access.require(.monitor)
        case .link: try access.require(.link)
        // About a file or an upload, which the handler knows.
        case .anyone, .read, .upload, .change, .hear: break
        }
        var context = context
        context.access = access
        let response = try await next(request, context)
        guard access.isSettled else {
            throw MediaError(.internalError, "Nobody decided whether this is allowed, so it is not.")
        }
        return response
    }

    private func principal(of request: Request) async throws(MediaError) -> Principal {
        guard let text = try BearerCredential.text(of: request.headers) else {
            return try await self.service.principalWithoutCredentials()
        }
        return try await self.service.principal(credential: text)
    }
}
