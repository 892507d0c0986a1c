import Glibc
import MediaCore
import SystemPackage

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

    /// Reads at a position (pread(2)) until there is no more room or the file ends.
    /// - Parameters:
    ///   - count: how many bytes at most; nil fills the buffer.
    ///   - offset: in the file, in bytes.
    /// - Returns: how many bytes there were.
    static func read(
        _ descriptor: Int32,
        into buffer: inout [UInt8],
        atMost count: Int? = nil,
        at offset: Int64
    ) throws(MediaError) -> Int {
        let wanted = min(count ?? buffer.count, buffer.count)
        // withUnsafeMutableBytes rethrows untyped.
        let outcome = buffer.withUnsafeMutableBytes { bytes -> Result<Int, Errno> in
            let room = UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted])
            do throws(Errno) {
                return .success(try FileDescriptor(rawValue: descriptor).readFully(at: offset, into: room))
            } catch {
                return .failure(error)
            }
        }
        switch outcome {
        case .success(let count): return count
        case .failure(let code): throw self.error("pread", code.rawValue)
        }
    }

    /// The error for people; what the call was goes into the cause.
    /// - Parameter code: an `errno`.
    static func error(_ operation: String, _ code: Int32) -> MediaError {
        let cause = FailedCall(operation: operation, error: Errno(rawValue: code))
        switch cause.error {
        case .noSuchFileOrDirectory, .notDirectory:
            return MediaError(.notFound, "There is no such file in the tree.", cause: cause)
        case .improperLink where operation == "rename" || operation == "link":
            return MediaError(
                .storageUnavailable,
                """
                This folder of the tree lies on another file system, or is another mount, than the daemon's staging folder: \
                nothing can be moved there.
                """,
                cause: cause
            )
        case .tooManySymbolicLinkLevels, .improperLink:
            return MediaError(
                .notFound,
                "A symbolic link lies on the way to this file; the tree does not follow links.",
                cause: cause
            )
        case .fileNameTooLong:
            return MediaError(.invalidName, "The name is too long for the file system.", cause: cause)
        case .noSpace, .diskQuotaExceeded:
            return MediaError(.storageFull, "The disk is full. Free some space and try again.", cause: cause)
        case .fileExists, .isDirectory, .directoryNotEmpty:
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
