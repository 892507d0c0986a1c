package import Access
import MediaCore

extension AccessService {
    /// Whether somebody who was recognized before would be recognized still, the end of the credential apart: for whoever lets a principal
    /// stay, as streams of events do, and asks again each second.
    ///
    /// A key was not revoked meanwhile and has the same rights. The key that verified a token is still among those that are trusted. The
    /// service is still open to those whom it was open to. While the database is away nothing changes for ``KeyService/patience``; who
    /// stays longer than that has to come again.
    package func isStanding(_ principal: Principal) async -> Bool {
        switch principal.kind {
        case .anonymous, .grant: return true
        case .token: return principal.verifiedBy.map(self.tokens.trusts) ?? false
        case .open:
            do throws(MediaError) {
                return try await self.principalWithoutCredentials().kind == .open
            } catch {
                return self.keys.hadAny == false && self.keys.isInTouch
            }
        case .key(let id): return await self.keys.isStanding(id, as: principal)
        }
    }
}
