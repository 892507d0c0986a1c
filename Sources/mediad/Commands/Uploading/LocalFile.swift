import Glibc
import MediaCore
import NIOCore

/// A file of this machine that is to be sent: opened once, judged before a byte is sent, looked at again before the last one.
///
/// Everything here blocks: only for threads that may wait for a disk.
final class LocalFile: Sendable {
    /// As the user wrote it.
    let path: String
    /// The one absolute path without links (realpath(3)).
    let place: String
    /// Bytes; never 0.
    let size: Int64
    let changed: ChangeTime
    private let descriptor: Int32

    /// When the content last changed (`st_mtim`): seconds since 1970, and nanoseconds.
    struct ChangeTime: Hashable, Sendable {
        var seconds: Int
        var nanoseconds: Int
    }

    /// - Throws: `not_found` for what is not there or cannot be read; `invalid_request` for folders, pipes and the like;
    ///   `empty_file`, because nothing would become of it.
    init(path: String) throws(MediaError) {
        // Not to wait for the other end of a pipe (open(2)).
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            throw MediaError(.notFound, "\(path) cannot be read: \(String(cString: strerror(errno))).")
        }
        // From here on the descriptor is closed with this object, also when this fails.
        self.descriptor = descriptor
        self.path = path
        self.place = Self.place(of: path)
        var status = stat()
        let isKnown = fstat(descriptor, &status) == 0
        self.size = Int64(status.st_size)
        self.changed = ChangeTime(status)
        guard isKnown else { throw MediaError(.notFound, "\(path) cannot be looked at.") }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw MediaError(.invalidRequest, "\(path) is a folder; name the files in it.")
        default: throw MediaError(.invalidRequest, "\(path) is not a regular file.")
        }
        guard self.size > 0 else { throw MediaError(.emptyFile, "\(path) is empty; there is nothing to send.") }
    }

    deinit { close(self.descriptor) }

    /// The last component of the path.
    var name: String { self.path.split(separator: "/").last.map(String.init) ?? self.path }

    /// - Returns: `count` bytes from `offset` on; both within the size.
    /// - Throws: `invalid_request` when the file has become shorter.
    func read(_ count: Int, at offset: Int64) throws(MediaError) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        while buffer.readableBytes < count {
            let done = buffer.readableBytes
            let got = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count - done) { bytes in
                while true {
                    let got = pread(self.descriptor, bytes.baseAddress, count - done, off_t(offset) + done)
                    if got >= 0 { return got }
                    if errno != EINTR { return 0 }
                }
            }
            guard got > 0 else { throw self.change() }
        }
        return buffer
    }

    /// Makes sure that it is still the file whose first bytes were sent.
    /// - Throws: `invalid_request` when its size or time has changed.
    func requireUnchanged() throws(MediaError) {
        var status = stat()
        guard fstat(self.descriptor, &status) == 0, Int64(status.st_size) == self.size,
            ChangeTime(status) == self.changed
        else { throw self.change() }
    }

    private func change() -> MediaError {
        MediaError(.invalidRequest, "\(self.path) changed while it was being sent; run the command again.")
    }

    private static func place(of path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

extension LocalFile.ChangeTime {
    init(_ status: stat) {
        self.seconds = status.st_mtim.tv_sec
        self.nanoseconds = status.st_mtim.tv_nsec
    }
}
