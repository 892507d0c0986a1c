import Glibc
import MediaCore
import SystemPackage

/// An unnamed file that a child process writes to or reads from; gone with its descriptor.
final class CapturedOutput: Sendable {
    let descriptor: Int32

    init() throws {
        var template = Array("/tmp/mediad-test-output-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw ProcessFailure(message: "no file in /tmp can be made: \(String(cString: strerror(errno)))")
        }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_APPEND)
    }

    deinit { close(descriptor) }

    /// Writes what a child will read; the offset, which a child shares, is at the beginning afterwards.
    func write(_ bytes: [UInt8]) throws {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw ProcessFailure(message: "a child's input cannot be written") }
            written += count
        }
        lseek(descriptor, 0, SEEK_SET)
    }

    /// What is in the file from `offset` on; the offset that the child shares is left alone.
    func bytes(from offset: Int = 0) -> [UInt8] {
        var information = stat()
        guard fstat(descriptor, &information) == 0 else { return [] }
        let size = max(0, Int(information.st_size) - offset)
        return (try? FileDescriptor(rawValue: descriptor).bytes(at: Int64(offset), count: size)) ?? []
    }
}
