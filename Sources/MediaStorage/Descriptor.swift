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
