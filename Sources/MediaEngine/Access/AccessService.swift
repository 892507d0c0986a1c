package import Access
package import Credentials
package import MediaCore
package import Primitives

/// Recognizes who makes a request by what it came with, and decides what that one may do. There is one in a process, and everything that
/// guards a door asks it: the router, the path in front of the router, streams of events.
package final class AccessService: Sendable {
    /// Decides; knows no time and no database.
    package let policy: AccessPolicy
    /// Whether requests without credentials may do everything.
    package let mode: AccessMode
    private let isLoopbackOnly: Bool
    let keys: KeyService
    let tokens: TokenAuthority
    private let grants: GrantAuthority
    let clock: WallClock
    private let now: @Sendable () -> ContinuousClock.Instant
    /// Signs and verifies addresses.
    package let addresses: AddressAuthority

    /// - Parameters:
    ///   - isLoopbackOnly: whether only this machine can reach the service.
    ///   - tokens: what JSON Web Tokens are verified with.
    ///   - grants: reads grants for uploads.
    ///   - addresses: what addresses are signed with.
    package init(
        policy: AccessPolicy,
        mode: AccessMode,
        isLoopbackOnly: Bool,
        keys: KeyService,
        tokens: TokenAuthority,
        grants: GrantAuthority,
        addresses: AddressAuthority,
        clock: @escaping WallClock,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.policy = policy
        self.mode = mode
        self.isLoopbackOnly = isLoopbackOnly
        self.keys = keys
        self.tokens = tokens
        self.grants = grants
        self.addresses = addresses
        self.clock = clock
        self.now = now
    }

    /// Whether somebody may do something.
    package func decide(_ request: AccessRequest, for principal: Principal) -> AccessDecision {
        self.policy.decide(request, for: principal)
    }

    /// Who comes with nothing: nobody in particular, or, where the service is open, somebody who may do everything.
    ///
    /// - Throws: `catalog_unavailable` when it cannot be found out whether there is a key.
    package func principalWithoutCredentials() async throws(MediaError) -> Principal {
        switch self.mode {
        case .open: .open
        case .required: .anonymous
        case .auto:
            // In this order: a machine that others reach needs no look at the database.
            if self.isLoopbackOnly, self.tokens.isEmpty, try await !self.keys.hasAny() { .open } else { .anonymous }
        }
    }

    /// As ``principalWithoutCredentials()``, for what tells nothing of files, and is needed most while the database is away: then what was
    /// found out last counts.
    ///
    /// - Throws: `catalog_unavailable` where that was never found out.
    package func watcherWithoutCredentials() async throws(MediaError) -> Principal {
        do throws(MediaError) {
            return try await self.principalWithoutCredentials()
        } catch {
            guard let hadAny = self.keys.hadAny else { throw error }
            return hadAny ? .anonymous : .open
        }
    }

    /// Whether whoever reaches the service may do everything, as far as that is known.
    package func isOpen() async -> Bool {
        do throws(MediaError) { return try await self.watcherWithoutCredentials().kind == .open } catch { return false }
    }

    /// Whether a text says of itself that it is a grant; nothing is verified.
    package static func isGrant(_ text: String) -> Bool { GrantTokens.isForm(of: text) }

    /// Who comes with this text: a key, a token or a grant.
    ///
    /// - Parameter text: behind `Bearer ` (RFC 6750 section 2.1), or of the parameter that stands for it.
    /// - Throws: `token_invalid`, `token_expired`; `catalog_unavailable` when it cannot be found out: nobody is let in by guess.
    package func principal(credential text: String) async throws(MediaError) -> Principal {
        try await self.recognition(credential: text).principal
    }

    /// As ``principal(credential:)``, with how long that counts.
    package func recognition(credential text: String) async throws(MediaError) -> Recognition {
        // Before anything is verified: keys that are replaced meanwhile make it out of date.
        let generation = self.tokens.generation
        if let key = APIKey(text) {
            let (principal, until) = try await self.keys.principal(key)
            return Self.recognition(principal, text, lookedUpUntil: until, generation)
        }
        let isGrant = GrantTokens.isForm(of: text)
        let grants = isGrant ? try await self.grants.tokens() : nil
        do throws(CredentialError) {
            if let grants { return Self.recognition(.grant(try grants.grant(of: text)), text, generation) }
            return Self.recognition(try self.tokens.principal(of: text, at: self.clock()), text, generation)
        } catch {
            throw MediaError(error == .expired ? .tokenExpired : .tokenInvalid, "\(error)")
        }
    }

    /// Whether somebody who was recognized is to be taken for the same without looking again: a key for ``KeyService/lifetime`` since it was looked
    /// up, a token until it ends or other keys verify tokens. A grant never: it is good for one upload.
    ///
    /// - Parameter time: of the wall clock; a few milliseconds late will do.
    package func isGood(_ recognition: Recognition, at time: Timestamp) -> Bool {
        guard recognition.principal.grant == nil, recognition.principal.end.map({ time < $0 }) ?? true else {
            return false
        }
        if let until = recognition.lookedUpUntil { return self.now() < until }
        return recognition.keyGeneration == self.tokens.generation
    }

    /// What an address says of itself; see ``AddressSigner/verdict(on:at:)``.
    package func verdict(on target: String) -> AddressSigner.Verdict {
        self.addresses.signer.verdict(on: target, at: self.clock())
    }

    private static func recognition(
        _ principal: Principal,
        _ text: String,
        lookedUpUntil: ContinuousClock.Instant? = nil,
        _ generation: Int
    ) -> Recognition {
        Recognition(
            principal: principal,
            digest: CredentialDigest(text),
            lookedUpUntil: lookedUpUntil,
            keyGeneration: generation
        )
    }
}
