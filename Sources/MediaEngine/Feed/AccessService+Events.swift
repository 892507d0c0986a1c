package import Access
package import MediaCore

/// The access service is the gate of events, too.
extension AccessService: EventGate {
    package func authority(of principal: Principal) -> any EventAuthority {
        PrincipalAuthority(principal, policy: self.policy, clock: self.clock) { await self.isStanding($0) }
    }

    package func principal(ofToken token: String) async throws(MediaError) -> Principal {
        let principal = try await self.principal(credential: token)
        try principal.requireEvents()
        return principal
    }
}

extension Principal {
    /// That somebody who said who it is may hear of any change at all: asked when a reader comes, and when it brings another token.
    ///
    /// - Throws: `forbidden`.
    package func requireEvents() throws(MediaError) {
        guard self.scopes.mayAllowEvents else {
            throw MediaError(.forbidden, "This key, token or grant does not allow to hear of changes.")
        }
    }
}
