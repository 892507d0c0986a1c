import CLinux
import Glibc
import NIOCore
import NIOPosix
import Primitives
import SystemPackage

/// Reads pieces of open files into buffers, for connections whose bytes cannot go to the socket by sendfile(2).
///
/// Whoever streams a file reads one piece at a time, and the next one when the socket has taken it: a client that stalls then
/// costs one piece of memory, and one that leaves costs nothing more.
struct FileChunkReader: Sendable {
    /// The file has become shorter than its record says; only somebody who writes to the tree by hand can do that.
    struct TruncatedFile: Error {}

    /// For what is not in the page cache.
    let blockingPool: NIOThreadPool

    /// Reads at once what is in the page cache (preadv2(2), `RWF_NOWAIT`). Never waits for a disk, so an event loop may call it.
    ///
    /// - Parameter range: offsets in the file, in bytes; not empty.
    /// - Returns: bytes from the beginning of `range`, perhaps fewer than it has; nil when the first one is not cached.
    func cached(_ range: Range<Int64>, of file: any SendableFile, allocator: ByteBufferAllocator) -> ByteBuffer? {
        var buffer = allocator.buffer(capacity: range.count)
        let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: range.count) { bytes in
            max(0, clinux_read_cached(file.descriptor, bytes.baseAddress, range.count, off_t(range.lowerBound)))
        }
        return count > 0 ? buffer : nil
    }

    /// Reads all of `range` on one of the threads.
    ///
    /// - Parameter range: offsets in the file, in bytes.
    /// - Returns: a future on `eventLoop`; fails with ``TruncatedFile``, with the `Errno` of pread(2), or when the threads are shut down.
    func read(
        _ range: Range<Int64>,
        of file: any SendableFile,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<ByteBuffer> {
        self.blockingPool.runIfActive(eventLoop: eventLoop) {
            var buffer = ByteBufferAllocator().buffer(capacity: range.count)
            // Qualified: NIOCore has a protocol of the same name.
            let descriptor = SystemPackage.FileDescriptor(rawValue: file.descriptor)
            let count = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: range.count) { bytes in
                // The buffer may have more room than was asked for.
                let room = UnsafeMutableRawBufferPointer(rebasing: bytes[..<range.count])
                return try descriptor.readFully(at: range.lowerBound, into: room)
            }
            guard count == range.count else { throw TruncatedFile() }
            return buffer
        }
    }
}
