import NIOCore
import NIOHTTP2
import NIOPosix

/// Writes ranges of files where the bytes have to pass through memory: on TLS, and on the streams of HTTP/2.
///
/// The next piece is read when the one before is written and the channel is writable, so a client that stalls costs one piece,
/// whatever it asked for, and one that leaves stops the reading at once. Pieces in the page cache are read on the event loop,
/// others on another thread.
final class ChunkedFileTransferHandler<Part: FileBytesPart>: ChannelDuplexHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny
    typealias OutboundIn = Part
    typealias OutboundOut = Part

    /// After so many bytes without a pause the other connections of the event loop get their turn.
    private static var burstBytes: Int { 1 << 20 }
    /// Not zero: a task that is due at once runs before the event loop looks at its sockets again.
    private static var pause: TimeAmount { .microseconds(20) }

    private struct Transfer {
        var file: any SendableFile
        var rest: Range<Int64>
        var pace: ResponsePace?
        var sent: Int64 = 0
        var promise: EventLoopPromise<Void>?
        let start = NIODeadline.now()
        var step = Step.ready
    }

    private enum Step {
        case ready
        case reading
        case writing
        /// Until the channel is writable.
        case waiting
        case pausing
    }

    private struct ChannelClosed: Error {}

    private let reader: FileChunkReader
    private let chunkLengthBytes: @Sendable () -> Int
    private var transfer: Transfer?
    private var isAdvancing = false

    /// - Parameter chunkLengthBytes: asked before each piece.
    init(blockingPool: NIOThreadPool, chunkLengthBytes: @escaping @Sendable () -> Int) {
        self.reader = FileChunkReader(blockingPool: blockingPool)
        self.chunkLengthBytes = chunkLengthBytes
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let wanted = event as? FileTransfer else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        guard self.transfer == nil, context.channel.isActive else {
            promise?.fail(ChannelClosed())
            return
        }
        self.transfer = Transfer(file: wanted.file, rest: wanted.range, pace: wanted.pace, promise: promise)
        self.advance(context: context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { self.resume(from: .waiting, context: context) }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.finish(.failure(ChannelClosed()))
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.finish(.failure(ChannelClosed()))
    }

    // MARK: Piece by piece

    private func resume(from step: Step, context: ChannelHandlerContext) {
        guard self.transfer?.step == step else { return }
        self.transfer?.step = .ready
        self.advance(context: context)
    }

    /// Not recursive: a socket that takes everything at once would otherwise make the stack as deep as the file is long.
    private func advance(context: ChannelHandlerContext) {
        guard !self.isAdvancing else { return }
        self.isAdvancing = true
        defer { self.isAdvancing = false }
        var burst = 0
        while let transfer = self.transfer, transfer.step == .ready {
            guard !transfer.rest.isEmpty else { return self.finish(.success(())) }
            guard context.channel.isWritable else {
                self.transfer?.step = .waiting
                return
            }
            guard burst < Self.burstBytes else { return self.pause(for: Self.pause, context: context) }
            burst += self.writeNext(of: transfer, context: context)
        }
    }

    /// - Returns: the number of bytes that were written at once.
    private func writeNext(of transfer: Transfer, context: ChannelHandlerContext) -> Int {
        var length = min(Int64(self.chunkLengthBytes()), Int64(transfer.rest.count))
        if let pace = transfer.pace { length = pace.windowLength(atMost: length) }
        let range = transfer.rest.lowerBound..<(transfer.rest.lowerBound + length)
        if let buffer = self.reader.cached(range, of: transfer.file, allocator: context.channel.allocator) {
            self.write(buffer, context: context)
            return buffer.readableBytes
        }
        self.transfer?.step = .reading
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        self.reader.read(range, of: transfer.file, on: context.eventLoop).whenComplete { result in
            let (handler, context) = bound.value
            handler.chunkRead(result, context: context)
        }
        return 0
    }

    private func chunkRead(_ result: Result<ByteBuffer, any Error>, context: ChannelHandlerContext) {
        guard self.transfer != nil else { return }
        switch result {
        case .success(let buffer):
            self.write(buffer, context: context)
            self.advance(context: context)
        case .failure(let error): self.abort(error, context: context)
        }
    }

    private func write(_ buffer: ByteBuffer, context: ChannelHandlerContext) {
        self.transfer?.step = .writing
        let count = Int64(buffer.readableBytes)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { result in
            let (handler, context) = bound.value
            handler.chunkWritten(count, result, context: context)
        }
        context.writeAndFlush(self.wrapOutboundOut(Part(fileBytes: buffer)), promise: written)
    }

    private func chunkWritten(_ count: Int64, _ result: Result<Void, any Error>, context: ChannelHandlerContext) {
        guard let transfer = self.transfer else { return }
        if case .failure(let error) = result { return self.abort(error, context: context) }
        self.transfer?.rest = (transfer.rest.lowerBound + count)..<transfer.rest.upperBound
        self.transfer?.sent += count
        if let pace = transfer.pace, transfer.rest.count > count {
            let elapsed = NIODeadline.now() - transfer.start
            let delay = pace.delay(sent: transfer.sent + count, elapsed: .nanoseconds(elapsed.nanoseconds))
            if delay > .zero { return self.pause(for: TimeAmount(delay), context: context) }
        }
        self.resume(from: .writing, context: context)
    }

    private func pause(for time: TimeAmount, context: ChannelHandlerContext) {
        self.transfer?.step = .pausing
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            let (handler, context) = bound.value
            handler.resume(from: .pausing, context: context)
        }
    }

    /// The response promised bytes that will not come: the channel is of no more use.
    private func abort(_ error: any Error, context: ChannelHandlerContext) {
        self.finish(.failure(error))
        context.close(promise: nil)
    }

    private func finish(_ result: Result<Void, any Error>) {
        guard let transfer = self.transfer else { return }
        self.transfer = nil
        transfer.promise?.completeWith(result)
    }
}

/// What a handler writes that passes bytes of files on.
protocol FileBytesPart: Sendable {
    init(fileBytes: ByteBuffer)
}

extension IOData: FileBytesPart {
    init(fileBytes: ByteBuffer) { self = .byteBuffer(fileBytes) }
}

extension HTTP2Frame.FramePayload: FileBytesPart {
    init(fileBytes: ByteBuffer) { self = .data(.init(data: .byteBuffer(fileBytes))) }
}
