package import MediaCore
package import Primitives

/// The records of keys. Every method throws ``MediaError`` `catalog_unavailable` when the database cannot be reached.
package protocol KeyCatalog: Sendable {
    /// Keeps a new key.
    func insert(_ key: KeyRecord) async throws(MediaError)

    /// The key of an identifier, also one that was revoked or has expired; nil where there never was one.
    func key(_ id: KeyID) async throws(MediaError) -> KeyRecord?

    /// All keys, the newest first.
    func keys() async throws(MediaError) -> [KeyRecord]

    /// Takes a key back. One that was revoked before keeps its time.
    /// - Returns: false where there is none.
    func revoke(_ id: KeyID, at time: Timestamp) async throws(MediaError) -> Bool

    /// Whether there is a key that counts at this time.
    func hasValidKey(at time: Timestamp) async throws(MediaError) -> Bool

    /// Whether there is a key, or ever was one.
    func hasHadKey() async throws(MediaError) -> Bool
}

extension KeyCatalog {
    /// For a catalog that has nothing quicker.
    package func hasHadKey() async throws(MediaError) -> Bool { try await !self.keys().isEmpty }
}
