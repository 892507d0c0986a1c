import CLinux
import Glibc
import MediaCore

/// An open file descriptor that closes itself.
final class Descriptor: Sendable {
    let raw: Int32

    /// Takes ownership of `raw`, a return value of an open-like call made by `operation`.
    /// - Throws: ``MediaError`` from `errno` when `raw` is -1.
    init(checking raw: Int32, _ operation: String) throws(MediaError) {
        guard raw >= 0 else { throw SystemCall.error(operation, errno) }
        self.raw = raw
    }

    deinit { Glibc.close(self.raw) }

    /// Opens `path` below this directory; the kernel refuses symbolic links and every way out (openat2(2)).
    func open(beneath path: String, flags: Int32, mode: mode_t = 0) throws(MediaError) -> Descriptor {
        // RESOLVE_BENEATH can answer EAGAIN when a rename races with the walk (openat2(2)); trying again is the documented way.
        for _ in 0..<16 {
            let raw = clinux_open_beneath(self.raw, path, flags, mode)
            if raw >= 0 { return try Descriptor(checking: raw, "open") }
            guard errno == EAGAIN || errno == EINTR else { break }
        }
        throw SystemCall.error("open", errno)
    }

    func synchronize() throws(MediaError) {
        try SystemCall.check("fsync") { fsync(self.raw) }
    }

    func status() throws(MediaError) -> stat {
        var status = stat()
        try SystemCall.check("fstat") { fstat(self.raw, &status) }
        return status
    }
}

/// Calls that set `errno`, as errors.
enum SystemCall {
    /// Runs `call` again while it is interrupted.
    @discardableResult
    static func check(_ operation: String, _ call: () -> Int32) throws(MediaError) -> Int32 {
        while true {
            let result = call()
            if result >= 0 { return result }
            let code = errno
            guard code == EINTR else { throw self.error(operation, code) }
        }
    }

    /// The error for people; what the call was goes into the cause.
    static func error(_ operation: String, _ code: Int32) -> MediaError {
        let cause = SystemError(operation: operation, code: code)
        switch code {
        case ENOENT, ENOTDIR:
            return MediaError(.notFound, "There is no such file in the tree.", cause: cause)
        case ELOOP, EXDEV:
            return MediaError(
                .notFound,
                "A symbolic link lies on the way to this file; the tree does not follow links.",
                cause: cause
            )
        case ENAMETOOLONG:
            return MediaError(.invalidName, "The name is too long for the file system.", cause: cause)
        case ENOSPC, EDQUOT:
            return MediaError(.storageFull, "The disk is full. Free some space and try again.", cause: cause)
        case EEXIST, EISDIR, ENOTEMPTY:
            return MediaError(
                .pathOccupied,
                """
                Something that the catalog does not know lies at this place in the tree. \
                Record it with "mediad import", or move it away.
                """,
                cause: cause
            )
        default:
            return MediaError(.storageUnavailable, "The storage cannot be read or written just now.", cause: cause)
        }
    }
}

/// A failed system call, for the log.
struct SystemError: Error, CustomStringConvertible {
    var operation: String
    var code: Int32

    var description: String { "\(self.operation): \(String(cString: strerror(self.code))) (errno \(self.code))" }
}

extension FileIdentity {
    init(_ status: stat) {
        self.init(
            size: ByteCount(bytes: Int64(status.st_size)),
            modifiedAt: Timestamp(seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec))
        )
    }
}

extension stat {
    var isRegularFile: Bool { self.st_mode & S_IFMT == S_IFREG }
    var isDirectory: Bool { self.st_mode & S_IFMT == S_IFDIR }
}
