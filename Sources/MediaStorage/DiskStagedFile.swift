import CLinux
import Glibc
import MediaCore
import Synchronization
import SystemPackage

/// A file in this process's staging folder, hashed while it is written.
///
/// One task writes it; the lock is there because the bytes are written on the I/O threads, and is never contended.
final class DiskStagedFile: StagedFile {
    let name: String
    private let area: StagingArea
    private let io: BlockingIO
    private let descriptor: Descriptor
    private let state: Mutex<State>

    private struct State {
        var size: Int64 = 0
        var hasher = ContentHasher()
        var writeback = Writeback(from: 0)
        /// All its bytes were there from the beginning.
        var isFinished = false
    }

    init(in area: StagingArea, io: BlockingIO, now: Timestamp) throws(MediaError) {
        self.name = MediaID(now: now).description
        self.area = area
        self.io = io
        self.state = Mutex(State())
        do throws(MediaError) {
            self.descriptor = try area.folder.open(beneath: self.name, flags: O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        } catch  where error.code == .notFound {
            throw Self.folderIsGone(error)
        }
        // What the file keeps in the tree, whatever the umask: web servers and backup tools run as other users.
        try SystemCall.check("fchmod") { fchmod(self.descriptor.raw, 0o644) }
    }

    /// Gives a finished file in another folder a second name in the staging folder. It is not written any more.
    /// - Parameters:
    ///   - content: size in bytes, and the hash of all of them.
    init(
        linking source: String,
        of folder: Descriptor,
        into area: StagingArea,
        io: BlockingIO,
        content: (size: Int64, hasher: ContentHasher)
    ) throws(MediaError) {
        let name = MediaID(now: Timestamp.now()).description
        try SystemCall.check("link") { linkat(folder.raw, source, area.folder.raw, name, 0) }
        self.name = name
        self.area = area
        self.io = io
        self.descriptor = try area.folder.open(beneath: name, flags: O_RDWR)
        self.state = Mutex(State(size: content.size, hasher: content.hasher, isFinished: true))
    }

    /// For people it is no missing file but a storage that does not work.
    private static func folderIsGone(_ error: MediaError) -> MediaError {
        MediaError(
            .storageUnavailable,
            "The daemon's staging folder, or a file in it, was removed by somebody else. Restart the daemon.",
            cause: error
        )
    }

    var size: ByteCount { ByteCount(bytes: self.state.withLock { $0.size }) }

    func append(_ bytes: [UInt8]) async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in
            try bytes.withUnsafeBytesThrowing { buffer throws(MediaError) in
                try self.write(buffer)
            }
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(MediaError) {
        let (start, isFinished) = self.state.withLock { ($0.size, $0.isFinished) }
        guard !isFinished else { throw MediaError(.internalError, "A finished file was to be written.") }
        if start == 0 { try self.area.space.check() }
        try self.descriptor.write(bytes, at: start)
        let stretch = self.state.withLock { state in
            state.hasher.update(bytes)
            state.size += Int64(bytes.count)
            return state.writeback.stretch(upTo: state.size)
        }
        if let stretch {
            self.descriptor.startWriteback(stretch)
            // Asked now and then, not for every write: some file systems ask a server.
            try self.area.space.check()
        }
    }

    func append(_ range: Range<Int64>, of file: OpenFile) async throws(MediaError) {
        // One piece per turn on an I/O thread, so that a long video being copied does not keep a thread for a minute.
        var offset = range.lowerBound
        while offset < range.upperBound {
            let turn = offset..<min(range.upperBound, offset + (32 << 20))
            try await self.io.run { () throws(MediaError) in try self.copy(turn, of: file) }
            offset = turn.upperBound
        }
    }

    private func copy(_ range: Range<Int64>, of file: OpenFile) throws(MediaError) {
        var buffer = [UInt8](repeating: 0, count: Int(min(Int64(range.count), 1 << 20)))
        var offset = range.lowerBound
        while offset < range.upperBound {
            let wanted = Int(min(Int64(buffer.count), range.upperBound - offset))
            let count = try SystemCall.read(file.descriptor, into: &buffer, atMost: wanted, at: offset)
            guard count > 0 else { throw SystemCall.error("pread", EIO) }
            try buffer.withUnsafeBytesThrowing { bytes throws(MediaError) in
                try self.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            }
            offset += Int64(count)
        }
    }

    func digest() async throws(MediaError) -> Digest { try self.state.withLock { $0.hasher }.finalize() }

    func synchronize(after previous: Timestamp?) async throws(MediaError) -> FileVersion {
        try await self.io.run { () throws(MediaError) in
            let now = Timestamp.now().notBefore(previous)
            var times = [timespec(), timespec()]
            times[0].tv_nsec = clinux_utime_omit()
            times[1].tv_sec = Int(now.seconds)
            times[1].tv_nsec = Int((now.microseconds - now.seconds * 1_000_000) * 1000)
            try SystemCall.check("futimens") { futimens(self.descriptor.raw, times) }
            try self.descriptor.synchronize()
            // Read back: a file system may keep times more coarsely than microseconds.
            let identity = FileIdentity(try self.descriptor.status())
            let (size, hasher) = self.state.withLock { ($0.size, $0.hasher) }
            guard identity.size.bytes == size else {
                throw MediaError(
                    .storageUnavailable,
                    "The staged file has another size than was written to it.",
                    cause: FailedCall(operation: "length check", error: .ioError)
                )
            }
            return FileVersion(size: identity.size, digest: try hasher.finalize(), modifiedAt: identity.modifiedAt)
        }
    }

    func synchronizeForeignBytes() async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in try self.descriptor.synchronize() }
    }

    func open() async throws(MediaError) -> OpenFile {
        try await self.io.run { () throws(MediaError) in
            do throws(MediaError) {
                // O_RDWR: a rendition is written by the worker that this descriptor is handed to.
                let descriptor = try self.area.folder.open(beneath: self.name, flags: O_RDWR)
                return OpenFile(owning: descriptor, try descriptor.status())
            } catch  where error.code == .notFound {
                throw Self.folderIsGone(error)
            }
        }
    }

    func discard() async {
        // A file that cannot be removed now is swept at the next start.
        _ = try? await self.io.runToEnd { () throws(MediaError) in
            _ = unlinkat(self.area.folder.raw, self.name, 0)
        }
    }
}

extension OpenFile {
    /// Keeps `descriptor` open as long as this lives.
    /// - Parameter status: what fstat(2) just said of it.
    convenience init(owning descriptor: Descriptor, _ status: stat) {
        self.init(descriptor: descriptor.raw, identity: FileIdentity(status)) { _ in
            // The closure holds the descriptor, which is closed with it.
            withExtendedLifetime(descriptor) {}
        }
    }
}
