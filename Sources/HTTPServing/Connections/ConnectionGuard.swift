import NIOCore

/// The handler next to the socket: sees to it that no connection costs more than its share, whatever its client does.
///
/// - Time-outs: for a head, between requests, for a body that stops coming, for what is written and not taken
///   (``ConnectionState/verdict(now:unsentBytes:isReadable:)``).
/// - As long as the socket does not take what is written, nothing more is read: who sends requests and reads no response gets
///   nowhere.
/// - Connections in all and from one address are bounded (``ConnectionLimiter``).
/// - The end: what is written goes out first, and what the client still sends is read for a while (``closeWhenWritten()``).
/// - Graceful shutdown: at once between two requests, else after the response.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    let connection: TrackedConnection
    let limiter: ConnectionLimiter
    let problems: ProblemNamespace
    var context: ChannelHandlerContext?
    /// The client will send no more.
    var isInputClosed = false
    /// A read was asked for, and nothing has come yet.
    private var isReadPending = false
    private var isReadHeldBack = false
    /// What the limiter counts it as; nil before and after.
    var admission: ConnectionLimiter.Admission?

    init(connection: TrackedConnection, limiter: ConnectionLimiter, problems: ProblemNamespace) {
        self.connection = connection
        self.limiter = limiter
        self.problems = problems
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.connection.socketGuard = self
        self.connection.table.add(self.connection)
        if context.channel.isActive { self.begin(context: context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.leave()
        self.connection.table.remove(self.connection)
        self.connection.socketGuard = nil
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        self.begin(context: context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.leave()
        context.fireChannelInactive()
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.isReadPending = false
        self.connection.bytesCame()
        // Nobody will read what comes after the end.
        guard self.connection.isOpen else { return }
        let bytes = self.unwrapInboundIn(data)
        // Looked for only where it may be needed: who is too long, the line or the fields, is asked in the middle of the call.
        let isLong = bytes.readableBytes > Self.shortHeadBytes
        if isLong { self.lookForLine(in: bytes) }
        context.fireChannelRead(data)
        if !isLong { self.lookForLine(in: bytes) }
    }

    /// Less than any limit of heads.
    private static let shortHeadBytes = 1000

    /// Tells a first line that is too long from fields that are: only what comes within the limit counts.
    private func lookForLine(in bytes: ByteBuffer) {
        guard let head = self.connection.state.head, !head.hasRequestLine else { return }
        let room = max(0, self.connection.table.policy.maximumHeaderBytes - head.lineBytes)
        let isWhole = bytes.readableBytesView.prefix(room).contains(UInt8(ascii: "\n"))
        self.connection.lineCame(bytes.readableBytes, isWhole: isWhole)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.isReadPending = false
        if self.connection.state.phase == .lingering { context.read() }
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        guard context.channel.isWritable else {
            self.isReadHeldBack = true
            return
        }
        self.isReadPending = true
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if self.isReadHeldBack, context.channel.isWritable {
            self.isReadHeldBack = false
            self.read(context: context)
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            // The handlers above would close between two requests of their own, in the middle of a response of somebody else.
            self.connection.quiesce()
            if self.connection.isOpen, self.connection.isWaiting {
                Self.unsentBytes(context.channel) == 0 ? self.closeNow() : self.closeWhenWritten()
            }
        case ChannelEvent.inputClosed:
            self.isInputClosed = true
            if self.connection.state.phase == .lingering { self.closeNow() }
            context.fireUserInboundEventTriggered(event)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: To the client

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        self.connection.bytesWritten(self.unwrapOutboundIn(data).readableBytes)
        context.write(data, promise: promise)
    }

    // MARK: Time

    /// Called now and then by the table.
    func look() {
        guard let context = self.context else { return }
        let unsent = self.connection.state.sending.isAllTaken ? 0 : Self.unsentBytes(context.channel)
        switch self.connection.verdict(unsentBytes: unsent, isReadable: self.isReadPending) {
        case .goOn: break
        case .close: self.closeNow()
        case .requestTimeout: self.refuse(.requestTimeout, context: context)
        case .reset: self.reset()
        // HTTP/2's own.
        case .goAway: break
        }
    }

    private static func unsentBytes(_ channel: any Channel) -> Int {
        // A channel that cannot tell is as good as one that has nothing to tell.
        (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
}
