package import Access
import Credentials
package import MediaCore
package import Primitives

/// Recognizes who makes a request by what it came with, and decides what that one may do. There is one in a process, and everything that
/// guards a door asks it: the router, the path in front of the router, streams of events.
package final class AccessService: Sendable {
    /// Decides; knows no time and no database.
    package let policy: AccessPolicy
    private let mode: AccessMode
    private let isLoopbackOnly: Bool
    private let keys: KeyService
    private let tokens: TokenAuthority
    private let grants: GrantAuthority
    private let clock: WallClock

    /// - Parameters:
    ///   - isLoopbackOnly: whether only this machine can reach the service.
    ///   - tokens: what JSON Web Tokens are verified with.
    ///   - grants: reads grants for uploads.
    package init(
        policy: AccessPolicy,
        mode: AccessMode,
        isLoopbackOnly: Bool,
        keys: KeyService,
        tokens: TokenAuthority,
        grants: GrantAuthority,
        clock: @escaping WallClock
    ) {
        self.policy = policy
        self.mode = mode
        self.isLoopbackOnly = isLoopbackOnly
        self.keys = keys
        self.tokens = tokens
        self.grants = grants
        self.clock = clock
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

    /// Who comes with this text: a key, a token or a grant.
    ///
    /// - Parameter text: behind `Bearer ` (RFC 6750 section 2.1), or of the parameter that stands for it.
    /// - Throws: `token_invalid`, `token_expired`; `catalog_unavailable` when it cannot be found out: nobody is let in by guess.
    package func principal(credential text: String) async throws(MediaError) -> Principal {
        if let key = APIKey(text) { return try await self.keys.principal(key) }
        let isGrant = GrantTokens.isForm(of: text)
        let grants = isGrant ? try await self.grants.tokens() : nil
        do throws(CredentialError) {
            if let grants { return .grant(try grants.grant(of: text)) }
            return try self.tokens.principal(of: text, at: self.clock())
        } catch {
            throw MediaError(error == .expired ? .tokenExpired : .tokenInvalid, "\(error)")
        }
    }
}
