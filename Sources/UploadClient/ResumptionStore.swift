import Foundation
import Glibc
import SystemPackage

/// Where unfinished uploads are remembered, so that a program that was ended can be run again and goes on.
package enum StateFolder: Sendable {
    /// A folder; made when it is missing, for this user only.
    case path(String)
    /// Nowhere, for this reason, which completes a sentence.
    case none(reason: String)

    /// The folder `name` below `$XDG_STATE_HOME`, else `~/.local/state` (XDG Base Directory Specification).
    package static func ofUser(_ environment: [String: String], name: String) -> StateFolder {
        // A relative one is to be ignored, says the specification.
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return .path("\(state)/\(name)") }
        if let home = environment["HOME"], home.hasPrefix("/"), access(home, W_OK) == 0 {
            return .path("\(home)/.local/state/\(name)")
        }
        return .none(reason: "there is no home folder; XDG_STATE_HOME can name a folder instead.")
    }
}

/// A folder with one small file for each unfinished upload. Everything here blocks.
struct ResumptionStore: Sendable {
    /// The daemon forgets unfinished uploads long before.
    static let lifetime: Duration = .seconds(30 * 86400)

    let folder: String

    /// - Throws: `notResumable` when there is no folder, or it cannot be made.
    init(folder: StateFolder) throws(UploadClientError) {
        switch folder {
        case .none(let reason): throw UploadClientError(.notResumable, reason)
        case .path(let path): self.folder = path
        }
        do {
            try FileManager.default.createDirectory(
                atPath: self.folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw UploadClientError(.notResumable, "\(self.folder) cannot be made: \(error.localizedDescription)")
        }
    }

    /// Takes the entry of one upload for this process, for as long as the result lives.
    /// - Throws: `busy` while another process has it; `notResumable` when it cannot be kept.
    func take(_ key: UploadKey) throws(UploadClientError) -> ResumptionEntry {
        let path = self.path(key)
        // Each round means that another process ended between two of our calls.
        for _ in 0..<100 {
            let descriptor: FileDescriptor
            do {
                descriptor = try FileDescriptor.open(
                    path,
                    .readWrite,
                    options: [.create, .closeOnExec, .noFollow],
                    permissions: [.ownerReadWrite]
                )
            } catch {
                throw UploadClientError(.notResumable, "\(path) cannot be made: \(error).")
            }
            let entry = ResumptionEntry(descriptor: descriptor, path: path, folder: FilePath(self.folder))
            guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else { break }
            // Whoever had it before us may have removed it before we had the lock.
            guard let status = try? descriptor.stat(), status.linkCount > 0 else { continue }
            // In use again: not to be swept.
            futimens(descriptor.rawValue, nil)
            return entry
        }
        throw UploadClientError(.busy, "is being sent by another command already.")
    }

    /// Removes what is remembered of an upload that nobody holds.
    func forget(_ key: UploadKey) { unlink(self.path(key).string) }

    /// Removes what has not been used for ``lifetime``, and nothing that is in use.
    func sweep(now: Date = Date()) {
        let oldest = now.timeIntervalSince1970 - Self.lifetime / .seconds(1)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: self.folder)) ?? []
        where name.hasSuffix(".json") {
            let path = FilePath("\(self.folder)/\(name)")
            let options: FileDescriptor.OpenOptions = [.closeOnExec, .noFollow, .nonBlocking]
            guard let descriptor = try? FileDescriptor.open(path, .readOnly, options: options) else { continue }
            defer { try? descriptor.close() }
            func isOld() -> Bool { (try? descriptor.stat()).map { Double($0.st_mtim.tv_sec) < oldest } ?? false }
            // Looked at again under the lock: it may have been taken and used meanwhile.
            guard isOld(), flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0, isOld() else { continue }
            unlink(path.string)
        }
    }

    private func path(_ key: UploadKey) -> FilePath { FilePath("\(self.folder)/\(key.text).json") }
}
