import MediaCore
import SystemPackage

/// The file that new bytes are written to.
struct WrittenFile {
    var descriptor: Int32

    /// Writes all bytes from the file's beginning.
    /// - Throws: `storage_full`, `processing_failed` past the worker's file size limit, `storage_unavailable`.
    func write(_ bytes: UnsafeRawBufferPointer) throws(MediaError) {
        do {
            try FileDescriptor(rawValue: self.descriptor).writeFully(bytes, at: 0)
        } catch {
            throw Self.error(error)
        }
    }

    private static func error(_ code: Errno) -> MediaError {
        let cause = FailedCall(operation: "pwrite", error: code)
        return switch code {
        case .noSpace, .diskQuotaExceeded:
            MediaError(.storageFull, "The disk is full: the file could not be rewritten.", cause: cause)
        case .fileTooLarge:
            MediaError(.processingFailed, "The rewritten file grew past the worker's size limit.", cause: cause)
        default:
            MediaError(.storageUnavailable, "The rewritten file could not be written.", cause: cause)
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
