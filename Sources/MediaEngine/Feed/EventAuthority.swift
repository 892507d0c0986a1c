package import Access
package import MediaCore
package import Primitives

/// Says for one reader, event by event, what may be heard. Asked at delivery, not only when the reader comes.
package protocol EventAuthority: Sendable {
    /// Whether the reader may hear of this. Must be quick: it is asked for each event.
    func mayHear(_ event: FeedEvent) -> Bool

    /// Whether the reader may be told how far this upload has come. As quick as ``mayHear(_:)``.
    func maySee(_ upload: UploadReference) -> Bool

    /// Whether the reader may hear anything still. Asked several times a second; it may look things up.
    func state() async -> EventAccess

    /// False where ``state()`` can never be anything but valid: then nobody asks.
    var canEnd: Bool { get }
}

/// Whether a reader's credentials still count.
package enum EventAccess: Hashable, Sendable {
    case valid
    /// Revoked, or without the right.
    case lost
    /// Past their end.
    case expired
}

/// What a principal may hear by the rules of access.
package struct PrincipalAuthority: EventAuthority {
    private let principal: Principal
    private let policy: AccessPolicy
    private let isValid: @Sendable (Principal) async -> Bool
    private let clock: WallClock

    /// - Parameter isValid: whether the credentials were taken back; what cannot be found out is no.
    package init(
        _ principal: Principal,
        policy: AccessPolicy,
        clock: @escaping WallClock,
        isValid: @escaping @Sendable (Principal) async -> Bool = { _ in true }
    ) {
        self.principal = principal
        self.policy = policy
        self.isValid = isValid
        self.clock = clock
    }

    /// What has no name, as an upload that became no file, is heard by who manages and by its owner.
    package func mayHear(_ event: FeedEvent) -> Bool {
        if self.principal.mayManage { return true }
        if let collection = event.collection, let name = event.name {
            let file = FileReference(collection: collection, name: name)
            return self.policy.decide(.hear(file), for: self.principal) == .allowed
        }
        if let path = event.path {
            return self.policy.decide(.hear(FileReference(path)), for: self.principal) == .allowed
        }
        return self.principal.isSubject(event.owner)
    }

    package func maySee(_ upload: UploadReference) -> Bool {
        self.policy.decide(.followUpload(upload), for: self.principal) == .allowed
    }

    package func state() async -> EventAccess {
        if let end = self.principal.end, end <= self.clock() { return .expired }
        return await self.isValid(self.principal) ? .valid : .lost
    }

    package var canEnd: Bool { true }
}

/// Where readers of events get their authority from.
package protocol EventGate: Sendable {
    /// What somebody who was recognized may hear.
    func authority(of principal: Principal) -> any EventAuthority

    /// Who comes with this token: an access token or a key.
    /// - Throws: `token_invalid`, `token_expired`; `forbidden` for one that lets nobody hear of any change; `catalog_unavailable` where it cannot be found out.
    func principal(ofToken token: String) async throws(MediaError) -> Principal
}
