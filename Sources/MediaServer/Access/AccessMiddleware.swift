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
        let access = await self.access(of: request, to: requirement)
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

    /// A credential that proves nothing counts as none, until somebody asks for what needs one: then the response says what is wrong with
    /// it. What everybody may read, everybody may read, also with a token that has expired.
    private func access(of request: Request, to requirement: AccessRequirement) async -> RequestAccess {
        let credential: String?
        do throws(MediaError) {
            credential = try BearerCredential.text(of: request.headers)
        } catch {
            return await self.access(without: error, to: requirement)
        }
        guard let credential else { return await self.access(without: nil, to: requirement) }
        do throws(MediaError) {
            return RequestAccess(
                principal: try await self.service.principal(credential: credential),
                service: self.service
            )
        } catch {
            // What a proxy in front has judged need not be something that is known here.
            guard self.service.mode != .open else { return await self.access(without: nil, to: requirement) }
            return RequestAccess(principal: .anonymous, refusal: error, service: self.service)
        }
    }

    /// - Parameter refusal: of a credential that is none of ours; where the service is open it is nobody's concern.
    private func access(without refusal: MediaError?, to requirement: AccessRequirement) async -> RequestAccess {
        do throws(MediaError) {
            let principal =
                requirement == .monitor
                ? await self.service.watcherWithoutCredentials() : try await self.service.principalWithoutCredentials()
            return RequestAccess(
                principal: principal,
                refusal: principal.isAuthenticated ? nil : refusal,
                service: self.service
            )
        } catch {
            return RequestAccess(principal: .anonymous, refusal: error, service: self.service)
        }
    }
}
