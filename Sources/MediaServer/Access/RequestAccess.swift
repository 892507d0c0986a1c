import Access
import Credentials
import MediaCore
import MediaEngine
import Primitives
import Synchronization

/// Who makes a request, and the one question that handlers ask about it.
///
///     try context.access.require(.delete(FileReference(file.path)))
///
/// A handler of a route that is not open to everyone has to ask, about the very thing that the request is for: a response without that
/// is held back (``AccessMiddleware``). So a route that is added later is closed until somebody decides.
///
/// A signed address is a right to read what it is of, whoever comes with it. In a private collection an address that says it is signed
/// is judged by that alone: one that has expired or was changed opens nothing, not even for somebody who has a right.
final class RequestAccess: Sendable {
    /// Who it is.
    let principal: Principal
    /// Why the credential that came proves nothing; nil where none came, or a good one.
    private let refusal: MediaError?
    /// What the request's address says of itself.
    let address: AddressClaim
    /// Whether the credential stood in the address: a grant, from a form.
    let isCredentialInQuery: Bool
    private let service: AccessService
    private let wasAsked = Mutex(false)

    init(
        principal: Principal,
        refusal: MediaError? = nil,
        address: AddressClaim = .none,
        isCredentialInQuery: Bool = false,
        service: AccessService
    ) {
        self.principal = principal
        self.refusal = refusal
        self.address = address
        self.isCredentialInQuery = isCredentialInQuery
        self.service = service
    }

    /// Whether what came to prove something was no credential, or no signature, that was ever good here: whoever guesses comes so.
    var hasFailed: Bool { self.refusal?.code == .tokenInvalid || self.address.isForged }

    /// Whether somebody asked.
    var isSettled: Bool { self.wasAsked.withLock { $0 } }

    /// What the rules say, for whoever narrows a list by it.
    func allows(_ request: AccessRequest) -> Bool {
        (try? self.require(request)) != nil
    }

    /// - Parameter absence: the error of what is not there, where others than the standard one are told.
    /// - Throws: `unauthenticated`, or what is wrong with the credential that came; `forbidden`; `not_found` where even that there is such
    ///   a thing is not for everybody to know; `signature_expired` and `signature_invalid` of a signed address of something private.
    func require(_ request: AccessRequest, or absence: MediaError? = nil) throws(MediaError) {
        self.wasAsked.withLock { $0 = true }
        if case .readFile(let file) = request, self.isPrivate(file), try self.address.end() != nil { return }
        switch self.service.decide(request, for: self.principal) {
        case .allowed: return
        case .unauthenticated:
            if case .readFile = request { try self.address.requireWhole() }
            throw self.unknown
        case .forbidden: throw MediaError(.forbidden, "This key, token or grant does not allow that.")
        case .hidden: throw absence ?? MediaError(.notFound, "There is no file at this path.")
        }
    }

    /// Whether an upload may take a free name, and the place of a file. Which of them it does is seen at its commit.
    ///
    /// - Parameter name: as the client sent it; one that no file can have is refused elsewhere. Nil where the daemon chooses.
    func uploadRights(to collection: String, name: String?) -> (mayCreate: Bool, mayReplace: Bool) {
        let name = name.map { (try? MediaName(validating: $0)) ?? MediaName(trusted: $0) }
        return (
            self.allows(.upload(collection: collection, name: name, isTaken: false)),
            name != nil && self.allows(.upload(collection: collection, name: name, isTaken: true))
        )
    }

    /// That an upload may begin: at a free name, or in the place of a file.
    ///
    /// - Parameter collection: nil where it is not known yet: then a right to begin any will do.
    /// - Throws: as ``require(_:or:)``.
    func requireUpload(to collection: String?, name: String?) throws(MediaError) {
        guard let collection else { return try self.requireUpload() }
        let rights = self.uploadRights(to: collection, name: name)
        guard !rights.mayCreate, !rights.mayReplace else { return }
        throw self.principal.isAuthenticated
            ? MediaError(.forbidden, "This key, token or grant does not allow an upload of that name to \(collection).")
            : self.unknown
    }

    /// That somebody may begin an upload, wherever it goes; that is decided when it is known.
    ///
    /// - Parameter collection: where it is known so far.
    func requireUpload(in collection: String? = nil) throws(MediaError) {
        self.wasAsked.withLock { $0 = true }
        guard self.principal.isAuthenticated else { throw self.unknown }
        let isAllowed =
            if let grant = self.principal.grant {
                collection == nil || grant.files.collection == collection
            } else {
                self.principal.scopes.mayAllow([.upload, .replace], collection: collection)
            }
        guard isAllowed else {
            throw MediaError(.forbidden, "This key, token or grant does not allow that upload.")
        }
    }

    /// Who it is, for a use case that asks by itself whether that one may use an upload.
    func principalOfUpload() -> Principal {
        self.wasAsked.withLock { $0 = true }
        return self.principal
    }

    /// Who it is, for streams of events, which ask again for each event.
    ///
    /// - Throws: `unauthenticated`; `forbidden` for somebody who may not hear of any file.
    func principalOfEvents() throws(MediaError) -> Principal {
        self.wasAsked.withLock { $0 = true }
        guard self.principal.isAuthenticated else { throw self.unknown }
        try self.principal.requireEvents()
        return self.principal
    }

    /// Takes note that a ticket decides instead of credentials.
    func settleByTicket() { self.wasAsked.withLock { $0 = true } }

    /// That somebody may be told that there is no such record. Whoever did not say who it is gets the same response as for one that it may
    /// not see.
    func requireToKnowOfAbsence() throws(MediaError) {
        self.wasAsked.withLock { $0 = true }
        guard self.service.policy.hidesRecords, !self.principal.isAuthenticated else { return }
        throw self.unknown
    }

    /// Whether it may be told whose file this is, which may be a name or an address of a person: the owner, who manages, and who has a right
    /// to read it that not everybody has.
    func maySeeOwner(of file: MediaFile) -> Bool {
        self.principal.isSubject(file.owner) || self.principal.mayManage
            || self.principal.scopes.allows(.read, collection: file.collection, name: file.name.text)
    }

    /// Whether it may be told that there is a collection: what is not everybody's is named to those who may do something there.
    func mayKnow(ofCollection name: String) -> Bool {
        self.wasAsked.withLock { $0 = true }
        return self.service.policy.visibility(of: name) == .public
            || self.principal.scopes.mayAllow(Set(FileAction.allCases), collection: name)
    }

    /// Which records a list may have; nil for all.
    ///
    /// - Parameter collection: of which a list is asked for; nil for all.
    /// - Throws: as ``require(_:or:)``, where there can be none for somebody who did not say who it is.
    func readableRecords(of collection: String?) throws(MediaError) -> ReadableFiles? {
        self.wasAsked.withLock { $0 = true }
        let readable = self.service.policy.readableRecords(for: self.principal)
        if let readable, let collection, readable.isClosed(collection), !self.principal.isAuthenticated {
            throw self.unknown
        }
        return readable
    }

    /// - Throws: `unauthenticated` for somebody who did not say who it is; `forbidden` with a grant, which is for an upload.
    func requireCredentials() throws(MediaError) {
        self.wasAsked.withLock { $0 = true }
        guard self.principal.isAuthenticated else { throw self.unknown }
        guard self.principal.grant == nil else {
            throw MediaError(.forbidden, "A grant is for an upload, and for nothing else.")
        }
    }

    /// The error of what needs somebody who says who it is.
    var unknown: MediaError {
        self.refusal
            ?? MediaError(.unauthenticated, "Say who you are: Authorization: Bearer with a key, a token or a grant.")
    }
}

extension RequestAccess {
    /// How a file is guarded whose bytes this request may have: asked after ``require(_:or:)``.
    func guarding(of file: FileReference) -> FileGuard {
        switch self.service.policy.visibility(of: file.collection) {
        case .public: .none
        case .unlisted: .unlisted
        case .private: self.address.goodUntil.map { .signature(until: $0) } ?? .right(file)
        }
    }

    /// An address that whoever has it may read from, as long as that of this request.
    /// - Returns: nil where nothing can be signed, or the address cannot be.
    func signed(_ address: String, until end: Timestamp) -> String? {
        self.service.addresses.signer.sign(address, until: end)
    }

    private func isPrivate(_ file: FileReference) -> Bool {
        self.service.policy.visibility(of: file.collection) == .private
    }
}
