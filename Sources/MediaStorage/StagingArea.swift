import CLinux
import Glibc
import MediaCore

/// This process's folder in `staging/`.
///
/// The folder's name is the process's `owner` name in commit intents. The process holds the folder locked (flock(2)) for as
/// long as it lives, and the kernel releases the lock whatever way the process ends: a folder that can be locked belongs to
/// nobody, and what lies in it is left over.
struct StagingArea: Sendable {
    let owner: String
    let folder: Descriptor
    /// What may be written here.
    let space: DiskSpace

    /// - Parameter reserve: what is kept free of the disk; nil: the standard.
    init(in staging: Descriptor, reserve: ByteCount? = ByteCount(bytes: 0), now: Timestamp) throws(MediaError) {
        self.space = DiskSpace(folder: staging, reserve: reserve)
        // A sweeper may take the new folder between mkdir and flock; then another one is made.
        for _ in 0..<8 {
            let owner = MediaID(now: now).description
            try SystemCall.check("mkdir") { mkdirat(staging.raw, owner, 0o700) }
            guard let folder = try? staging.open(beneath: owner, flags: O_RDONLY | O_DIRECTORY),
                flock(folder.raw, LOCK_EX | LOCK_NB) == 0, try folder.status().st_nlink > 0
            else { continue }
            self.owner = owner
            self.folder = folder
            return
        }
        throw MediaError(.storageUnavailable, "No staging folder could be made: another process keeps removing it.")
    }

    /// Folders in `staging/` whose process is gone.
    static func deadOwners(in staging: Descriptor) throws(MediaError) -> [DeadOwner] {
        var dead: [DeadOwner] = []
        for name in try DirectoryListing.names(in: staging) where MediaID(name) != nil {
            guard let folder = try Self.lockDead(name, in: staging) else { continue }
            dead.append(DeadOwner(name: name, stagedFiles: try DirectoryListing.names(in: folder).count))
        }
        return dead
    }

    /// Removes this process's own folder at the end of its work.
    func close(in staging: Descriptor) throws(MediaError) {
        for name in try DirectoryListing.names(in: self.folder) { unlinkat(self.folder.raw, name, 0) }
        unlinkat(staging.raw, self.owner, AT_REMOVEDIR)
    }

    /// Removes a dead owner's folder. Does nothing when the owner lives or the folder is gone.
    static func sweep(_ owner: String, in staging: Descriptor) throws(MediaError) -> Int {
        guard MediaID(owner) != nil, let folder = try Self.lockDead(owner, in: staging) else { return 0 }
        let names = try DirectoryListing.names(in: folder)
        for name in names where unlinkat(folder.raw, name, 0) < 0 && errno != ENOENT {
            throw SystemCall.error("unlink", errno)
        }
        if unlinkat(staging.raw, owner, AT_REMOVEDIR) < 0, errno != ENOENT {
            throw SystemCall.error("rmdir", errno)
        }
        return names.count
    }

    /// The folder, locked, if its process is gone.
    private static func lockDead(_ owner: String, in staging: Descriptor) throws(MediaError) -> Descriptor? {
        let folder: Descriptor
        do throws(MediaError) {
            folder = try staging.open(beneath: owner, flags: O_RDONLY | O_DIRECTORY)
        } catch  where error.code == .notFound {
            return nil
        }
        return flock(folder.raw, LOCK_EX | LOCK_NB) == 0 ? folder : nil
    }
}
