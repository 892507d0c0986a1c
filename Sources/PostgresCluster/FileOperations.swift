import CLinux
import FoundationEssentials
import Glibc
import Primitives
import SystemPackage

/// The few file operations the cluster needs, each with an error that names the path.
///
/// They block for the time of a small disk access; long ones (`removeTree`) belong in ``BlockingWork``.
package enum FileOperations {
    /// Who owns a path and how.
    package struct Status: Sendable, Equatable {
        /// Owner's user id.
        package let userID: UInt32
        /// Permission bits only.
        package let permissions: UInt32
        /// Whether it is a directory (a symbolic link to one is not).
        package let isDirectory: Bool
        /// Whether it is a symbolic link.
        package let isSymbolicLink: Bool
    }

    /// lstat(2), nil when there is nothing.
    package static func status(_ path: String) -> Status? {
        var info = stat()
        guard lstat(path, &info) == 0 else { return nil }
        let kind = info.st_mode & S_IFMT
        return Status(
            userID: info.st_uid,
            permissions: info.st_mode & 0o7777,
            isDirectory: kind == S_IFDIR,
            isSymbolicLink: kind == S_IFLNK
        )
    }

    /// Makes a directory and its missing parents (parents 0755); gives it to `owner` when it is new.
    package static func makeDirectory(_ path: String, mode: UInt32, owner: ServerAccount? = nil) throws {
        if mkdir(path, mode) != 0 {
            if errno == EEXIST { return }
            guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
                throw failure("make the directory", path)
            }
            try makeDirectory(String(path[..<slash]), mode: 0o755)
            guard mkdir(path, mode) == 0 || errno == EEXIST else { throw failure("make the directory", path) }
        }
        // mkdir(2) applies the umask; the mode is part of the access rules here, so set it outright.
        guard chmod(path, mode) == 0 else { throw failure("set the mode of", path) }
        if let owner, owner.needsSwitch {
            guard lchown(path, owner.userID, owner.groupID) == 0 else { throw failure("give away", path) }
        }
    }

    /// The whole of a small text file.
    package static func read(_ path: String, limit: Int) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        let bytes = try? FileDescriptor(rawValue: descriptor).bytes(at: 0, count: limit)
        return String(decoding: bytes ?? [], as: UTF8.self)
    }

    /// Writes a small text file so that readers see the old text or the new one, never a part.
    package static func replace(_ path: String, with text: String, mode: UInt32 = 0o644) throws {
        let temporary = "\(path).new"
        unlink(temporary)
        // O_EXCL and O_NOFOLLOW: the directory may belong to a less privileged account than this process.
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure("make", temporary) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fchmod(descriptor, mode) == 0,
            fsync(descriptor) == 0
        else { throw failure("write", temporary) }
        try rename(temporary, to: path)
    }

    /// rename(2), then fsync of the directory, so that the new name outlives a power cut.
    package static func rename(_ source: String, to destination: String) throws {
        guard Glibc.rename(source, destination) == 0 else { throw failure("rename \(source) to", destination) }
        let parent = destination.lastIndex(of: "/").map { String(destination[..<$0]) } ?? "."
        let directory = open(parent.isEmpty ? "/" : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure("open", parent) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw failure("sync", parent) }
    }

    /// Two paths change places in one step; renameat2(2), `RENAME_EXCHANGE`. Then fsync of the second one's directory.
    package static func exchange(_ one: String, _ other: String) throws {
        guard clinux_exchange(one, other) == 0 else { throw failure("exchange \(one) with", other) }
        let parent = other.lastIndex(of: "/").map { String(other[..<$0]) } ?? "."
        let directory = open(parent.isEmpty ? "/" : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure("open", parent) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw failure("sync", parent) }
    }

    /// The names in a directory, empty when it cannot be read.
    package static func names(in directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    }

    /// Removes a file or a whole tree; nothing there is fine.
    package static func removeTree(_ path: String) throws {
        // Somebody else may be removing in the same tree, and a file that is gone before its turn ends the walk.
        var attempts = 0
        while status(path) != nil {
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                attempts += 1
                guard attempts < 10 else {
                    throw PostgresClusterError(.fileSystem, "could not remove \(path): \(error)")
                }
            }
        }
    }

    /// realpath(3), nil when the path does not lead anywhere.
    package static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The target of a symbolic link, nil when it is none.
    package static func linkTarget(_ path: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let count = readlink(path, start, buffer.count)
            guard count > 0 else { return nil }
            return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// An error for the system call that has just failed; reads `errno`.
    package static func failure(_ action: String, _ path: String) -> PostgresClusterError {
        let error = Errno(rawValue: errno)
        return PostgresClusterError(.fileSystem, "could not \(action) \(path): \(error) (errno \(error.rawValue))")
    }
}
