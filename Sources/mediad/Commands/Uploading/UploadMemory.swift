import Foundation
import Glibc
import MediaCore

/// What this user's uploads are remembered in, so that a command that was ended can be run again and goes on: a folder with one
/// small file for each unfinished upload. Everything here blocks.
struct UploadMemory: Sendable {
    /// The daemon forgets unfinished uploads long before.
    static let lifetime: Duration = .seconds(30 * 86400)

    let folder: String

    /// Below `$XDG_STATE_HOME`, else `~/.local/state` (XDG Base Directory Specification).
    /// - Throws: `storage_unavailable` when there is no home folder, or the folder cannot be made.
    init(environment: [String: String]) throws(MediaError) {
        let place = "mediad/uploads"
        // A relative one is to be ignored, says the specification.
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            self.folder = "\(state)/\(place)"
        } else if let home = environment["HOME"], home.hasPrefix("/"), access(home, W_OK) == 0 {
            self.folder = "\(home)/.local/state/\(place)"
        } else {
            throw MediaError(.storageUnavailable, "there is no home folder; XDG_STATE_HOME can name a folder instead.")
        }
        do {
            try FileManager.default.createDirectory(
                atPath: self.folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw MediaError(
                .storageUnavailable,
                "\(self.folder) cannot be made: \(error.localizedDescription)",
                cause: error
            )
        }
    }

    /// Takes the memory of one upload for this process, for as long as the result lives.
    /// - Throws: `busy` while another process has it; `storage_unavailable` when it cannot be kept.
    func take(_ key: UploadKey) throws(MediaError) -> RememberedUpload {
        let path = self.path(key)
        // Each round means that another process ended between two of our calls.
        for _ in 0..<100 {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else {
                throw MediaError(.storageUnavailable, "\(path) cannot be made: \(String(cString: strerror(errno))).")
            }
            let upload = RememberedUpload(descriptor: descriptor, path: path, folder: self.folder)
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { break }
            var status = stat()
            // Whoever had it before us may have removed it before we had the lock.
            guard fstat(descriptor, &status) == 0, status.st_nlink > 0 else { continue }
            // In use again: not to be swept.
            futimens(descriptor, nil)
            return upload
        }
        throw MediaError(.busy, "is being sent by another command already.")
    }

    /// Removes what is remembered of an upload that nobody holds.
    func forget(_ key: UploadKey) { unlink(self.path(key)) }

    /// Removes what has not been used for ``lifetime``, and nothing that is in use.
    func sweep(now: Date = Date()) {
        let oldest = now.timeIntervalSince1970 - Self.lifetime / .seconds(1)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: self.folder)) ?? []
        where name.hasSuffix(".json") {
            let path = "\(self.folder)/\(name)"
            let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var status = stat()
            guard fstat(descriptor, &status) == 0, Double(status.st_mtim.tv_sec) < oldest,
                flock(descriptor, LOCK_EX | LOCK_NB) == 0,
                // Looked at again under the lock: it may have been taken and used meanwhile.
                fstat(descriptor, &status) == 0, Double(status.st_mtim.tv_sec) < oldest
            else { continue }
            unlink(path)
        }
    }

    private func path(_ key: UploadKey) -> String { "\(self.folder)/\(key.text).json" }
}
