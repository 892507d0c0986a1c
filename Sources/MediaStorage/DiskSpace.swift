import Glibc
package import MediaCore

/// How much of the disk may still be filled: what is free, but for a reserve (`storage.reserve`) that is left to the database, the
/// log and whoever has to make room again.
struct DiskSpace: Sendable {
    /// Of the disk that is asked.
    let folder: Descriptor
    /// What is kept free; nil: a hundredth of the disk, at most 1 GiB.
    let reserve: ByteCount?

    private static let largestStandardReserve: Int64 = 1 << 30

    /// Bytes that may still be written, below 0 when the reserve is used already; as many as there can be where the file system does not
    /// tell (statvfs(3): some of FUSE have no blocks at all).
    func free() throws(MediaError) -> Int64 {
        var system = statvfs()
        try SystemCall.check("fstatvfs") { fstatvfs(self.folder.raw, &system) }
        guard system.f_blocks > 0 else { return .max }
        let block = Double(system.f_frsize > 0 ? system.f_frsize : system.f_bsize)
        let size = Double(system.f_blocks) * block
        let kept = self.reserve.map { Double($0.bytes) } ?? min(size / 100, Double(Self.largestStandardReserve))
        // What root alone may use is not ours, even where the daemon is root.
        return Int64(min(Double(system.f_bavail) * block - kept, 1e18))
    }

    /// - Throws: `storage_full` when only the reserve is left.
    func check() throws(MediaError) {
        guard try self.free() > 0 else {
            throw MediaError(.storageFull, "The disk is full but for its reserve. Free some space and try again.")
        }
    }
}

extension DiskStorage {
    /// Bytes that the files of the tree and all open uploads together may still take, those counted that open uploads have received
    /// already: to be compared with what they have reserved.
    package func room() async throws(MediaError) -> ByteCount {
        try await self.io.run { () throws(MediaError) in
            let free = try self.area.space.free()
            guard free < .max / 2 else { return ByteCount(bytes: free) }
            return ByteCount(bytes: free + (try self.stagedUploadBytes()))
        }
    }

    /// What the bytes of resumable uploads take.
    private func stagedUploadBytes() throws(MediaError) -> Int64 {
        let folder: Descriptor
        do throws(MediaError) {
            folder = try self.layout.staging.open(beneath: DiskUploadStore.folderName, flags: O_RDONLY | O_DIRECTORY)
        } catch  where error.code == .notFound {
            return 0
        }
        var sum: Int64 = 0
        for name in try DirectoryListing.names(in: folder) {
            var status = stat()
            let path = "\(name)/\(DiskUploadStore.dataName)"
            if fstatat(folder.raw, path, &status, AT_SYMLINK_NOFOLLOW) == 0 { sum += Int64(status.st_blocks) * 512 }
        }
        return sum
    }
}
