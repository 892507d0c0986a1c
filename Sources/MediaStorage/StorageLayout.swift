import CLinux
import Glibc
package import MediaCore
import SystemPackage

/// The folders of a storage root, open.
///
///     files/        the public tree
///     staging/      uploads in progress: one folder per running process, and uploads/ for the resumable ones
///     renditions/   thumbnails, keyed by the original's digest
///     trash/        deleted files, named by their ids
///     identity      the name that the root shares with its database
///
/// Everything else in this module starts from these descriptors, so a root that is moved while the daemon runs stays whole.
package struct StorageLayout: Sendable {
    let files: Descriptor
    let staging: Descriptor
    let renditions: Descriptor
    let trash: Descriptor
    /// What holds the four.
    let root: Descriptor

    /// Opens the folders, making those that are missing.
    ///
    /// - Parameter root: path of the storage root.
    /// - Throws: ``MediaError`` `storage_unavailable` where the root cannot be used, saying why: not writable, or the folders
    ///   lie on different file systems (rename(2) would not be atomic).
    package init(root: String) throws(MediaError) {
        self.files = try Self.folder("files", in: root, mode: 0o755)
        self.staging = try Self.folder("staging", in: root, mode: 0o700)
        self.renditions = try Self.folder("renditions", in: root, mode: 0o755)
        self.trash = try Self.folder("trash", in: root, mode: 0o700)
        self.root = try Descriptor(checking: clinux_openat(AT_FDCWD, root, O_RDONLY | O_DIRECTORY, 0), "open")
        let devices = Set([
            try self.files.status().st_dev, try self.staging.status().st_dev, try self.renditions.status().st_dev,
            try self.trash.status().st_dev,
        ])
        guard devices.count == 1 else {
            throw MediaError(
                .storageUnavailable,
                """
                files/, staging/, renditions/ and trash/ in \(root) lie on different file systems. They must share one, because \
                an upload becomes visible by a rename.
                """
            )
        }
    }

    private static func folder(_ name: String, in root: String, mode: mode_t) throws(MediaError) -> Descriptor {
        let path = root + "/" + name
        for ancestor in Self.ancestors(of: path) where mkdir(ancestor, 0o755) < 0 && errno != EEXIST {
            throw Self.unusable(ancestor, Errno(rawValue: errno))
        }
        if mkdir(path, mode) < 0, errno != EEXIST { throw Self.unusable(path, Errno(rawValue: errno)) }
        let raw = clinux_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0)
        guard raw >= 0 else { throw Self.unusable(path, Errno(rawValue: errno)) }
        guard access(path, W_OK | X_OK) == 0 else { throw Self.unusable(path, Errno(rawValue: errno)) }
        return try Descriptor(checking: raw, "open")
    }

    /// `/a/b/c` gives `/a`, `/a/b`.
    private static func ancestors(of path: String) -> [String] {
        let parts = path.split(separator: "/").dropLast()
        return parts.indices.map { index in
            (path.hasPrefix("/") ? "/" : "") + parts[...index].joined(separator: "/")
        }
    }

    private static func unusable(_ path: String, _ code: Errno) -> MediaError {
        MediaError(
            .storageUnavailable,
            """
            The storage folder \(path) cannot be used: \(code). It must be a folder that the \
            daemon's user can read and write.
            """,
            cause: FailedCall(operation: "open", error: code)
        )
    }
}
