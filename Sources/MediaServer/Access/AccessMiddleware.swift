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
        let access = await self.access(of: request, to: requirement, context)
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
        let response = try await next(request, context)
        guard access.isSettled else {
            throw MediaError(.internalError, "Nobody decided whether this is allowed, so it is not.")
        }
        return response
    }

    /// A credential that proves nothing counts as none, until somebody asks for what needs one: then the response says what is wrong with
    /// it. What everybody may read, everybody may read, also with a token that has expired.
    private func access(
        of request: Request,
        to requirement: AccessRequirement,
        _ context: MediaRequestContext
    ) async -> RequestAccess {
        let address = self.address(of: request, context)
        let credential: String?
        do throws(MediaError) {
            credential = try BearerCredential.text(of: request.headers)
        } catch {
            return await self.access(without: error, at: address, to: requirement)
        }
        guard let credential else { return await self.access(without: nil, at: address, to: requirement) }
        do throws(MediaError) {
            let recognition = try await self.service.recognition(credential: credential)
            if context.match?.route.isServedFromMemory == true {
                self.remember(recognition, context.channel.eventLoop)
            }
            return RequestAccess(principal: recognition.principal, address: address, service: self.service)
        } catch {
            // What a proxy in front has judged need not be something that is known here.
            guard self.service.mode != .open else {
                return await self.access(without: nil, at: address, to: requirement)
            }
            return RequestAccess(principal: .anonymous, refusal: error, address: address, service: self.service)
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
                ? await self.service.watcherWithoutCredentials() : try await self.service.principalWithoutCredentials()
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
