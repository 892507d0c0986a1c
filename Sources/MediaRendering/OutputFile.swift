import Glibc
import MediaCore

/// The file that a rendition is written to.
struct OutputFile {
    var descriptor: Int32

    /// Writes all bytes from a place in the file on. Returns the error instead of throwing it, because it runs inside a C
    /// library's buffer scope.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64 = 0) -> MediaError? {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = pwrite(self.descriptor, rest.baseAddress, rest.count, off_t(offset) + written)
            if count > 0 {
                written += count
            } else if count == 0 || errno != EINTR {
                return Self.error(count == 0 ? EIO : errno)
            }
        }
        return nil
    }

    private static func error(_ number: Int32) -> MediaError {
        let cause = SystemFailure(call: "pwrite", number: number)
        switch number {
        case ENOSPC, EDQUOT:
            return MediaError(.storageFull, "The disk is full: the rendition could not be written.", cause: cause)
        case EFBIG:
            return MediaError(.processingFailed, "The rendition grew past the worker's file size limit.", cause: cause)
        default:
            return MediaError(.storageUnavailable, "The rendition could not be written.", cause: cause)
        }
    }
}

/// A system call that failed.
struct SystemFailure: Error, CustomStringConvertible {
    var call: String
    var number: Int32

    var description: String { "\(self.call): errno \(self.number)" }
}
