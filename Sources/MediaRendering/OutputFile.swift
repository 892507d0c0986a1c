import MediaCore
import SystemPackage

/// The file that a rendition is written to.
struct OutputFile {
    var descriptor: Int32

    /// Writes all bytes from a place in the file on. Returns the error instead of throwing it, because it runs inside a C
    /// library's buffer scope.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64 = 0) -> MediaError? {
        do {
            try FileDescriptor(rawValue: self.descriptor).writeFully(bytes, at: offset)
            return nil
        } catch {
            return Self.error(error)
        }
    }

    private static func error(_ cause: Errno) -> MediaError {
        switch cause {
        case .noSpace, .diskQuotaExceeded:
            MediaError(.storageFull, "The disk is full: the rendition could not be written.", cause: cause)
        case .fileTooLarge:
            MediaError(.processingFailed, "The rendition grew past the worker's file size limit.", cause: cause)
        default:
            MediaError(.storageUnavailable, "The rendition could not be written.", cause: cause)
        }
    }
}
