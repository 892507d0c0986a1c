package import Access
import MediaCore

extension AccessService {
    /// Whether somebody who was recognized before would be recognized still, the end of the credential apart: for whoever lets a principal
    /// stay, as streams of events do, and asks again each second.
    ///
    /// A key was not revoked meanwhile and has the same rights. The service is still open to those whom it was open to. While the database
    /// is away nothing changes: nothing can be heard then either.
    package func isStanding(_ principal: Principal) async -> Bool {
        switch principal.kind {
        case .anonymous, .token, .grant: true
        case .open: await self.isOpen()
        case .key(let id): await self.keys.isStanding(id, as: principal)
        }
    }
}
