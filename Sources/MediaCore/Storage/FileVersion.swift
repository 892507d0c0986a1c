/// One version of a file's bytes: how many, which, and how the stored file is recognised as holding them.
package struct FileVersion: Sendable, Codable {
    /// Length of the file.
    package var size: ByteCount
    /// SHA-256 of all bytes.
    package var digest: Digest
    /// When the file was written. In a file system this is the modification time that the commit gives the file; together with
    /// the size it tells, without reading the bytes, that an open descriptor belongs to this version (invariant 3).
    package var modifiedAt: Timestamp
    /// What the store calls this version, where it names versions itself; nil in a file system.
    ///
    /// The catalog does not keep it yet: the version of a record that was read from it has none, so it is another version than
    /// the one that such a store gave.
    package var token: VersionToken?

    /// - Parameter token: nil where size and modification time identify the version.
    package init(size: ByteCount, digest: Digest, modifiedAt: Timestamp, token: VersionToken? = nil) {
        self.size = size
        self.digest = digest
        self.modifiedAt = modifiedAt
        self.token = token
    }

    /// What the store says of a file of this version without reading its bytes.
    package var identity: FileIdentity {
        FileIdentity(size: self.size, modifiedAt: self.modifiedAt, token: self.token)
    }
}

extension FileVersion: Hashable {
    /// Versions are the same when their bytes are and the store cannot tell them apart; see ``FileIdentity``.
    package static func == (left: FileVersion, right: FileVersion) -> Bool {
        left.digest == right.digest && left.identity == right.identity
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.digest)
        hasher.combine(self.identity)
    }
}
