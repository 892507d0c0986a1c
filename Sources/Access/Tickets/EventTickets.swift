package import MediaCore
package import Primitives

/// What is kept of a ticket: with it a browser comes once to the stream of events, where it can send no header fields.
package struct EventTicket: Hashable, Sendable {
    /// The SHA-256 of its text.
    package var digest: Digest
    /// Who comes with it.
    package var principal: Principal
    /// When it counts no more.
    package var expiresAt: Timestamp

    package init(digest: Digest, principal: Principal, expiresAt: Timestamp) {
        self.digest = digest
        self.principal = principal
        self.expiresAt = expiresAt
    }
}

/// The tickets that were given out and not used yet, for all daemons of a database. Every method throws ``MediaError``
/// `catalog_unavailable` when it cannot be reached.
package protocol EventTicketStore: Sendable {
    /// Keeps a new ticket, and forgets what has expired.
    func keep(_ ticket: EventTicket, at time: Timestamp) async throws(MediaError)

    /// Takes a ticket away: of all who come with it, on all daemons, one gets it.
    /// - Returns: nil for one that was used, has expired or never was.
    func take(_ digest: Digest, at time: Timestamp) async throws(MediaError) -> EventTicket?
}
