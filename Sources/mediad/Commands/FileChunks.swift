import Foundation
import NIOCore

/// A file's bytes, piece by piece, read when the connection has room.
struct FileChunks: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private static let chunkLengthBytes = 256 << 10

    let handle: FileHandle
    let bar: ProgressBar

    struct AsyncIterator: AsyncIteratorProtocol {
        let chunks: FileChunks
        var sent: Int64 = 0

        mutating func next() async throws -> ByteBuffer? {
            guard let data = try self.chunks.handle.read(upToCount: FileChunks.chunkLengthBytes), !data.isEmpty else {
                return nil
            }
            self.sent += Int64(data.count)
            self.chunks.bar.update(self.sent)
            return ByteBuffer(bytes: data)
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(chunks: self) }
}
