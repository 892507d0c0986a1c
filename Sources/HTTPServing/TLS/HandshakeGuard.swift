import NIOCore

/// Stands between the socket and TLS until the TLS handshake is done.
///
/// A client that takes too long is cut off. One that speaks plain HTTP is told so, in plain HTTP: TLS could only close, and
/// people who forget the `s` of `https` would have to guess. A graceful shutdown waits for neither.
///
/// It counts as a connection already now; whoever comes next counts it again, for itself.
final class HandshakeGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// ContentType handshake(22) of the first record (RFC 8446 section 5.1).
    private static let handshakeRecord: UInt8 = 22

    private static let advice = "This port speaks HTTPS: begin the URL with https://.\n"
    private static let plainResponse = """
        HTTP/1.1 400 Bad Request\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Length: \(advice.utf8.count)\r
        Connection: close\r
        \r
        \(advice)
        """

    private let timeout: TimeAmount
    private let limiter: ConnectionLimiter
    private var admission: ConnectionLimiter.Admission?
    private var timer: Scheduled<Void>?
    private var hasBegun = false
    private var isRefused = false

    init(timeout: Duration, limiter: ConnectionLimiter) {
        self.timeout = TimeAmount(timeout)
        self.limiter = limiter
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        self.timer = context.eventLoop.scheduleTask(in: self.timeout) { bound.value.close(promise: nil) }
        if context.channel.isActive { self.begin(context: context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.timer?.cancel()
        self.timer = nil
        self.limiter.leave(self.admission)
        self.admission = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        self.begin(context: context)
        context.fireChannelActive()
    }

    /// Without a handshake nobody can be told why.
    private func begin(context: ChannelHandlerContext) {
        guard self.admission == nil else { return }
        let admission = self.limiter.admit(
            context.channel.remoteAddress,
            to: self.limiter.table(of: context.eventLoop)
        )
        self.admission = admission
        guard case .admitted = admission else { return context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isRefused else { return }
        let bytes = self.unwrapInboundIn(data)
        if !self.hasBegun, let first = bytes.readableBytesView.first {
            self.hasBegun = true
            guard first == Self.handshakeRecord else { return self.refuse(first, context: context) }
        }
        context.fireChannelRead(data)
    }

    private func refuse(_ first: UInt8, context: ChannelHandlerContext) {
        self.isRefused = true
        // Methods begin with a capital letter. Whatever else it is would not understand.
        guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else { return context.close(promise: nil) }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let response = context.channel.allocator.buffer(string: Self.plainResponse)
        context.writeAndFlush(self.wrapOutboundOut(response)).whenComplete { _ in bound.value.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
