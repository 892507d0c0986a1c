import Glibc
import MediaCore

/// The file that new bytes are written to.
struct WrittenFile {
    var descriptor: Int32

    /// Writes all bytes from the file's beginning.
    /// - Throws: `storage_full`, `processing_failed` past the worker's file size limit, `storage_unavailable`.
    func write(_ bytes: UnsafeRawBufferPointer) throws(MediaError) {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = pwrite(self.descriptor, rest.baseAddress, rest.count, off_t(written))
            if count > 0 {
                written += count
            } else if count == 0 || errno != EINTR {
                throw Self.error(count == 0 ? EIO : errno)
            }
        }
    }

    private static func error(_ number: Int32) -> MediaError {
        let cause = SystemFailure(call: "pwrite", number: number)
        switch number {
        case ENOSPC, EDQUOT:
            return MediaError(.storageFull, "The disk is full: the file could not be rewritten.", cause: cause)
        case EFBIG:
            return MediaError(.processingFailed, "The rewritten file grew past the worker's size limit.", cause: cause)
        default:
            return MediaError(.storageUnavailable, "The rewritten file could not be written.", cause: cause)
        }
    }
}

extension Array where Element == UInt8 {
    /// `withUnsafeBytes` rethrows untyped; this keeps the type.
    func withUnsafeBytesOf(_ body: (UnsafeRawBufferPointer) throws(MediaError) -> Void) throws(MediaError) {
        let outcome = self.withUnsafeBytes { buffer -> Result<Void, MediaError> in
            do throws(MediaError) {
                return .success(try body(buffer))
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }
}
