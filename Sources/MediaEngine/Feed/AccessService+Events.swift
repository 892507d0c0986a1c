package import Access
package import MediaCore

/// The access service is the gate of events, too.
extension AccessService: EventGate {
    package func authority(of principal: Principal) -> any EventAuthority {
        PrincipalAuthority(principal, policy: self.policy, clock: self.clock) { await self.counts($0) }
    }

    package func principal(ofToken token: String) async throws(MediaError) -> Principal {
        try await self.principal(credential: token)
    }

    /// Whether somebody who was recognized before would be the same now: a key may have been revoked, or have other rights; an open service
    /// may need keys by now. While that cannot be found out, nothing changes: no event comes either without the database.
    private func counts(_ principal: Principal) async -> Bool {
        do throws(MediaError) {
            switch principal.kind {
            case .key(let id): return try await self.keys.isValid(id, as: principal)
            case .open: return try await self.principalWithoutCredentials() == .open
            case .anonymous, .token, .grant: return true
            }
        } catch {
            return true
        }
    }
}
