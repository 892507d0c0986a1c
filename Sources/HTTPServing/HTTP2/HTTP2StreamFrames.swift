import NIOCore
import NIOHTTP2

/// Sent down a stream's pipeline: the stream ends here, for this reason (RFC 9113 section 6.4).
struct StreamReset: Sendable {
    var code: HTTP2ErrorCode
}

/// What the translation of a stream to HTTP types leaves out: the name of the server when it stands in `Host`, whether a body
/// comes, ends that are not the end of a message, and clients that for a while take nothing of a response: they lose the stream.
final class HTTP2StreamFrames: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = HTTP2Frame.FramePayload
    typealias OutboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    /// How much longer a stream may wait while the client takes those beside it: a slow line is no reason to give up, and which
    /// stream is next is not fair (swift-nio-http2 takes them from a set).
    private static let patience: Int64 = 10

    private let writeTimeout: TimeAmount
    private let openStreams: OpenStreams
    private var isHeadRead = false
    /// Frames on their way to the client.
    private var unwritten = 0
    private var lastWritten = NIODeadline.now()
    private var timer: Scheduled<Void>?

    init(writeTimeout: Duration, openStreams: OpenStreams) {
        self.writeTimeout = TimeAmount(writeTimeout)
        self.openStreams = openStreams
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .headers(var content) = self.unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        // Those behind a body too.
        guard !HTTP2RequestFields.isMalformed(content.headers) else {
            context.writeAndFlush(self.wrapOutboundOut(.rstStream(.protocolError)), promise: nil)
            return
        }
        guard !self.isHeadRead else { return context.fireChannelRead(data) }
        self.isHeadRead = true
        HTTP2RequestFields.nameServer(in: &content.headers)
        HTTP2RequestFields.announceBody(in: &content.headers, isEnd: content.endStream)
        context.fireChannelRead(self.wrapInboundOut(.headers(content)))
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.timer?.cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.timer?.cancel() }

    // MARK: To the client

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if self.unwritten == 0 { self.lastWritten = .now() }
        self.unwritten += 1
        let written = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        written.futureResult.whenComplete { result in
            let now = NIODeadline.now()
            bound.value.unwritten -= 1
            bound.value.lastWritten = now
            if case .success = result { bound.value.openStreams.bytesTaken(at: now) }
        }
        context.write(data, promise: written)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        if self.unwritten > 0, self.timer == nil { self.watch(context: context) }
    }

    /// Only where not all is taken at once.
    private func watch(context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        self.timer = context.eventLoop.scheduleTask(in: self.writeTimeout) {
            let (handler, context) = bound.value
            handler.check(context: context)
        }
    }

    private func check(context: ChannelHandlerContext) {
        self.timer = nil
        guard self.unwritten > 0 else { return }
        let now = NIODeadline.now()
        let (silence, silenceOfAll) = (now - self.lastWritten, now - self.openStreams.lastTaken)
        let isStalled = silence >= self.writeTimeout && silenceOfAll >= self.writeTimeout
        guard isStalled || silence >= self.writeTimeout * Self.patience else { return self.watch(context: context) }
        context.close(promise: nil)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        if let reset = event as? StreamReset {
            context.writeAndFlush(self.wrapOutboundOut(.rstStream(reset.code)), promise: promise)
        } else {
            context.triggerUserOutboundEvent(event, promise: promise)
        }
    }
}
