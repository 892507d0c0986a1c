package import Access
import Credentials
package import MediaCore
package import Primitives

/// Gives out tickets for the stream of events and takes them back: each counts once, for half a minute.
package struct EventTicketService: Sendable {
    private let store: any EventTicketStore
    private let clock: WallClock

    /// How long a ticket counts.
    package static let lifetime = Duration.seconds(30)

    package init(store: any EventTicketStore, clock: @escaping WallClock) {
        self.store = store
        self.clock = clock
    }

    /// A ticket for somebody who was recognized.
    ///
    /// - Throws: `forbidden` for who has no rights of its own to pass on: nobody in particular, or a grant.
    package func issue(
        to principal: Principal
    ) async throws(MediaError) -> (text: String, expiresAt: Timestamp) {
        switch principal.kind {
        case .anonymous: throw MediaError(.unauthenticated, "Say first who you are.")
        case .grant: throw MediaError(.forbidden, "A grant is for one upload; it does not let anybody hear events.")
        case .open, .key, .token: break
        }
        guard let (text, digest) = TicketText.make() else {
            throw MediaError(.internalError, "No ticket could be made.")
        }
        let now = self.clock()
        let latest = Timestamp(microseconds: now.microseconds + Self.lifetime.microseconds)
        let expiresAt = principal.end.map { min($0, latest) } ?? latest
        let ticket = EventTicket(digest: digest, principal: principal, expiresAt: expiresAt)
        try await self.store.keep(ticket, at: now)
        return (text, expiresAt)
    }

    /// Who comes with a ticket, which counts no more from here on.
    /// - Throws: `token_invalid`; `catalog_unavailable`.
    package func redeem(_ text: String) async throws(MediaError) -> Principal {
        let invalid = MediaError(.tokenInvalid, "The ticket was used, has expired, or is none. Get a new one.")
        guard let digest = TicketText.digest(of: text) else { throw invalid }
        guard let ticket = try await self.store.take(digest, at: self.clock()) else { throw invalid }
        return ticket.principal
    }
}
