import NIOCore

/// Has a connection of HTTP/1 whose response never ends: writes what comes, and notices when the client goes.
final class StreamHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Any
    typealias OutboundOut = IOData

    /// What a client may send behind its request. It is never a request: the response does not end.
    static let mostStrayBytes = 16 << 10

    private let connection: TrackedConnection
    private let isChunked: Bool
    private let begin: @Sendable (any EndlessStream) -> Void
    private var strayBytes = 0
    private var isEnding = false
    private var releases = ReleasedTask()

    init(connection: TrackedConnection, isChunked: Bool, begin: @escaping @Sendable (any EndlessStream) -> Void) {
        self.connection = connection
        self.isChunked = isChunked
        self.begin = begin
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let handle = TakenStream(
            channel: context.channel,
            handler: NIOLoopBound((self, context), eventLoop: context.eventLoop)
        )
        context.read()
        self.begin(handle)
    }

    // MARK: To the client

    func send(_ bytes: ByteBuffer, context: ChannelHandlerContext, written: @escaping @Sendable () -> Void) {
        guard !self.isEnding, context.channel.isActive else { return }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenSuccess(written)
        self.write(bytes, context: context, promise: promise)
        context.flush()
    }

    func end(_ bytes: ByteBuffer?, context: ChannelHandlerContext) {
        guard !self.isEnding else { return }
        self.isEnding = true
        if let bytes { self.write(bytes, context: context, promise: nil) }
        if self.isChunked { context.write(self.wrapOutboundOut(.byteBuffer(Self.lastChunk)), promise: nil) }
        context.flush()
        self.connection.closeWhenWritten()
    }

    private func write(_ bytes: ByteBuffer, context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        guard self.isChunked else { return context.write(self.wrapOutboundOut(.byteBuffer(bytes)), promise: promise) }
        var head = context.channel.allocator.buffer(capacity: 10)
        head.writeString(String(bytes.readableBytes, radix: 16) + "\r\n")
        context.write(self.wrapOutboundOut(.byteBuffer(head)), promise: nil)
        context.write(self.wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
        context.write(self.wrapOutboundOut(.byteBuffer(Self.chunkEnd)), promise: promise)
    }

    private static let chunkEnd = ByteBuffer(string: "\r\n")
    private static let lastChunk = ByteBuffer(string: "0\r\n\r\n")

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.strayBytes += self.unwrapInboundIn(data).readableBytes
        if self.strayBytes > Self.mostStrayBytes { self.end(nil, context: context) }
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.read() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed, !self.isEnding {
            // Nobody listens who closes the own direction.
            self.isEnding = true
            self.connection.closeWhenWritten()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.isEnding = true
        context.fireChannelInactive()
    }

    // MARK: From the layers that had the connection

    func read(context: ChannelHandlerContext) {}

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        promise?.fail(ChannelError.operationUnsupported)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if self.releases.isRelease(mode) { promise?.succeed() } else { context.close(mode: mode, promise: promise) }
    }
}

/// Tells the end of the task that served the connection before from a real end: it closes what it had, once.
struct ReleasedTask {
    private var isReleased = false

    mutating func isRelease(_ mode: CloseMode) -> Bool {
        guard mode == .all else { return true }
        defer { self.isReleased = true }
        return !self.isReleased
    }
}

/// A ``StreamHandler`` as its producer sees it.
private struct TakenStream: EndlessStream {
    let channel: any Channel
    let handler: NIOLoopBound<(StreamHandler, ChannelHandlerContext)>

    func write(_ bytes: ByteBuffer, written: @escaping @Sendable () -> Void) {
        self.channel.eventLoop.execute {
            let (handler, context) = self.handler.value
            handler.send(bytes, context: context, written: written)
        }
    }

    func end(_ bytes: ByteBuffer?) {
        self.channel.eventLoop.execute {
            let (handler, context) = self.handler.value
            handler.end(bytes, context: context)
        }
    }

    func onClose(_ action: @escaping @Sendable () -> Void) {
        self.channel.closeFuture.whenComplete { _ in action() }
    }
}
