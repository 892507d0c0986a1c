import Glibc
import MediaTesting

/// What the tests of the storage ask of the system directly.
enum TestMounts {
    struct Failure: Error {
        var operation: String
        var code: Int32
    }

    /// True when two folders lie on different file systems.
    static func areSeparate(_ left: String, _ right: String) -> Bool {
        var (first, second) = (stat(), stat())
        return stat(left, &first) == 0 && stat(right, &second) == 0 && first.st_dev != second.st_dev
    }

    /// Makes an empty file whose name is not text.
    static func makeFile(in folder: String, nameBytes: [UInt8]) throws {
        let path = (Array(folder.utf8) + [UInt8(ascii: "/")] + nameBytes + [0]).map { CChar(bitPattern: $0) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o644)
        guard descriptor >= 0 else { throw Failure(operation: "open", code: errno) }
        close(descriptor)
    }

    /// True where this process may mount file systems: as root with CAP_SYS_ADMIN. Tests with a full disk need it.
    static let canMount: Bool = {
        guard geteuid() == 0, let root = try? TemporaryRoot() else { return false }
        guard mount("tmpfs", root.path, "tmpfs", 0, "size=1m") == 0 else { return false }
        umount2(root.path, Int32(MNT_DETACH))
        return true
    }()

    /// Runs `body` with a small file system in memory mounted at `path`.
    static func withTmpfs<Result>(
        at path: String,
        size: String,
        _ body: () async throws -> Result
    ) async throws -> Result {
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(size)") == 0 else {
            throw Failure(operation: "mount", code: errno)
        }
        defer { umount2(path, Int32(MNT_DETACH)) }
        return try await body()
    }
}
