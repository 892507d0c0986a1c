import CLinux
import Glibc
import MediaCore

/// Bytes at fixed offsets. Each call goes on after an interruption.
extension Descriptor {
    /// Writes all of `bytes`, telling `progress` of each stretch that is written.
    func write(
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int64,
        progress: (UnsafeRawBufferPointer) -> Void = { _ in }
    ) throws(MediaError) {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = pwrite(self.raw, rest.baseAddress, rest.count, off_t(offset) + off_t(written))
            if count < 0 {
                guard errno == EINTR else { throw SystemCall.error("write", errno) }
                continue
            }
            guard count > 0 else { throw SystemCall.error("write", EIO) }
            progress(UnsafeRawBufferPointer(rebasing: rest[..<count]))
            written += count
        }
    }

    func write(_ bytes: some Collection<UInt8>, at offset: Int64) throws(MediaError) {
        try Array(bytes).withUnsafeBytesThrowing { buffer throws(MediaError) in try self.write(buffer, at: offset) }
    }

    /// Reads until `bytes` is full or the file ends.
    /// - Returns: how many there were.
    func read(into bytes: inout [UInt8], at offset: Int64) throws(MediaError) -> Int {
        try SystemCall.read(self.raw, into: &bytes, at: offset)
    }

    /// Reads a stretch of the file in pieces and hands each to `body`.
    /// - Throws: `storage_unavailable` when the file ends before.
    func scan(from start: Int64, to end: Int64, _ body: (UnsafeRawBufferPointer) -> Void) throws(MediaError) {
        var buffer = [UInt8](repeating: 0, count: Int(min(max(end - start, 1), 256 << 10)))
        var offset = start
        while offset < end {
            let count = Int(min(Int64(try self.read(into: &buffer, at: offset)), end - offset))
            guard count > 0 else { throw SystemCall.error("read", EIO) }
            buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            offset += Int64(count)
        }
    }

    /// fdatasync(2): the bytes, and what is needed to find them.
    func synchronizeData() throws(MediaError) {
        try SystemCall.check("fdatasync") { fdatasync(self.raw) }
    }

    /// sync_file_range(2): the disk begins to take these bytes while more come. Only a hint: a disk that fails is noticed by
    /// ``synchronizeData()``.
    func startWriteback(_ stretch: Range<Int64>) {
        _ = clinux_start_writeback(self.raw, off_t(stretch.lowerBound), off_t(stretch.count))
    }

    func truncate(to length: Int64) throws(MediaError) {
        try SystemCall.check("ftruncate") { ftruncate(self.raw, off_t(length)) }
    }
}

/// Tells when it is time to begin to write what came to the disk, so that little is left to wait for at the end.
struct Writeback: Sendable {
    /// Up to here the kernel was asked to write.
    private var flushed: Int64

    private static let stretchBytes: Int64 = 8 << 20

    init(from offset: Int64) { self.flushed = offset }

    /// - Returns: the bytes whose time has come; nil while they are too few.
    mutating func stretch(upTo end: Int64) -> Range<Int64>? {
        guard end - self.flushed >= Self.stretchBytes else { return nil }
        defer { self.flushed = end }
        return self.flushed..<end
    }
}

extension Array where Element == UInt8 {
    /// `withUnsafeBytes` rethrows untyped; this keeps the type.
    func withUnsafeBytesThrowing(
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
