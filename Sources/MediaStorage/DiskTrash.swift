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

    package func take(_ path: MediaPath, as id: MediaID, identity: FileIdentity) async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in
            let source: Descriptor
            do throws(MediaError) {
                source = try self.tree.files.open(beneath: path.folder, flags: O_RDONLY | O_DIRECTORY)
            } catch  where error.code == .notFound {
                return
            }
            try self.move(path.fileName, of: source, as: id, identity)
            // Only then is the name gone from the tree: after a power cut the file is in one of the two places.
            try self.folder.synchronize()
            try source.synchronize()
            try self.tree.removeEmptyFolders(above: path)
        }
    }

    private func move(
        _ name: String,
        of source: Descriptor,
        as id: MediaID,
        _ identity: FileIdentity
    ) throws(MediaError) {
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
        try self.moveBeside(id, FileIdentity(status), status.st_ino, name, of: source, identity)
    }

    /// Something has the id here already.
    private func moveBeside(
        _ id: MediaID,
        _ found: FileIdentity,
        _ inode: ino_t,
        _ name: String,
        of source: Descriptor,
        _ identity: FileIdentity
    ) throws(MediaError) {
        var kept = stat()
        guard fstatat(self.folder.raw, id.description, &kept, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw SystemCall.error("rename", EEXIST)
        }
        if kept.st_ino == inode {
            // A crash between link(2) and unlink(2), where RENAME_NOREPLACE is not known: both names are of one file.
            try self.folder.synchronize()
            if unlinkat(source.raw, name, 0) < 0, errno != ENOENT { throw SystemCall.error("unlink", errno) }
            return
        }
        // It is here, and somebody put another file at its place since.
        if kept.isRegularFile, FileIdentity(kept) == identity { return }
        guard found == identity else { throw SystemCall.error("rename", EEXIST) }
        let code = Publishing.move(name, of: source, to: id.description, in: self.folder, replacing: true)
        guard [0, ENOENT].contains(code) else { throw SystemCall.error("rename", code) }
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
