package import MediaCore
import Postgres

extension PostgresCatalog: IdentityCatalog {
    package func treeIdentity() async throws(MediaError) -> TreeIdentity? {
        // In two steps: a statement that names a missing table is refused whatever it asks.
        guard try await self.exists("SELECT 1 WHERE to_regclass('media.tree') IS NOT NULL") else { return nil }
        return try await CatalogFailure.translate {
            let rows = try await self.client.query("SELECT identity FROM media.tree").rows
            return try rows.first.flatMap { TreeIdentity(try $0.decode(at: 0, as: String.self)) }
        }
    }

    package func claim(_ identity: TreeIdentity) async throws(MediaError) -> TreeIdentity {
        let inserted = try await self.exists(
            "INSERT INTO media.tree (identity) VALUES (\(identity.text)) ON CONFLICT DO NOTHING RETURNING identity"
        )
        if inserted { return identity }
        guard let present = try await self.treeIdentity() else {
            throw MediaError(
                .catalogUnavailable,
                "The database's identity was removed just now. Try again in a moment."
            )
        }
        return present
    }

    package func assign(_ identity: TreeIdentity) async throws(MediaError) {
        _ = try await self.exists(
            """
            INSERT INTO media.tree (identity) VALUES (\(identity.text)) \
            ON CONFLICT (is_only) DO UPDATE SET identity = excluded.identity, paired_at = now() RETURNING identity
            """
        )
    }
}
