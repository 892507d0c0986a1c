/// Storage port: whether the storage can be used.
package protocol StorageHealth: Sendable {
    /// Proves that files can be written: makes, synchronises and removes a small staged file, and looks at the tree.
    ///
    /// - Throws: ``MediaError`` `storage_full`, `storage_unavailable`.
    func probe() async throws(MediaError)
}
