import Glibc
import NIOCore
import SystemPackage

/// A file of this machine that is to be sent: opened once, judged before a byte is sent, looked at again before the last one.
///
/// Everything here blocks: only for threads that may wait for a disk.
final class LocalFile: Sendable {
    /// As the user wrote it.
    let path: String
    /// The one absolute path without links (realpath(3)).
    let realPath: String
    /// Bytes; never 0.
    let size: Int64
    let changed: ChangeTime
    private let descriptor: SystemPackage.FileDescriptor
    /// Whose descriptor that is; nil for one of our own.
    private let spool: InputSpool?

    /// When the content last changed (`st_mtim`): seconds since 1970, and nanoseconds.
    struct ChangeTime: Hashable, Sendable {
        var seconds: Int
        var nanoseconds: Int
    }

    /// - Throws: `unreadable` for what is not there or cannot be read; `notAFile` for folders, pipes and the like;
    ///   `emptyFile`, because nothing would become of it.
    init(path: String) throws(UploadClientError) {
        // Not to wait for the other end of a pipe (open(2)), and not to get a terminal.
        let options: SystemPackage.FileDescriptor.OpenOptions = [.closeOnExec, .nonBlocking, .init(rawValue: O_NOCTTY)]
        do {
            self.descriptor = try SystemPackage.FileDescriptor.open(FilePath(path), .readOnly, options: options)
        } catch {
            throw UploadClientError(.unreadable, "\(path) cannot be read: \(error).")
        }
        // From here on the descriptor is closed with this object, also when this fails.
        self.spool = nil
        self.path = path
        self.realPath = Self.realPath(of: path)
        let status: Stat?
        status = try? self.descriptor.stat()
        self.size = status?.size ?? 0
        self.changed = status.map(ChangeTime.init) ?? ChangeTime(seconds: 0, nanoseconds: 0)
        switch status?.type {
        case nil: throw UploadClientError(.unreadable, "\(path) cannot be looked at.")
        case .regular: break
        case .directory: throw UploadClientError(.notAFile, "\(path) is a folder; name the files in it.")
        default: throw UploadClientError(.notAFile, "\(path) is not a regular file.")
        }
        guard self.size > 0 else {
            throw UploadClientError(.emptyFile, "\(path) is empty; there is nothing to send.")
        }
    }

    /// What came from standard input.
    /// - Throws: `emptyFile`.
    init(_ spool: InputSpool) throws(UploadClientError) {
        self.spool = spool
        self.descriptor = spool.descriptor
        self.path = InputSpool.name
        self.realPath = InputSpool.path
        let status = try? spool.descriptor.stat()
        self.size = status?.size ?? 0
        self.changed = status.map(ChangeTime.init) ?? ChangeTime(seconds: 0, nanoseconds: 0)
        guard self.size > 0 else {
            throw UploadClientError(.emptyFile, "Standard input is empty; there is nothing to send.")
        }
    }

    deinit { if self.spool == nil { try? self.descriptor.close() } }

    /// Whether its bytes are still there for another run of the program.
    var isLasting: Bool { self.spool == nil }

    /// The last component of the path; empty for standard input, which has no name.
    var name: String { self.spool == nil ? self.lastComponent : "" }

    private var lastComponent: String { self.path.split(separator: "/").last.map(String.init) ?? self.path }

    /// - Returns: `count` bytes from `offset` on; both within the size.
    /// - Throws: `fileChanged` when the file has become shorter.
    func read(_ count: Int, at offset: Int64) throws(UploadClientError) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        while buffer.readableBytes < count {
            let done = buffer.readableBytes
            let got = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count - done) { bytes in
                let rest = UnsafeMutableRawBufferPointer(rebasing: bytes.prefix(count - done))
                return (try? self.descriptor.read(fromAbsoluteOffset: offset + Int64(done), into: rest)) ?? 0
            }
            guard got > 0 else { throw self.change() }
        }
        return buffer
    }

    /// Makes sure that it is still the file whose first bytes were sent.
    /// - Throws: `fileChanged` when its size or time is another one.
    func requireUnchanged() throws(UploadClientError) {
        guard let status = try? self.descriptor.stat(), status.size == self.size, ChangeTime(status) == self.changed
        else { throw self.change() }
    }

    private func change() -> UploadClientError {
        UploadClientError(.fileChanged, "\(self.path) changed while it was being sent.", advice: .sendAgain)
    }

    private static func realPath(of path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

extension LocalFile.ChangeTime {
    init(_ status: Stat) {
        self.seconds = status.st_mtim.tv_sec
        self.nanoseconds = status.st_mtim.tv_nsec
    }
}
