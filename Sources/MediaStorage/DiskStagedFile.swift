import CLinux
import Glibc
import MediaCore
import Synchronization

import struct Crypto.SHA256

/// A file in this process's staging folder, hashed while it is written.
///
/// One task writes it; the lock is there because the bytes are written on the I/O threads, and is never contended.
final class DiskStagedFile: StagedFile {
    let name: String
    private let area: StagingArea
    private let io: BlockingIO
    private let descriptor: Descriptor
    private let state = Mutex(State())

    private struct State {
        var size: Int64 = 0
        var hasher = SHA256()
    }

    init(in area: StagingArea, io: BlockingIO, now: Timestamp) throws(MediaError) {
        self.name = MediaID(now: now).description
        self.area = area
        self.io = io
        do throws(MediaError) {
            self.descriptor = try area.folder.open(beneath: self.name, flags: O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        } catch  where error.code == .notFound {
            throw Self.folderIsGone(error)
        }
        // What the file keeps in the tree, whatever the umask: web servers and backup tools run as other users.
        try SystemCall.check("fchmod") { fchmod(self.descriptor.raw, 0o644) }
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
                try self.writeAll(buffer)
            }
        }
    }

    private func writeAll(_ buffer: UnsafeRawBufferPointer) throws(MediaError) {
        let start = self.state.withLock { $0.size }
        var written = 0
        while written < buffer.count {
            let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
            let count = pwrite(self.descriptor.raw, rest.baseAddress, rest.count, off_t(start) + off_t(written))
            if count < 0 {
                guard errno == EINTR else { throw SystemCall.error("write", errno) }
                continue
            }
            written += count
        }
        self.state.withLock { state in
            state.hasher.update(bufferPointer: buffer)
            state.size += Int64(buffer.count)
        }
    }

    func synchronize() async throws(MediaError) -> FileVersion {
        try await self.io.run { () throws(MediaError) in
            let now = Timestamp.now()
            var times = [timespec(), timespec()]
            times[0].tv_nsec = clinux_utime_omit()
            times[1].tv_sec = Int(now.seconds)
            times[1].tv_nsec = Int((now.microseconds - now.seconds * 1_000_000) * 1000)
            try SystemCall.check("futimens") { futimens(self.descriptor.raw, times) }
            try self.descriptor.synchronize()
            // Read back: a file system may keep times more coarsely than microseconds.
            let identity = FileIdentity(try self.descriptor.status())
            let (size, hasher) = self.state.withLock { ($0.size, $0.hasher) }
            guard identity.size.bytes == size, let digest = Digest(bytes: Array(hasher.finalize())) else {
                throw MediaError(
                    .storageUnavailable,
                    "The staged file has another size than was written to it.",
                    cause: SystemError(operation: "length check", code: EIO)
                )
            }
            return FileVersion(size: identity.size, digest: digest, modifiedAt: identity.modifiedAt)
        }
    }

    func synchronizeForeignBytes() async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in try self.descriptor.synchronize() }
    }

    func open() async throws(MediaError) -> OpenFile {
        try await self.io.run { () throws(MediaError) in
            do throws(MediaError) {
                // O_RDWR: a rendition is written by the worker that this descriptor is handed to.
                return try OpenFile(owning: try self.area.folder.open(beneath: self.name, flags: O_RDWR))
            } catch  where error.code == .notFound {
                throw Self.folderIsGone(error)
            }
        }
    }

    func discard() async {
        // A file that cannot be removed now is swept at the next start.
        _ = try? await self.io.run { () throws(MediaError) in
            _ = unlinkat(self.area.folder.raw, self.name, 0)
        }
    }
}

extension OpenFile {
    /// Keeps `descriptor` open as long as this lives.
    convenience init(owning descriptor: Descriptor) throws(MediaError) {
        self.init(descriptor: descriptor.raw, identity: FileIdentity(try descriptor.status())) { _ in
            // The closure holds the descriptor; letting go of it closes.
            withExtendedLifetime(descriptor) {}
        }
    }
}

extension Array where Element == UInt8 {
    /// `withUnsafeBytes` rethrows untyped; this keeps the type.
    fileprivate func withUnsafeBytesThrowing(
        _ body: (UnsafeRawBufferPointer) throws(MediaError) -> Void
    ) throws(MediaError) {
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
