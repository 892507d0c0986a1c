import CLinux
import Glibc
package import MediaCore
import SystemPackage

/// What every upload will need, tried by really doing it. Device numbers tell too little: two mounts of one disk have the same, and
/// the kernel moves nothing from one to the other (rename(2), EXDEV).
extension DiskStorage {
    /// Begins with a dot, so it is no name of a file of the tree. One that a crash left is used again.
    private static let trialName = ".mediad-rename-trial"

    /// Moves an empty file from the staging folder into each collection, into `renditions/` and into `trash/`, and removes it there.
    ///
    /// A collection that is not there yet will be made in `files/`, which is tried in its stead.
    /// - Throws: `storage_unavailable`, saying which folder it is, what is wrong with it, and what to do.
    package func tryRenames(collections: [String]) async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in
            try self.tryRename(into: self.layout.renditions, "renditions")
            try self.tryRename(into: self.layout.trash, "trash")
            try self.tryRename(into: self.layout.files, "files")
            for name in collections {
                if let folder = try self.collection(name) { try self.tryRename(into: folder, "files/\(name)") }
            }
            try self.tryExclusive()
        }
    }

    /// - Returns: nil when it is not there yet.
    private func collection(_ name: String) throws(MediaError) -> Descriptor? {
        var status = stat()
        guard fstatat(self.layout.files.raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno != ENOENT else { return nil }
            throw Self.refusal("files/\(name)", "cannot be read: \(Errno(rawValue: errno)).", errno)
        }
        guard status.st_mode & S_IFMT != S_IFLNK else {
            throw Self.refusal(
                "files/\(name)",
                """
                is a symbolic link, and the tree follows none: no link may lead out of it. To keep the collection elsewhere, keep the \
                whole storage root there (storage.root), as uploads are moved from its staging folder.
                """,
                ELOOP
            )
        }
        guard status.isDirectory else { throw Self.refusal("files/\(name)", "is not a folder.", ENOTDIR) }
        do throws(MediaError) {
            return try self.layout.files.open(beneath: name, flags: O_RDONLY | O_DIRECTORY)
        } catch {
            let code = (error.cause as? FailedCall)?.error ?? .ioError
            throw Self.refusal("files/\(name)", "cannot be opened: \(code).", code.rawValue)
        }
    }

    private func tryRename(into folder: Descriptor, _ path: String) throws(MediaError) {
        try self.makeTrialFile()
        let code = Publishing.move(
            Self.trialName,
            of: self.area.folder,
            to: Self.trialName,
            in: folder,
            replacing: true
        )
        guard code == 0 else {
            unlinkat(self.area.folder.raw, Self.trialName, 0)
            throw Self.refusal(path, Self.reason(code), code)
        }
        // Another daemon that starts on this root may have removed it.
        unlinkat(folder.raw, Self.trialName, 0)
    }

    /// A name that is taken must stay so: by RENAME_NOREPLACE, or by a link.
    private func tryExclusive() throws(MediaError) {
        try self.makeTrialFile()
        defer {
            unlinkat(self.area.folder.raw, Self.trialName, 0)
            unlinkat(self.area.folder.raw, Self.trialName + "-2", 0)
        }
        let code = Publishing.move(
            Self.trialName,
            of: self.area.folder,
            to: Self.trialName + "-2",
            in: self.area.folder,
            replacing: false
        )
        guard code == 0 else {
            throw Self.refusal(
                "staging",
                """
                is on a file system that can neither rename without replacing (RENAME_NOREPLACE) nor link \
                (\(Errno(rawValue: code))): two uploads of one name could not be told apart there.
                """,
                code
            )
        }
    }

    private func makeTrialFile() throws(MediaError) {
        _ = try self.area.folder.open(beneath: Self.trialName, flags: O_WRONLY | O_CREAT, mode: 0o600)
    }

    private static func reason(_ code: Int32) -> String {
        guard code == EXDEV else { return "takes no files: \(Errno(rawValue: code))." }
        return """
            is another file system, or another mount of the same disk, than staging/: a file cannot be renamed from one to the \
            other, and that is how an upload becomes visible. Mount the storage root as one.
            """
    }

    private static func refusal(_ path: String, _ reason: String, _ code: Int32) -> MediaError {
        MediaError(
            .storageUnavailable,
            "The folder \(path) of the storage root \(reason)",
            cause: FailedCall(operation: "rename trial", error: Errno(rawValue: code))
        )
    }
}
