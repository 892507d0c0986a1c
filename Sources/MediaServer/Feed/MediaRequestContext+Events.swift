import Access
import MediaCore
import MediaEngine

extension MediaRequestContext {
    /// Who asks for events by its credentials.
    ///
    /// - Throws: `unauthenticated`; `forbidden` for somebody who may not hear of any file.
    var eventPrincipal: Principal {
        get throws(MediaError) { try self.asker.principalOfEvents() }
    }

    /// Who comes with a ticket in place of credentials.
    ///
    /// - Throws: `token_invalid`; `catalog_unavailable`.
    func eventPrincipal(
        ofTicket ticket: String?,
        _ tickets: EventTicketService
    ) async throws(MediaError) -> Principal {
        guard let ticket else { return try self.eventPrincipal }
        // Whoever got the ticket was asked then.
        try self.asker.settleByTicket()
        return try await tickets.redeem(ticket)
    }
}
