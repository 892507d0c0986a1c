import NIOCore

/// Stands between the socket and TLS until hands are shaken.
///
/// A client that takes too long is cut off. One that speaks plain HTTP is told so, in plain HTTP: TLS could only hang up, and
/// people who forget the `s` of `https` would have to guess. A daemon that stops does not wait for either.
final class HandshakeGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// ContentType handshake(22) of the first record (RFC 8446 section 5.1).
    private static let handshakeRecord: UInt8 = 22

    private static let advice = "This port speaks HTTPS: begin the URL with https://.\n"
    private static let plainAnswer = """
        HTTP/1.1 400 Bad Request\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Length: \(advice.utf8.count)\r
        Connection: close\r
        \r
        \(advice)
        """

    private let timeout: TimeAmount
    private var timer: Scheduled<Void>?
    private var hasBegun = false
    private var isRefused = false

    init(timeout: Duration) { self.timeout = TimeAmount(timeout) }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        self.timer = context.eventLoop.scheduleTask(in: self.timeout) { bound.value.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.timer?.cancel() }

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
        let answer = context.channel.allocator.buffer(string: Self.plainAnswer)
        context.writeAndFlush(self.wrapOutboundOut(answer)).whenComplete { _ in bound.value.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
