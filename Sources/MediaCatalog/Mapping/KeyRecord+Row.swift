import Access
import MediaCore
import Postgres

extension KeyRecord {
    /// Reads a row of `media.keys`.
    ///
    /// A scope that this mediad does not know is one of a newer one: the key is then worth less here, never more.
    init(row: PostgresRow) throws {
        let text: String = try row.decode("id")
        guard let id = KeyID(text) else { throw PostgresError(.decoding, "not the id of a key") }
        let scopes: [String] = try row.decode("scopes")
        self.init(
            id: id,
            name: try row.decode("name"),
            scopes: try ScopeSet(scopes.compactMap { try? Scope($0) }),
            digest: try row.decode("digest"),
            createdAt: try row.decode("created_at"),
            expiresAt: try row.decode("expires_at"),
            revokedAt: try row.decode("revoked_at")
        )
    }
}
