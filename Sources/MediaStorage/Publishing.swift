import CLinux
import Glibc

/// Giving a finished file its place, in one step that either happens or does not.
enum Publishing {
    /// Moves a file from one folder to another of the same file system.
    ///
    /// Where a file system does not know RENAME_NOREPLACE (FUSE, NFS, ZFS before 2.2: EINVAL), the file gets its new name by
    /// link(2), which replaces nothing either, and then loses the old one. A crash between the two leaves both.
    /// - Parameter replacing: whether a file of that name may be replaced.
    /// - Returns: 0, or an `errno`; EEXIST when a file that may not be replaced is there.
    static func move(
        _ name: String,
        of source: Descriptor,
        to target: String,
        in folder: Descriptor,
        replacing: Bool
    ) -> Int32 {
        if clinux_rename(source.raw, name, folder.raw, target, replacing ? 0 : 1) == 0 { return 0 }
        let code = errno
        guard !replacing, [EINVAL, ENOSYS, EOPNOTSUPP].contains(code) else { return code }
        return Self.link(name, of: source, to: target, in: folder)
    }

    /// As ``move(_:of:to:in:replacing:)`` where RENAME_NOREPLACE is not known.
    static func link(_ name: String, of source: Descriptor, to target: String, in folder: Descriptor) -> Int32 {
        guard linkat(source.raw, name, folder.raw, target, 0) == 0 else { return errno }
        // The new name is on disk before the old one goes: unlike a rename, the two could reach it in any order.
        guard fsync(folder.raw) == 0 else { return errno }
        // The file is published. A name that stays behind is swept at the next start.
        unlinkat(source.raw, name, 0)
        return 0
    }
}
