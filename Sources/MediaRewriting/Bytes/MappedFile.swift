import Glibc
import MediaCore
import SystemPackage

/// A file mapped from its descriptor, which is not needed afterwards.
///
/// The file must not shrink meanwhile (staged files do not); if it does, the process dies of SIGBUS, which costs this one job.
final class MappedFile {
    /// Valid as long as this object lives.
    let bytes: UnsafeRawBufferPointer

    /// - Throws: `processing_failed` when the file is empty or cannot be mapped.
    init(descriptor: Int32) throws(MediaError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unreadable("fstat", errno) }
        // Of an empty file it fails too (EINVAL).
        guard let address = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0),
            address != MAP_FAILED
        else { throw Self.unreadable("mmap", errno) }
        self.bytes = UnsafeRawBufferPointer(start: address, count: Int(status.st_size))
    }

    private static func unreadable(_ operation: String, _ code: Int32) -> MediaError {
        let cause = FailedCall(operation: operation, error: Errno(rawValue: code))
        return MediaError(.processingFailed, "The file could not be read by the worker.", cause: cause)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: self.bytes.baseAddress), self.bytes.count) }
}
