import CLinux
import Glibc
package import MediaCore
import SystemPackage

/// The bytes of deleted files, in `trash/` of the storage root, each named by its id.
///
/// They are moved by rename(2) and keep their modification time: what comes back is the version that the record describes.
package struct DiskTrash: TrashStore {
    let tree: DiskFileTree
    /// `trash/`.
    let folder: Descriptor
    let io: BlockingIO

    package func take(_ path: MediaPath, as id: MediaID) async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in
            let source: Descriptor
            do throws(MediaError) {
                source = try self.tree.files.open(beneath: path.folder, flags: O_RDONLY | O_DIRECTORY)
            } catch  where error.code == .notFound {
                return
            }
            try self.move(path.fileName, of: source, as: id)
            // Only then is the name gone from the tree: after a power cut the file is in one of the two places.
            try self.folder.synchronize()
            try source.synchronize()
            try self.tree.removeEmptyFolders(above: path)
        }
    }

    private func move(_ name: String, of source: Descriptor, as id: MediaID) throws(MediaError) {
        var status = stat()
        guard fstatat(source.raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno == ENOENT else { throw SystemCall.error("stat", errno) }
            return
        }
        guard !status.isDirectory else { throw SystemCall.error("rename", EISDIR) }
        guard status.isRegularFile else {
            // A link that somebody put there instead is nothing to be kept.
            if unlinkat(source.raw, name, 0) < 0, errno != ENOENT { throw SystemCall.error("unlink", errno) }
            return
        }
        let code = Publishing.move(name, of: source, to: id.description, in: self.folder, replacing: false)
        guard code == EEXIST else {
            guard [0, ENOENT].contains(code) else { throw SystemCall.error("rename", code) }
            return
        }
        // A crash between link(2) and unlink(2), where RENAME_NOREPLACE is not known: both names are of one file.
        var kept = stat()
        guard fstatat(self.folder.raw, id.description, &kept, AT_SYMLINK_NOFOLLOW) == 0, kept.st_ino == status.st_ino
        else {
            throw SystemCall.error("rename", EEXIST)
        }
        if unlinkat(source.raw, name, 0) < 0, errno != ENOENT { throw SystemCall.error("unlink", errno) }
    }

    package func putBack(_ id: MediaID, to path: MediaPath) async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in
            try self.tree.moveIn(id.description, of: self.folder, to: path, replacing: false)
            try self.tree.synchronizeFolders(above: path)
            try self.folder.synchronize()
        }
    }

    package func remove(_ id: MediaID) async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in
            if unlinkat(self.folder.raw, id.description, 0) < 0, errno != ENOENT {
                throw SystemCall.error("unlink", errno)
            }
            try self.folder.synchronize()
        }
    }

    package func holds(_ id: MediaID) async throws(MediaError) -> Bool {
        try await self.io.run { () throws(MediaError) in
            var status = stat()
            if fstatat(self.folder.raw, id.description, &status, AT_SYMLINK_NOFOLLOW) == 0 { return true }
            guard errno == ENOENT else { throw SystemCall.error("stat", errno) }
            return false
        }
    }

    package func ids() async throws(MediaError) -> [MediaID] {
        try await self.io.run { () throws(MediaError) in
            try DirectoryListing.names(in: self.folder).compactMap { MediaID($0) }
        }
    }
}
