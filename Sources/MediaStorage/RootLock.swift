import CLinux
import Glibc
package import MediaCore

/// The claim of a daemon on a storage root: `daemon.lock`, locked (flock(2)) for as long as the process lives.
///
/// Daemons that share a database may share a root: everything they do to the tree, to uploads and to records is safe between
/// processes. One with the embedded database is alone, because the database is its child.
package final class RootLock: Sendable {
    private let descriptor: Descriptor

    /// - Parameters:
    ///   - root: the storage root; made if missing.
    ///   - isShared: whether other daemons that say the same may serve the root too.
    /// - Throws: ``MediaError`` `storage_unavailable` when another daemon holds the root, naming its process id.
    package init(root: String, isShared: Bool) throws(MediaError) {
        _ = try StorageLayout(root: root)
        let path = root + "/daemon.lock"
        self.descriptor = try Descriptor(
            checking: clinux_openat(AT_FDCWD, path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o644),
            "open"
        )
        guard flock(self.descriptor.raw, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
            throw MediaError(
                .storageUnavailable,
                """
                Another mediad (process \(Self.holder(self.descriptor))) serves the storage root \(root). \
                Daemons share a root only when all of them use a configured database (database.url). Stop that one, or give \
                this one another --storage-root.
                """
            )
        }
        let text = "\(getpid())\n"
        ftruncate(self.descriptor.raw, 0)
        text.withCString { _ = pwrite(self.descriptor.raw, $0, text.utf8.count, 0) }
    }

    private static func holder(_ descriptor: Descriptor) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = (try? SystemCall.read(descriptor.raw, into: &bytes, at: 0)) ?? 0
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        return text.filter(\.isNumber).isEmpty ? "unknown" : text.filter(\.isNumber)
    }
}
