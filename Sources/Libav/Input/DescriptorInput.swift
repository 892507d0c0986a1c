import CLibav
import Glibc
import MediaCore
import SystemPackage

/// A file behind a descriptor as FFmpeg reads it: the descriptor's offset, which other processes may share, is
/// left alone.
///
/// Source: https://ffmpeg.org/doxygen/5.1/avio_8h.html#a50c588d3c44707784f3afde39e1c181c
final class DescriptorInput {
    /// What the callbacks work on.
    private struct State {
        var descriptor: Int32
        var length: Int64
        var position: Int64 = 0
        /// Bytes that may still be read: a file may send its reader in circles, but the work it causes has an end.
        var allowance: Int64
    }

    private static let bufferBytes = 64 << 10

    private let state: UnsafeMutablePointer<State>
    let context: UnsafeMutablePointer<AVIOContext>

    /// - Parameters:
    ///   - descriptor: a regular file open for reading; it must stay open as long as this object lives, and stays the caller's.
    ///   - allowance: how many bytes may be read in all, repeated ones counted again.
    init(descriptor: Int32, allowance: Int64) throws(LibavFailure) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw LibavFailure(operation: "fstat", text: "errno \(errno)") }
        let state = UnsafeMutablePointer<State>.allocate(capacity: 1)
        state.initialize(
            to: State(descriptor: descriptor, length: Int64(status.st_size), allowance: allowance)
        )
        guard let buffer = clibav().pointee.av_malloc(Self.bufferBytes) else {
            state.deallocate()
            throw LibavFailure(operation: "av_malloc", text: "out of memory")
        }
        let context = clibav().pointee.avio_alloc_context(
            buffer.assumingMemoryBound(to: UInt8.self),
            Int32(Self.bufferBytes),
            0,
            state,
            { opaque, buffer, count in DescriptorInput.read(opaque, buffer, count) },
            nil,
            { opaque, offset, whence in DescriptorInput.seek(opaque, offset, whence) }
        )
        guard let context else {
            clibav().pointee.av_free(buffer)
            state.deallocate()
            throw LibavFailure(operation: "avio_alloc_context", text: "out of memory")
        }
        self.state = state
        self.context = context
    }

    deinit {
        // The buffer may have been replaced by one of another size: the context's is the one to free.
        clibav().pointee.av_free(self.context.pointee.buffer)
        var context: UnsafeMutablePointer<AVIOContext>? = self.context
        clibav().pointee.avio_context_free(&context)
        self.state.deallocate()
    }

    /// True where nothing more may be read.
    var isAllowanceUsedUp: Bool { self.state.pointee.allowance <= 0 }

    /// - Returns: how many bytes, at least one; or an error of FFmpeg's.
    private static func read(
        _ opaque: UnsafeMutableRawPointer?,
        _ buffer: UnsafeMutablePointer<UInt8>?,
        _ count: Int32
    ) -> Int32 {
        guard let opaque, let buffer, count > 0 else { return clibav_error(EINVAL) }
        let state = opaque.assumingMemoryBound(to: State.self)
        let rest = state.pointee.length - state.pointee.position
        guard rest > 0 else { return clibav_end_of_file() }
        guard state.pointee.allowance > 0 else { return clibav_error(EIO) }
        let room = UnsafeMutableRawBufferPointer(start: buffer, count: Int(min(Int64(count), rest)))
        do {
            let file = FileDescriptor(rawValue: state.pointee.descriptor)
            let got = try file.readFully(at: state.pointee.position, into: room)
            guard got > 0 else { return clibav_end_of_file() }
            state.pointee.position += Int64(got)
            state.pointee.allowance -= Int64(got)
            return Int32(got)
        } catch {
            return clibav_error(error.rawValue)
        }
    }

    /// - Returns: the new position, or for `AVSEEK_SIZE` the file's length; or an error of FFmpeg's.
    private static func seek(_ opaque: UnsafeMutableRawPointer?, _ offset: Int64, _ whence: Int32) -> Int64 {
        guard let opaque else { return Int64(clibav_error(EINVAL)) }
        let state = opaque.assumingMemoryBound(to: State.self)
        let base: Int64
        switch whence & ~AVSEEK_FORCE {
        case AVSEEK_SIZE: return state.pointee.length
        case SEEK_SET: base = 0
        case SEEK_CUR: base = state.pointee.position
        case SEEK_END: base = state.pointee.length
        default: return Int64(clibav_error(EINVAL))
        }
        let (position, overflow) = base.addingReportingOverflow(offset)
        guard !overflow, position >= 0 else { return Int64(clibav_error(EINVAL)) }
        state.pointee.position = position
        return position
    }
}
