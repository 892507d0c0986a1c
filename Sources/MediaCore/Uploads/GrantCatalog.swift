/// What signs grants where the configuration says nothing. Throws ``MediaError`` `catalog_unavailable` when the database cannot be
/// reached.
package protocol GrantCatalog: Sendable {
    /// The secret for a purpose, the same on all daemons.
    /// - Parameter secret: kept, and returned, where there is none yet.
    func secret(for purpose: String, orStore secret: String) async throws(MediaError) -> String
}
