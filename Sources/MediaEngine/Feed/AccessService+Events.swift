package import Access
package import MediaCore

/// The access service is the gate of events, too.
extension AccessService: EventGate {
    package func authority(of principal: Principal) -> any EventAuthority {
        PrincipalAuthority(principal, policy: self.policy, clock: self.clock) { await self.isStanding($0) }
    }

    package func principal(ofToken token: String) async throws(MediaError) -> Principal {
        try await self.principal(credential: token)
    }
}
