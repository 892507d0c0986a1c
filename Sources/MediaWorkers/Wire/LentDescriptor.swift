import CLinux
import Glibc
import MediaCore
import SystemPackage

/// A second, narrower opening of a file, made to be handed to a worker.
///
/// A duplicate would share its access mode and its offset with ours. Opening `/proc/self/fd/N` (proc(5)) makes a new file
/// description of the same file, also of one that has no name any more: read-only for sources, write-only for outputs.
final class LentDescriptor: Sendable {
    let descriptor: Int32

    enum Access { case reading, writing }

    init(_ file: OpenFile, for access: Access) throws(FailedCall) {
        let flags = access == .reading ? O_RDONLY : O_WRONLY
        self.descriptor = clinux_openat(AT_FDCWD, "/proc/self/fd/\(file.descriptor)", flags | O_NONBLOCK, 0)
        guard self.descriptor >= 0 else { throw FailedCall(operation: "open", error: Errno(rawValue: errno)) }
    }

    deinit { if self.descriptor >= 0 { Glibc.close(self.descriptor) } }
}
