/// Whether the storage root can be used.
package protocol StorageHealth: Sendable {
    /// Proves that the tree can be written: makes, synchronises and removes a small file in staging.
    func probe() async throws(MediaError)
}
