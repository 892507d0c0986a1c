import Access
import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import Logging
import MediaCore
import MediaEngine
import NIOCore
import Synchronization

/// Finds out who makes a request, and lets nothing through that nobody decided about.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = MediaRequestContext

    let service: AccessService
    /// Keeps who was recognized for the path in front of the router, on the event loop of the request's connection.
    private let remember: @Sendable (Recognition, any EventLoop) -> Void
    private let wasWarned = WarningMark()

    init(service: AccessService, remember: @escaping @Sendable (Recognition, any EventLoop) -> Void = { _, _ in }) {
        self.service = service
        self.remember = remember
    }

    func handle(
        _ request: Request,
        context: MediaRequestContext,
        next: (Request, MediaRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let requirement = context.match?.route.operation(request.method)?.access, requirement != .anyone else {
            return try await next(request, context)
        }
        let access = await self.access(of: request, context, to: requirement)
        self.warnOfProxy(request, access.principal, context.logger)
        switch requirement {
        case .manage: try access.require(.manage)
        case .monitor: try access.require(.monitor)
        case .link: try access.require(.link)
        // About a file or an upload, which the handler knows.
        case .anyone, .read, .upload, .change, .hear: break
        }
        var context = context
        context.access = access
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as MediaError where Self.isHidden(error, requirement, access) {
            throw access.unknown
        } catch let error as FieldedError where Self.isHidden(error.error, requirement, access) {
            throw access.unknown
        }
        guard access.isSettled else {
            throw MediaError(.internalError, "Nobody decided whether this is allowed, so it is not.")
        }
        // What is done next from a page that was reached with a grant in its address must not tell that address.
        if access.isCredentialInQuery { response.headers[.referrerPolicy] = "no-referrer" }
        return response
    }

    /// Who has not said who he is hears the same of an upload that is not there and of one that is not his.
    private static func isHidden(
        _ error: MediaError,
        _ requirement: AccessRequirement,
        _ access: RequestAccess
    ) -> Bool {
        requirement == .upload && error.code == .notFound && !access.principal.isAuthenticated
    }

    /// The grant in the query, for forms, which send no header fields.
    /// - Throws: `token_invalid` for what is no grant; `invalid_request` where there is a credential in the header too.
    private static func grant(of request: Request, _ context: MediaRequestContext) throws(MediaError) -> String? {
        guard context.match?.route.parameters?.contains("grant") == true, request.uri.query != nil,
            let text = try RequestTarget(request).query["grant"]
        else { return nil }
        guard request.headers[.authorization] == nil else {
            throw MediaError(.invalidRequest, "Send the grant in Authorization or in the query, and not both.")
        }
        guard AccessService.isGrant(text) else {
            throw MediaError(.tokenInvalid, "?grant= is for grants. Keys and tokens are sent in Authorization.")
        }
        return text
    }

    /// A credential that proves nothing counts as none, until somebody asks for what needs one: then the response says what is wrong with
    /// it. What everybody may read, everybody may read, also with a token that has expired.
    private func access(
        of request: Request,
        _ context: MediaRequestContext,
        to requirement: AccessRequirement
    ) async -> RequestAccess {
        let address = self.address(of: request, context)
        let grant: String?
        let credential: String?
        do throws(MediaError) {
            grant = try Self.grant(of: request, context)
        } catch {
            // Whoever writes a grant into the address means it.
            return RequestAccess(
                principal: .anonymous,
                refusal: error,
                isCredentialInQuery: true,
                service: self.service
            )
        }
        do throws(MediaError) {
            credential = if let grant { grant } else { try BearerCredential.text(of: request.headers) }
        } catch {
            return await self.access(without: error, at: address, to: requirement)
        }
        guard let credential else { return await self.access(without: nil, at: address, to: requirement) }
        do throws(MediaError) {
            let recognition = try await self.service.recognition(credential: credential)
            if context.match?.route.isServedFromMemory == true {
                self.remember(recognition, context.channel.eventLoop)
            }
            return RequestAccess(
                principal: recognition.principal,
                address: address,
                isCredentialInQuery: grant != nil,
                service: self.service
            )
        } catch {
            // What a proxy in front has judged need not be something that is known here; a grant is ours.
            guard self.service.mode != .open || AccessService.isGrant(credential) else {
                return await self.access(without: nil, at: address, to: requirement)
            }
            return RequestAccess(
                principal: .anonymous,
                refusal: error,
                address: address,
                isCredentialInQuery: grant != nil,
                service: self.service
            )
        }
    }

    /// - Parameter refusal: of a credential that is none of ours; where the service is open it is nobody's concern.
    private func access(
        without refusal: MediaError?,
        at address: AddressClaim,
        to requirement: AccessRequirement
    ) async -> RequestAccess {
        do throws(MediaError) {
            let principal =
                requirement == .monitor
                ? try await self.service.watcherWithoutCredentials()
                : try await self.service.principalWithoutCredentials()
            return RequestAccess(
                principal: principal,
                refusal: principal.isAuthenticated ? nil : refusal,
                address: address,
                service: self.service
            )
        } catch {
            return RequestAccess(principal: .anonymous, refusal: error, address: address, service: self.service)
        }
    }

    /// Only files have signed addresses: a record, or a list of them, is for nobody who has an address.
    private func address(of request: Request, _ context: MediaRequestContext) -> AddressClaim {
        guard context.match?.route.isServedFromMemory == true, [.get, .head].contains(request.method),
            let target = request.head.path
        else { return .none }
        return AddressClaim(target: target, service: self.service)
    }

    /// Said once: who is brought by a proxy on this machine looks like this machine, and may do everything too.
    private func warnOfProxy(_ request: Request, _ principal: Principal, _ logger: Logger) {
        guard self.service.mode == .auto, principal.kind == .open,
            [HTTPField.Name.forwarded, .xForwardedFor].contains(where: { request.headers.contains($0) }),
            self.wasWarned.set()
        else { return }
        logger.warning(
            """
            A proxy brings requests to a daemon that is open to everybody, as if only this machine reached it. Make a key, or set \
            access.mode
            """
        )
    }
}

/// Whether something was said already.
private final class WarningMark: Sendable {
    private let isSet = Atomic(false)

    /// - Returns: true the first time.
    func set() -> Bool { self.isSet.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged }
}
