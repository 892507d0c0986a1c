import Glibc
import SystemPackage

/// What comes from standard input, kept in a file without a name: an upload has to know its length, and to send a part again when
/// the network failed. The file is gone when the process is.
///
/// Everything here blocks, but not for long: only for threads that may wait for a disk.
package final class InputSpool: Sendable {
    /// What stands for standard input in a list of files.
    package static let path = "-"

    /// What it is called in sentences.
    static let name = "Standard input"

    let descriptor: SystemPackage.FileDescriptor
    private let input: SystemPackage.FileDescriptor

    /// - Parameters:
    ///   - input: not closed.
    ///   - folder: where the bytes are kept.
    /// - Throws: `unreadable` when nothing can be kept there.
    init(_ input: SystemPackage.FileDescriptor = .standardInput, in folder: String) throws(UploadClientError) {
        self.input = input
        var template = Array("\(folder)/mediad-upload-XXXXXX".utf8CString)
        let raw = mkstemp(&template)
        guard raw >= 0 else {
            throw UploadClientError(
                .unreadable,
                "Standard input cannot be kept in \(folder) (TMPDIR): \(Errno(rawValue: errno))."
            )
        }
        unlink(template)
        _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
        self.descriptor = SystemPackage.FileDescriptor(rawValue: raw)
    }

    deinit { try? self.descriptor.close() }

    /// Takes what there is, waiting for it for a fifth of a second at most.
    /// - Returns: false at the end of the input.
    func takeSome() throws(UploadClientError) -> Bool {
        var interest = pollfd(fd: self.input.rawValue, events: Int16(POLLIN), revents: 0)
        guard poll(&interest, 1, 200) > 0 else { return true }
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        let count = Glibc.read(self.input.rawValue, &buffer, buffer.count)
        if count == 0 { return false }
        guard count > 0 else {
            if errno == EINTR || errno == EAGAIN { return true }
            throw UploadClientError(.unreadable, "Standard input cannot be read: \(Errno(rawValue: errno)).")
        }
        do {
            try self.descriptor.writeAll(buffer.prefix(count))
        } catch {
            throw UploadClientError(.unreadable, "Standard input cannot be kept (TMPDIR): \(error).")
        }
        return true
    }
}
