import HummingbirdCore
import NIOCore

/// An ``EndlessStream`` by way of the router's writer: for HTTP/2, whose streams share a connection.
struct QueuedStream: EndlessStream {
    private struct Piece: Sendable {
        var bytes: ByteBuffer?
        var isLast: Bool
        var written: @Sendable () -> Void
    }

    private let pieces: AsyncStream<Piece>.Continuation
    private let channel: any Channel

    /// Writes what comes until the producer ends it or the client goes.
    static func serve(
        writer: inout any ResponseBodyWriter,
        channel: any Channel,
        begin: @Sendable (any EndlessStream) -> Void
    ) async throws {
        // A producer waits for each piece to be written; two more may stand behind it: a last one, and one that crossed it.
        let (pieces, continuation) = AsyncStream.makeStream(of: Piece.self, bufferingPolicy: .bufferingOldest(4))
        channel.closeFuture.whenComplete { _ in continuation.finish() }
        begin(QueuedStream(pieces: continuation, channel: channel))
        for await piece in pieces {
            if let bytes = piece.bytes { try await writer.write(bytes) }
            piece.written()
            if piece.isLast { break }
        }
        try await writer.finish(nil)
    }

    func write(_ bytes: ByteBuffer, written: @escaping @Sendable () -> Void) {
        self.pieces.yield(Piece(bytes: bytes, isLast: false, written: written))
    }

    func end(_ bytes: ByteBuffer?) {
        self.pieces.yield(Piece(bytes: bytes, isLast: true, written: {}))
        self.pieces.finish()
    }

    func onClose(_ action: @escaping @Sendable () -> Void) {
        self.channel.closeFuture.whenComplete { _ in action() }
    }
}
