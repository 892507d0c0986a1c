package import Primitives

/// A file in the trash.
package struct TrashEntry: Hashable, Sendable {
    /// The record as it was, and as it will be again.
    package var file: MediaFile
    /// What used it until it was deleted by force.
    package var links: [FileLink]
    /// Why it was deleted.
    package var reason: Removal.Reason
    /// When.
    package var deletedAt: Timestamp
    /// From when on it may be deleted for good.
    package var expiresAt: Timestamp

    package init(
        file: MediaFile,
        links: [FileLink],
        reason: Removal.Reason,
        deletedAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.file = file
        self.links = links
        self.reason = reason
        self.deletedAt = deletedAt
        self.expiresAt = expiresAt
    }

    /// A place in the list of what was deleted, the latest first.
    package struct Cursor: Hashable, Sendable {
        /// Of the last entry before.
        package var deletedAt: Timestamp
        /// Of the last entry before.
        package var id: MediaID

        package init(deletedAt: Timestamp, id: MediaID) {
            self.deletedAt = deletedAt
            self.id = id
        }
    }

    /// Where the next page begins.
    package var cursor: Cursor { Cursor(deletedAt: self.deletedAt, id: self.file.id) }
}

/// How much is in the trash.
package struct TrashTotals: Hashable, Sendable {
    /// Files.
    package var files: Int
    /// Their bytes together, which the disk still holds.
    package var size: ByteCount

    package init(files: Int, size: ByteCount) {
        self.files = files
        self.size = size
    }
}
