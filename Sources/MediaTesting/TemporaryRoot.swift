import Glibc
import PostgresCluster

/// A storage root for one test, in a directory of its own that goes with it.
///
/// The paths that its methods take are relative to the root: `files/posters/1.jpg`. They block for small disk accesses.
package final class TemporaryRoot: Sendable {
    /// Absolute, without symbolic links.
    package let path: String
    private let parent: String

    /// - Parameter parent: where the directory is made.
    package init(in parent: String = "/tmp") throws {
        var template = Array("\(parent)/mediad-test-root-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure("mkdtemp", parent) }
        self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.parent = parent
    }

    deinit { try? FileOperations.removeTree(self.path) }

    /// A failed call, with its reason.
    package struct Failure: Error, CustomStringConvertible {
        /// The call, the path, and the text of its errno.
        package var description: String

        init(_ operation: String, _ path: String) {
            self.description = "\(operation) \(path): \(String(cString: strerror(errno)))"
        }
    }

    /// The absolute path of something below the root.
    package func absolute(_ relative: String) -> String { "\(self.path)/\(relative)" }

    /// Makes a folder and those above it.
    package func makeFolder(_ relative: String) throws {
        try FileOperations.makeDirectory(self.absolute(relative), mode: 0o755)
    }

    /// Writes a file, making its folder, in place of what was there.
    package func write(_ text: String, to relative: String) throws {
        if let slash = relative.lastIndex(of: "/") { try self.makeFolder(String(relative[..<slash])) }
        let descriptor = open(self.absolute(relative), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure("open", relative) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw Failure("write", relative) }
    }

    /// The whole text of a small file; nil when there is no regular file.
    package func read(_ relative: String) -> String? {
        guard self.kind(relative) == .file else { return nil }
        return try? FileOperations.read(self.absolute(relative), limit: 1 << 20)
    }

    /// Makes a symbolic link.
    package func link(_ relative: String, to target: String) throws {
        if let slash = relative.lastIndex(of: "/") { try self.makeFolder(String(relative[..<slash])) }
        guard symlink(target, self.absolute(relative)) == 0 else { throw Failure("symlink", relative) }
    }

    /// Gives a file a second name.
    package func hardLink(_ relative: String, to file: String) throws {
        guard Glibc.link(self.absolute(file), self.absolute(relative)) == 0 else { throw Failure("link", relative) }
    }

    /// Makes a named pipe.
    package func makePipe(_ relative: String) throws {
        if let slash = relative.lastIndex(of: "/") { try self.makeFolder(String(relative[..<slash])) }
        guard mkfifo(self.absolute(relative), 0o644) == 0 else { throw Failure("mkfifo", relative) }
    }

    /// Removes a file or a tree.
    package func remove(_ relative: String) throws { try FileOperations.removeTree(self.absolute(relative)) }

    /// Sets a file's modification time, as a restored copy has another one.
    package func setModificationTime(_ relative: String, secondsSince1970: Int) throws {
        let times = [timespec(tv_sec: secondsSince1970, tv_nsec: 0), timespec(tv_sec: secondsSince1970, tv_nsec: 0)]
        guard utimensat(AT_FDCWD, self.absolute(relative), times, 0) == 0 else { throw Failure("utimensat", relative) }
    }
}
