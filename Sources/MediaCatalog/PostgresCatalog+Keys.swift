package import Access
package import MediaCore
import Postgres

extension PostgresCatalog: KeyCatalog {
    package func insert(_ key: KeyRecord) async throws(MediaError) {
        let scopes = key.scopes.scopes.map(\.description)
        _ = try await self.exists(
            """
            INSERT INTO media.keys (id, name, scopes, digest, created_at, expires_at, revoked_at) \
            VALUES (\(key.id.text), \(key.name), \(scopes), \(key.digest), \(key.createdAt), \(nullable: key.expiresAt), \
            \(nullable: key.revokedAt)) RETURNING id
            """
        )
    }

    package func key(_ id: KeyID) async throws(MediaError) -> KeyRecord? {
        try await self.keys("WHERE id = \(id.text)").first
    }

    package func keys() async throws(MediaError) -> [KeyRecord] {
        try await self.keys("ORDER BY created_at DESC, id")
    }

    package func revoke(_ id: KeyID, at time: Timestamp) async throws(MediaError) -> Bool {
        try await self.exists(
            "UPDATE media.keys SET revoked_at = coalesce(revoked_at, \(time)) WHERE id = \(id.text) RETURNING id"
        )
    }

    package func hasValidKey(at time: Timestamp) async throws(MediaError) -> Bool {
        try await self.exists(
            "SELECT 1 FROM media.keys WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > \(time)) LIMIT 1"
        )
    }

    package func hasHadKey() async throws(MediaError) -> Bool {
        try await self.exists("SELECT 1 FROM media.keys LIMIT 1")
    }

    private func keys(_ rest: PostgresQuery) async throws(MediaError) -> [KeyRecord] {
        try await CatalogFailure.translate {
            try await self.client.query(
                """
                SELECT id, name, scopes, digest, created_at, expires_at, revoked_at FROM media.keys \(fragment: rest)
                """
            )
            .rows.map { try KeyRecord(row: $0) }
        }
    }
}
