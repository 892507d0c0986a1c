import CLinux
import Glibc
package import MediaCore
import SystemPackage

/// The public tree, in `files/` of the storage root.
package struct DiskFileTree: FileTree {
    let files: Descriptor
    /// `staging/`, with the folders of all processes, from which files are published.
    let staging: Descriptor
    let io: BlockingIO

    package func open(_ path: MediaPath) async throws(MediaError) -> Content {
        try await self.io.run { () throws(MediaError) in
            // O_NONBLOCK: a named pipe planted in the tree must not hang the thread.
            let descriptor = try self.files.open(beneath: path.text, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY)
            let status = try descriptor.status()
            guard status.isRegularFile else {
                throw MediaError(.notFound, "What lies at this place in the tree is not a regular file.")
            }
            return Content(OpenFile(owning: descriptor, status))
        }
    }

    package func publish(
        _ staged: String,
        owner: String,
        to path: MediaPath,
        replacing: Bool
    ) async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in
            let source = try self.staging.open(beneath: owner, flags: O_RDONLY | O_DIRECTORY)
            try self.moveIn(staged, of: source, to: path, replacing: replacing)
        }
    }

    /// Moves a file from another folder of the root to its place, making the folders that are missing.
    func moveIn(_ name: String, of source: Descriptor, to path: MediaPath, replacing: Bool) throws(MediaError) {
        // A folder just made may be removed as empty by a concurrent delete; making it again is enough.
        for _ in 0..<Self.folderAttempts {
            guard let folder = try self.makeFolder(path.segments.dropLast()) else { continue }
            let code = Publishing.move(name, of: source, to: path.fileName, in: folder, replacing: replacing)
            if code == 0 { return }
            guard code == ENOENT else { throw SystemCall.error("rename", code) }
        }
        throw SystemCall.error("rename", ENOENT)
    }

    package func synchronizeFolder(of path: MediaPath) async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in try self.synchronizeFolders(above: path) }
    }

    package func remove(_ path: MediaPath) async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in
            let folder: Descriptor
            do throws(MediaError) {
                folder = try self.files.open(beneath: path.folder, flags: O_RDONLY | O_DIRECTORY)
            } catch  where error.code == .notFound {
                return
            }
            if unlinkat(folder.raw, path.fileName, 0) < 0, errno != ENOENT {
                throw SystemCall.error("unlink", errno)
            }
            try folder.synchronize()
            try self.removeEmptyFolders(above: path)
        }
    }

    package func bytes(_ range: Range<Int64>, of content: Content) async throws(MediaError) -> [UInt8] {
        try await self.io.bytes(range, of: content)
    }

    package func digest(of content: Content) async throws(MediaError) -> Digest {
        try await self.io.digest(of: content)
    }

    /// Each lost race takes another task's delete between two system calls here; so many in a row do not happen by chance.
    private static let folderAttempts = 64

    /// Opens a folder of the tree, making what is missing of it; a folder made is durable in its parent.
    /// - Returns: nil when a concurrent delete removed a folder of the way while it was empty.
    private func makeFolder(_ segments: [String].SubSequence) throws(MediaError) -> Descriptor? {
        var folder = self.files
        for segment in segments {
            if mkdirat(folder.raw, segment, 0o755) == 0 {
                // Whatever the umask: the tree is for other programs too.
                fchmodat(folder.raw, segment, 0o755, 0)
                try folder.synchronize()
            } else if errno == ENOENT {
                return nil
            } else if errno != EEXIST {
                throw SystemCall.error("mkdir", errno)
            }
            do throws(MediaError) {
                folder = try folder.open(beneath: segment, flags: O_RDONLY | O_DIRECTORY)
            } catch  where error.code == .notFound {
                if (error.cause as? FailedCall)?.error == .noSuchFileOrDirectory { return nil }
                // A file or a link where a folder should be.
                throw SystemCall.error("open", EEXIST)
            }
        }
        return folder
    }

    func synchronizeFolders(above path: MediaPath) throws(MediaError) {
        var folder = self.files
        try folder.synchronize()
        for segment in path.segments.dropLast() {
            folder = try folder.open(beneath: segment, flags: O_RDONLY | O_DIRECTORY)
            try folder.synchronize()
        }
    }

    func removeEmptyFolders(above path: MediaPath) throws(MediaError) {
        var segments = Array(path.segments.dropLast())
        while segments.count > 1 {
            let name = segments.removeLast()
            guard
                let parent = try? self.files.open(
                    beneath: segments.joined(separator: "/"),
                    flags: O_RDONLY | O_DIRECTORY
                ), unlinkat(parent.raw, name, AT_REMOVEDIR) == 0
            else { return }
            try parent.synchronize()
        }
    }
}
