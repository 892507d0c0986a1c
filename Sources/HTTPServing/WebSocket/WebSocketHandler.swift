import NIOCore
import NIOWebSocket

/// Has a connection that speaks WebSocket (RFC 6455): bounds what the client sends, sees to pings and the end, and gives whole texts to
/// the application.
final class WebSocketHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = Any
    typealias OutboundOut = ByteBuffer

    private let connection: TrackedConnection
    private let limits: WebSocketLimits
    private let begin: @Sendable (WebSocketConnection) -> any WebSocketApplication
    private var application: (any WebSocketApplication)?
    private var assembly: WebSocketAssembly
    private var pings: RepeatedTask?
    private var isPongDue = false
    private var messageTimer: Scheduled<Void>?
    private var isClosing = false
    private var releases = ReleasedTask()

    init(
        connection: TrackedConnection,
        limits: WebSocketLimits,
        begin: @escaping @Sendable (WebSocketConnection) -> any WebSocketApplication
    ) {
        self.connection = connection
        self.limits = limits
        self.begin = begin
        self.assembly = WebSocketAssembly(limits: limits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        do {
            // In front of this one: what it decodes comes here.
            try context.pipeline.syncOperations.addHandler(
                ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: self.limits.messageBytes)),
                position: .before(self)
            )
        } catch {
            return context.close(promise: nil)
        }
        self.application = self.begin(WebSocketConnection(channel: context.channel, handler: bound))
        let interval = self.limits.pingInterval
        self.pings = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            let (handler, context) = bound.value
            handler.ping(context: context)
        }
        context.read()
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.stop() }

    func channelInactive(context: ChannelHandlerContext) {
        self.stop()
        context.fireChannelInactive()
    }

    private func stop() {
        self.isClosing = true
        self.pings?.cancel()
        self.messageTimer?.cancel()
        (self.pings, self.messageTimer) = (nil, nil)
        let application = self.application
        self.application = nil
        application?.closed()
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Behind a close nothing is looked at but what the client's own one would be; the connection ends either way.
        guard !self.isClosing else { return }
        switch self.assembly.take(self.unwrapInboundIn(data)) {
        case .incomplete: self.watchMessage(context: context)
        case .text(let text):
            self.messageTimer?.cancel()
            self.messageTimer = nil
            self.application?.received(text)
        case .ping(let content): self.send(.pong, content, context: context, promise: nil)
        case .pong: self.isPongDue = false
        case .close(let code): self.close(code, context: context)
        case .refused(let code): self.close(code, "", context: context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.read() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let isTooLarge = (error as? NIOWebSocketError) == .invalidFrameLength
        self.close(isTooLarge ? .messageTooLarge : .protocolError, "", context: context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed {
            self.stop()
            self.connection.closeWhenWritten()
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func watchMessage(context: ChannelHandlerContext) {
        guard self.messageTimer == nil else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        self.messageTimer = context.eventLoop.scheduleTask(in: self.limits.messageTime) {
            let (handler, context) = bound.value
            handler.close(.policyViolation, "The message took too long.", context: context)
        }
    }

    private func ping(context: ChannelHandlerContext) {
        guard !self.isClosing else { return }
        // Nobody is there who could read a close.
        guard !self.isPongDue else { return context.close(promise: nil) }
        self.isPongDue = true
        self.send(.ping, ByteBuffer(), context: context, promise: nil)
    }

    // MARK: To the client

    func send(_ text: ByteBuffer, context: ChannelHandlerContext, written: @escaping @Sendable () -> Void) {
        guard !self.isClosing, context.channel.isActive else { return }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenSuccess(written)
        self.send(.text, text, context: context, promise: promise)
    }

    /// Writes a text that others follow at once.
    func write(_ text: ByteBuffer, context: ChannelHandlerContext) {
        guard !self.isClosing, context.channel.isActive else { return }
        self.write(.text, text, context: context, promise: nil)
    }

    /// Says why, waits a little for the client's own close, and closes.
    func close(_ code: WebSocketCloseCode, _ reason: String, context: ChannelHandlerContext) {
        guard !self.isClosing else { return }
        var content = context.channel.allocator.buffer(capacity: 2 + reason.utf8.count)
        content.writeInteger(code.rawValue)
        // Section 5.5: a control frame has 125 bytes at most.
        content.writeString(reason.bounded(toUTF8Count: 123))
        self.send(.connectionClose, content, context: context, promise: nil)
        self.stop()
        self.connection.closeWhenWritten()
    }

    /// The client closes: it gets its own code back.
    private func close(_ code: WebSocketErrorCode?, context: ChannelHandlerContext) {
        var content = context.channel.allocator.buffer(capacity: 2)
        if let code { content.write(webSocketErrorCode: code) }
        self.send(.connectionClose, content, context: context, promise: nil)
        self.stop()
        self.connection.closeWhenWritten()
    }

    private func send(
        _ opcode: WebSocketOpcode,
        _ content: ByteBuffer,
        context: ChannelHandlerContext,
        promise: EventLoopPromise<Void>?
    ) {
        self.write(opcode, content, context: context, promise: promise)
        context.flush()
    }

    private func write(
        _ opcode: WebSocketOpcode,
        _ content: ByteBuffer,
        context: ChannelHandlerContext,
        promise: EventLoopPromise<Void>?
    ) {
        let head = WebSocketFrameHead.bytes(opcode: opcode, length: content.readableBytes)
        context.write(self.wrapOutboundOut(head), promise: content.readableBytes == 0 ? promise : nil)
        if content.readableBytes > 0 { context.write(self.wrapOutboundOut(content), promise: promise) }
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

/// The first bytes of a frame that a server sends: not masked, not in parts (RFC 6455 section 5.2).
enum WebSocketFrameHead {
    static func bytes(opcode: WebSocketOpcode, length: Int) -> ByteBuffer {
        var head = ByteBuffer()
        head.reserveCapacity(10)
        head.writeInteger(0x80 | UInt8(webSocketOpcode: opcode))
        switch length {
        case ..<126: head.writeInteger(UInt8(length))
        case ..<(1 << 16):
            head.writeInteger(UInt8(126))
            head.writeInteger(UInt16(length))
        default:
            head.writeInteger(UInt8(127))
            head.writeInteger(UInt64(length))
        }
        return head
    }
}

extension String {
    /// As many whole characters from the beginning as have this many bytes.
    fileprivate func bounded(toUTF8Count count: Int) -> String {
        guard self.utf8.count > count else { return self }
        var text = self
        while text.utf8.count > count { text.removeLast() }
        return text
    }
}
