/// A rendition on disk, as whoever makes room sees it.
package struct StoredRendition: Hashable, Sendable {
    /// Relative to `renditions/`.
    package var path: String
    /// The length of the file.
    package var size: ByteCount
    /// When it was last asked for, to the hour.
    package var usedAt: Timestamp

    /// One file below `renditions/`.
    package init(path: String, size: ByteCount, usedAt: Timestamp) {
        self.path = path
        self.size = size
        self.usedAt = usedAt
    }
}
