package import MediaCore
import Postgres

extension PostgresCatalog {
    /// Proves that the database answers and takes changes, that every table and column of the schema is there, and that the role
    /// may read and write them.
    /// - Throws: ``MediaError`` `catalog_unavailable`.
    package func ping() async throws(MediaError) {
        _ = try await self.exists(Self.lock)
        _ = try await self.exists(Self.columns)
        try await CatalogFailure.translate {
            guard let missing = try await self.client.query(Self.missingRights).rows.first else { return }
            // 42501 is insufficient_privilege, as the server itself would say: PostgreSQL, appendix A.
            var error = PostgresError(.server, "permission denied: \(try missing.decode(at: 0, as: String.self))")
            error.sqlState = "42501"
            throw error
        }
    }

    /// A lock on no row at all is refused by a server that only reads (25006).
    private static let lock: PostgresQuery = "SELECT 1 FROM media.files WHERE false FOR UPDATE"

    /// No row of any table. The names are looked up all the same; the rights are not, where the planner sees that nothing is read.
    private static let columns: PostgresQuery = """
        SELECT 1 FROM \
        (SELECT \(fragment: MediaFile.columns) FROM media.files) AS files, \
        (SELECT \(fragment: Upload.columns) FROM media.uploads) AS uploads, \
        (SELECT \(fragment: CommitIntent.columns) FROM media.commits) AS commits, \
        (SELECT path, file_id, moved_at FROM media.moves) AS moves, \
        (SELECT position, last_of_transaction, at, stamped_at, kind, file_id, collection, name, path, previous_path, owner, \
        version, links, upload_id, detail FROM media.changes) AS changes, \
        (SELECT tx, id, kind FROM media.outbox) AS outbox, \
        (SELECT epoch, floor, head, server, stamped, stamper FROM media.feed) AS feed, \
        (SELECT id, upload_id, commit_id, file_id, expires_at FROM media.used_grants) AS used_grants, \
        (SELECT entity, entity_id, role, file_id, is_single, created_at FROM media.links) AS links, \
        (SELECT file_id FROM media.kept) AS kept, \
        (SELECT id, path, record, links, former_paths, reason, deleted_at, expires_at, is_restoring FROM media.trash) AS trash, \
        (SELECT retention FROM media.trash_settings) AS trash_settings, \
        (SELECT id, name, scopes, digest, created_at, expires_at, revoked_at FROM media.keys) AS keys, \
        (SELECT purpose, secret FROM media.secrets) AS secrets, \
        (SELECT digest, kind, key_id, subject, scopes, principal_ends_at, expires_at FROM media.event_tickets) AS event_tickets, \
        (SELECT \(fragment: Webhook.columns), lease_holder, lease_until FROM media.webhooks AS w) AS webhooks, \
        (SELECT identity FROM media.tree) AS tree WHERE false
        """

    private static let missingRights: PostgresQuery = """
        SELECT privilege || ' on media.' || name \
        FROM (VALUES ('files'), ('uploads'), ('commits'), ('moves'), ('changes'), ('outbox'), ('feed'), ('used_grants'), \
        ('links'), ('kept'), ('trash'), ('trash_settings'), ('keys'), ('secrets'), ('event_tickets'), ('webhooks'), ('tree')) \
        AS used (name), \
        (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) AS needed (privilege) \
        WHERE NOT has_table_privilege('media.' || name, privilege) \
        AND (name NOT IN ('feed', 'trash_settings') OR privilege IN ('SELECT', 'UPDATE')) \
        AND (name NOT IN ('keys', 'tree') OR privilege = 'SELECT') \
        AND (name <> 'secrets' OR privilege IN ('SELECT', 'INSERT')) \
        AND (name <> 'changes' OR privilege <> 'UPDATE') AND (name <> 'event_tickets' OR privilege <> 'UPDATE') LIMIT 1
        """
}
