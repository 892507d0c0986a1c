import CLinux
import Glibc
package import MediaCore

/// Which renditions are used, and which may go.
///
/// The time of the last access tells. It is set here and not left to the kernel, which many systems forbid (`noatime`), at most once an
/// hour for a file: a read must not cost a write.
extension DiskRenditionStore {
    package func renditions(beginning digits: String) async throws(MediaError) -> [StoredRendition] {
        try await self.io.run { () throws(MediaError) in
            var found: [StoredRendition] = []
            guard let first = try self.folder(digits) else { return found }
            for prefix in try DirectoryListing.names(in: first) where prefix.utf8.count == 32 {
                guard let folder = try self.folder("\(digits)/\(prefix)") else { continue }
                for name in try DirectoryListing.names(in: folder) {
                    var status = stat()
                    guard fstatat(folder.raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.isRegularFile else {
                        continue
                    }
                    found.append(
                        StoredRendition(
                            path: "\(digits)/\(prefix)/\(name)",
                            // What it takes: a tiny file takes a whole block.
                            size: ByteCount(bytes: max(Int64(status.st_blocks) * 512, Int64(status.st_size))),
                            usedAt: status.usedAt
                        )
                    )
                }
            }
            return found
        }
    }

    package func removeRendition(path: String) async throws(MediaError) {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count == 3, parts[0].utf8.count == 2, parts[1].utf8.count == 32 else { return }
        try await self.io.run { () throws(MediaError) in
            guard let folder = try self.folder("\(parts[0])/\(parts[1])") else { return }
            unlinkat(folder.raw, parts[2], 0)
            // Fails where others are left, which is as well.
            unlinkat(self.root.raw, "\(parts[0])/\(parts[1])", AT_REMOVEDIR)
        }
    }

    package func noteUse(of renditions: [OpenFile]) async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in
            let now = Timestamp.now()
            for file in renditions {
                var status = stat()
                if fstat(file.descriptor, &status) == 0 { status.noteUse(of: file.descriptor, at: now) }
            }
        }
    }

    /// - Returns: nil when it is not there.
    private func folder(_ path: String) throws(MediaError) -> Descriptor? {
        do throws(MediaError) {
            return try self.root.open(beneath: path, flags: O_RDONLY | O_DIRECTORY)
        } catch  where error.code == .notFound {
            return nil
        }
    }
}

extension stat {
    /// A file that was made since its last access was used when it was made.
    fileprivate var usedAt: Timestamp {
        max(
            Timestamp(seconds: Int64(self.st_atim.tv_sec), nanoseconds: Int64(self.st_atim.tv_nsec)),
            Timestamp(seconds: Int64(self.st_mtim.tv_sec), nanoseconds: Int64(self.st_mtim.tv_nsec))
        )
    }

    /// Sets the time of the last access (futimens(2)) when it is an hour old. One that cannot be set only goes earlier.
    func noteUse(of descriptor: Int32, at now: Timestamp) {
        guard now.seconds - self.usedAt.seconds >= 3600 else { return }
        let times = [
            timespec(tv_sec: time_t(now.seconds), tv_nsec: 0), timespec(tv_sec: 0, tv_nsec: clinux_utime_omit()),
        ]
        _ = futimens(descriptor, times)
    }
}
