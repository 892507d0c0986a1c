/// Takes bytes in order.
package protocol ByteSink: Sendable {
    /// Writes at the end. Blocks: only for threads that may wait for a disk; one call at a time.
    /// - Throws: `storage_full`, `storage_unavailable`.
    func write(_ bytes: UnsafeRawBufferPointer) throws(MediaError)
}
