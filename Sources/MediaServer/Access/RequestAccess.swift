import Access
import MediaCore
import MediaEngine
import Synchronization

/// Who makes a request, and the one question that handlers ask about it.
///
///     try context.access.require(.delete(FileReference(file.path)))
///
/// A handler of a route that is not open to everyone has to ask, about the very thing that the request is for: a response without that
/// is held back (``AccessMiddleware``). So a route that is added later is closed until somebody decides.
final class RequestAccess: Sendable {
    /// Who it is.
    let principal: Principal
    private let service: AccessService
    private let wasAsked = Mutex(false)

    init(principal: Principal, service: AccessService) {
        self.principal = principal
        self.service = service
    }

    /// Whether somebody asked.
    var isSettled: Bool { self.wasAsked.withLock { $0 } }

    /// What the rules say, for whoever narrows a list by it.
    func allows(_ request: AccessRequest) -> Bool {
        self.wasAsked.withLock { $0 = true }
        return self.service.decide(request, for: self.principal) == .allowed
    }

    /// - Throws: `unauthenticated`, `forbidden`, or `not_found` where even that there is such a thing is not for everybody to know.
    func require(_ request: AccessRequest) throws(MediaError) {
        self.wasAsked.withLock { $0 = true }
        switch self.service.decide(request, for: self.principal) {
        case .allowed: return
        case .unauthenticated:
            throw MediaError(.unauthenticated, "Say who you are: Authorization: Bearer with a key or a token.")
        case .forbidden: throw MediaError(.forbidden, "This key or token does not allow that.")
        case .hidden: throw MediaError(.notFound, "There is no file here.")
        }
    }
}
