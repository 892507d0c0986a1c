import CLinux
import Glibc
package import MediaCore

/// The bytes of resumable uploads: `staging/uploads/<id>/`, in each the `data` and their `checkpoint`.
///
/// Appending needs no database: what counts is what the checkpoint says (see ``CheckpointFile``). The folder is locked
/// (flock(2)) by whoever holds the upload; the kernel releases the lock whatever way the process ends.
package struct DiskUploadStore: UploadStore {
    let folders: Descriptor
    let area: StagingArea
    let io: BlockingIO
    let boot: BootIdentity
    /// A long request is made durable each time that many bytes have come.
    let checkpointSize: ByteCount
    let durable = DurableCheckpoints()

    static let folderName = "uploads"
    static let dataName = "data"

    package func create(_ id: UploadID) async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in
            // The reaper may remove the new folder between mkdir and flock; then it is made again.
            for attempt in 0..<8 {
                if mkdirat(self.folders.raw, id.text, 0o700) < 0 {
                    guard errno == EEXIST else { throw SystemCall.error("mkdir", errno) }
                    guard attempt > 0 else { throw MediaError(.internalError, "Two uploads were given one name.") }
                }
                guard let folder = try? self.lock(id) else { continue }
                defer { Self.unlock(folder) }
                do throws(MediaError) {
                    try self.fill(folder)
                } catch {
                    _ = try? self.remove(id, folder: folder)
                    throw error
                }
                return
            }
            throw MediaError(.storageUnavailable, "The upload's folder could not be made: something keeps removing it.")
        }
    }

    private func fill(_ folder: Descriptor) throws(MediaError) {
        let data = try folder.open(beneath: Self.dataName, flags: O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        // What the file keeps in the tree, whatever the umask: web servers and backup tools run as other users.
        try SystemCall.check("fchmod") { fchmod(data.raw, 0o644) }
        // All is made before the first is synchronised: a journal then takes it at once.
        let checkpoints = try CheckpointFile.create(in: folder, boot: self.boot)
        for made in [checkpoints, data, folder, self.folders] { try made.synchronize() }
    }

    package func progress(of id: UploadID) async throws(MediaError) -> UploadProgress? {
        try await self.io.run { () throws(MediaError) in
            do throws(MediaError) {
                let folder = try self.folders.open(beneath: id.text, flags: O_RDONLY | O_DIRECTORY)
                guard let checkpoint = try CheckpointFile.peek(in: folder),
                    faccessat(folder.raw, Self.dataName, F_OK, AT_SYMLINK_NOFOLLOW) == 0
                else { return nil }
                return UploadProgress(
                    offset: checkpoint.position.offset,
                    lastActivity: try Self.lastActivity(in: folder)
                )
            } catch  where error.code == .notFound {
                return nil
            }
        }
    }

    package func uploads() async throws(MediaError) -> [UploadID: Timestamp] {
        let names = try await self.io.run { () throws(MediaError) in try DirectoryListing.names(in: self.folders) }
        var found: [UploadID: Timestamp] = [:]
        // Some at a time, so that a long list does not keep a thread from the requests.
        for start in stride(from: 0, to: names.count, by: 256) {
            let some = names[start..<min(start + 256, names.count)].compactMap { UploadID($0) }
            let times = try await self.io.run { () throws(MediaError) in some.map(self.lastActivity(of:)) }
            for (id, time) in zip(some, times) { found[id] = time }
        }
        return found
    }

    package func remove(_ id: UploadID) async throws(MediaError) -> ByteCount? {
        try await self.io.run { () throws(MediaError) in
            do throws(MediaError) {
                guard let folder = try self.lock(id) else { return nil }
                defer { Self.unlock(folder) }
                return try self.remove(id, folder: folder)
            } catch  where error.code == .notFound {
                return ByteCount(bytes: 0)
            }
        }
    }

    /// The upload's folder, locked; nil when another task or process holds it.
    func lock(_ id: UploadID) throws(MediaError) -> Descriptor? {
        do throws(MediaError) {
            let folder = try self.folders.open(beneath: id.text, flags: O_RDONLY | O_DIRECTORY)
            guard flock(folder.raw, LOCK_EX | LOCK_NB) == 0 else {
                guard errno == EWOULDBLOCK else { throw SystemCall.error("flock", errno) }
                return nil
            }
            // Whoever held it before may have removed it between the two calls.
            guard try folder.status().st_nlink > 0 else { throw Self.unknown() }
            return folder
        } catch  where error.code == .notFound {
            throw Self.unknown(error)
        }
    }

    /// Ends what ``lock(_:)`` began.
    static func unlock(_ folder: Descriptor) {
        // Not left to the closing of the descriptor: a child process that is being started may still have a copy of it.
        flock(folder.raw, LOCK_UN)
    }

    /// Removes an upload's folder, which the caller has locked.
    /// - Returns: the bytes freed; none where the bytes have become a file of the tree.
    func remove(_ id: UploadID, folder: Descriptor) throws(MediaError) -> ByteCount {
        var freed: Int64 = 0
        for name in try DirectoryListing.names(in: folder) {
            var status = stat()
            let isKnown = fstatat(folder.raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0
            if unlinkat(folder.raw, name, 0) < 0 {
                guard errno == ENOENT else { throw SystemCall.error("unlink", errno) }
            } else if isKnown, name == Self.dataName, status.st_nlink == 1 {
                freed += Int64(status.st_size)
            }
        }
        if unlinkat(self.folders.raw, id.text, AT_REMOVEDIR) < 0, errno != ENOENT {
            throw SystemCall.error("rmdir", errno)
        }
        return ByteCount(bytes: freed)
    }

    private func lastActivity(of id: UploadID) -> Timestamp? {
        guard let folder = try? self.folders.open(beneath: id.text, flags: O_RDONLY | O_DIRECTORY) else { return nil }
        return try? Self.lastActivity(in: folder)
    }

    /// When the last byte came; of a folder without bytes, when it was made.
    static func lastActivity(in folder: Descriptor) throws(MediaError) -> Timestamp {
        var latest: Timestamp?
        for name in [Self.dataName, CheckpointFile.name] {
            var status = stat()
            guard fstatat(folder.raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            latest = max(latest ?? Timestamp(microseconds: .min), FileIdentity(status).modifiedAt)
        }
        if let latest { return latest }
        return FileIdentity(try folder.status()).modifiedAt
    }

    /// What a missing file of an upload means to its client.
    static func unknown(_ cause: (any Error)? = nil) -> MediaError {
        MediaError(.notFound, "There is no such upload, or its bytes are gone. Begin a new one.", cause: cause)
    }
}

extension DiskStorage {
    /// The resumable uploads of this storage root. Their files become files of the tree by way of this process's staging folder.
    /// - Parameter checkpointSize: how much of one request a power cut may take at most, unless its checksum is to be verified
    ///   first; then it is the whole request.
    package func uploadStore(checkpointSize: ByteCount) throws(MediaError) -> DiskUploadStore {
        let staging = self.layout.staging
        if mkdirat(staging.raw, DiskUploadStore.folderName, 0o700) < 0, errno != EEXIST {
            throw SystemCall.error("mkdir", errno)
        }
        try staging.synchronize()
        return DiskUploadStore(
            folders: try staging.open(beneath: DiskUploadStore.folderName, flags: O_RDONLY | O_DIRECTORY),
            area: self.area,
            io: self.io,
            boot: try BootIdentity.current(),
            checkpointSize: checkpointSize
        )
    }
}
