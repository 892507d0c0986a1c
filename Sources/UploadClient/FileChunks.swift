import NIOCore
import NIOPosix

/// A file's bytes from an offset to the end, piece by piece, read when the connection has room.
struct FileChunks: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private static let chunkLengthBytes = 512 << 10

    let file: LocalFile
    let offset: Int64
    let pool: NIOThreadPool
    /// Called before each piece is handed out, with the offset behind it.
    let onProgress: @Sendable (Int64) -> Void

    struct AsyncIterator: AsyncIteratorProtocol {
        let chunks: FileChunks
        var offset: Int64

        mutating func next() async throws -> ByteBuffer? {
            let (file, offset) = (self.chunks.file, self.offset)
            let count = Int(Swift.min(Int64(FileChunks.chunkLengthBytes), file.size - offset))
            guard count > 0 else { return nil }
            let buffer = try await self.chunks.pool.runIfActive {
                let buffer = try file.read(count, at: offset)
                // The server takes the file as finished with its last byte: later would be too late.
                if offset + Int64(count) == file.size { try file.requireUnchanged() }
                return buffer
            }
            self.offset += Int64(count)
            self.chunks.onProgress(self.offset)
            return buffer
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(chunks: self, offset: self.offset) }
}
