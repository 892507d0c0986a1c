package import MediaCore
package import Primitives

/// What is kept of a key of an API service.
package struct KeyRecord: Hashable, Sendable {
    /// By which it is listed and revoked.
    package var id: KeyID
    /// What whoever made it calls it. 1 to 100 characters.
    package var name: String
    /// What it may do.
    package var scopes: ScopeSet
    /// The SHA-256 of the secret.
    package var digest: Digest
    /// When it was made.
    package var createdAt: Timestamp
    /// When it ends by itself; nil: never.
    package var expiresAt: Timestamp?
    /// When it was taken back; nil: it was not.
    package var revokedAt: Timestamp?

    /// Of a name, in characters.
    package static let maximumNameLength = 100

    package init(
        id: KeyID,
        name: String,
        scopes: ScopeSet,
        digest: Digest,
        createdAt: Timestamp,
        expiresAt: Timestamp?,
        revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.scopes = scopes
        self.digest = digest
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }

    /// Whether it counts at this time.
    package func isValid(at time: Timestamp) -> Bool {
        self.revokedAt == nil && self.expiresAt.map { time < $0 } ?? true
    }

    /// Who comes with it.
    package var principal: Principal { .key(self.id, scopes: self.scopes, end: self.expiresAt) }
}
