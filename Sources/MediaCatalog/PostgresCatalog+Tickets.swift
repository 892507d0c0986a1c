package import Access
package import MediaCore
import Postgres

extension PostgresCatalog: EventTicketStore {
    package func keep(_ ticket: EventTicket, at time: Timestamp) async throws(MediaError) {
        let (kind, key) = Self.kind(of: ticket.principal)
        let scopes = ticket.principal.scopes.scopes.map(\.description)
        // Expired ones go along, some at a time, so that nobody has to sweep.
        let isKept = try await self.exists(
            """
            WITH expired AS (
                DELETE FROM media.event_tickets WHERE digest IN
                    (SELECT digest FROM media.event_tickets WHERE expires_at <= \(time) LIMIT 100 FOR UPDATE SKIP LOCKED)
            )
            INSERT INTO media.event_tickets (digest, kind, key_id, subject, scopes, principal_ends_at, expires_at)
            SELECT \(ticket.digest), \(kind), \(nullable: key), \(nullable: ticket.principal.subject), \(scopes),
                \(nullable: ticket.principal.end), \(ticket.expiresAt)
            WHERE (SELECT count(*) FROM media.event_tickets WHERE expires_at > \(time)) < \(Self.mostTickets)
            RETURNING digest
            """
        )
        guard isKept else { throw MediaError(.busy, "As many tickets are out as there may be. Try again in a moment.") }
    }

    /// Tickets that are out at a time.
    private static let mostTickets = 100_000

    package func take(_ digest: Digest, at time: Timestamp) async throws(MediaError) -> EventTicket? {
        try await CatalogFailure.translate {
            try await self.client.query(
                """
                DELETE FROM media.event_tickets WHERE digest = \(digest) AND expires_at > \(time)
                RETURNING kind, key_id, subject, scopes, principal_ends_at, expires_at
                """
            ).rows.first.map { row in
                EventTicket(
                    digest: digest,
                    principal: try Self.principal(row),
                    expiresAt: try row.decode("expires_at")
                )
            }
        }
    }

    private static func kind(of principal: Principal) -> (String, String?) {
        switch principal.kind {
        case .open: ("open", nil)
        case .key(let id): ("key", id.text)
        case .token: ("token", principal.verifiedBy)
        case .anonymous, .grant: ("none", nil)
        }
    }

    /// A scope that this mediad does not know is one of a newer one: the ticket is then worth less here, never more.
    private static func principal(_ row: PostgresRow) throws -> Principal {
        let kind: String = try row.decode("kind")
        let texts: [String] = try row.decode("scopes")
        let scopes = try ScopeSet(texts.compactMap { try? Scope($0) })
        let end: Timestamp? = try row.decode("principal_ends_at")
        switch kind {
        case "open": return .open
        case "key":
            guard let text: String = try row.decode("key_id"), let id = KeyID(text) else { return .anonymous }
            return .key(id, scopes: scopes, end: end)
        case "token":
            return .token(
                subject: try row.decode("subject"),
                scopes: scopes,
                end: end,
                verifiedBy: try row.decode("key_id")
            )
        default: return .anonymous
        }
    }
}
