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
        guard fstat(descriptor, &status) == 0, status.st_size > 0,
            let address = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED
        else {
            let cause = Errno(rawValue: errno)
            throw MediaError(.processingFailed, "The file could not be read by the worker.", cause: cause)
        }
        self.bytes = UnsafeRawBufferPointer(start: address, count: Int(status.st_size))
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: self.bytes.baseAddress), self.bytes.count) }
}
