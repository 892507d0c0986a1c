import FoundationEssentials
import Glibc
import Primitives

/// Whether a disk has room for another copy of a cluster.
enum ClusterRoom {
    /// What initdb makes, and the log of transactions that a new server begins with (`wal_segment_size` of 16 MiB, several of them).
    private static let extra: Int64 = 128 << 20

    /// Refuses before hours of copying what cannot be copied to its end.
    ///
    /// Reads the size of every file: for threads that may wait for a disk.
    /// - Throws: ``PostgresClusterError`` with code `fileSystem` when there is less room than the files take.
    static func require(forCopyOf source: String, in directory: String) throws {
        var system = statvfs()
        // Where nobody can tell (some of FUSE have no blocks at all), the copy itself finds out.
        guard statvfs(directory, &system) == 0, system.f_blocks > 0 else { return }
        let free = Int64(clamping: UInt64(system.f_bavail) &* UInt64(system.f_frsize))
        let needed = self.size(of: source) + self.extra
        guard free < needed else { return }
        throw PostgresClusterError(
            .fileSystem,
            "the upgrade copies the database and needs \(ByteCount(bytes: needed)) in \(directory), where \(ByteCount(bytes: free)) are free; "
                + "nothing was changed"
        )
    }

    /// The space on disk of all files below a directory.
    private static func size(of directory: String) -> Int64 {
        var sum: Int64 = 0
        let files = FileManager.default
        guard let names = try? files.subpathsOfDirectory(atPath: directory) else { return 0 }
        for name in names {
            var status = stat()
            guard lstat("\(directory)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            sum += Int64(status.st_blocks) * 512
        }
        return sum
    }
}
