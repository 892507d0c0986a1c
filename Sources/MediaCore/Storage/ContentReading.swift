/// Reads content into memory, or through a hash, off the event loops and the cooperative pool.
///
/// Asked of the port that opened the content, which knows how its bytes are best read.
///
///     let content = try await renditions.openRendition(key)
///     let bytes = try await renditions.contents(of: content, limit: 1 << 20)
package protocol ContentReading: Sendable {
    /// The bytes of a range.
    ///
    /// - Parameter range: offsets in the content, in bytes; allocated at once, so the caller bounds it.
    /// - Returns: fewer bytes than asked for where the content ends before.
    /// - Throws: ``MediaError`` `storage_unavailable`.
    func bytes(_ range: Range<Int64>, of content: Content) async throws(MediaError) -> [UInt8]

    /// SHA-256 of all bytes, read in pieces.
    ///
    /// - Throws: ``MediaError`` `storage_unavailable`.
    func digest(of content: Content) async throws(MediaError) -> Digest
}

extension ContentReading {
    /// All bytes of something small.
    ///
    /// - Parameter limit: in bytes.
    /// - Throws: ``MediaError`` `internal_error` where there are more than `limit`; else as ``bytes(_:of:)``.
    package func contents(of content: Content, limit: Int) async throws(MediaError) -> [UInt8] {
        let size = content.size.bytes
        guard size <= limit else {
            throw MediaError(.internalError, "A file that should be small has \(size) bytes.")
        }
        return try await self.bytes(0..<size, of: content)
    }
}
