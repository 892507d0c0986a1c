import NIOCore

/// The handler next to the socket: sees to it that no connection costs more than its share, whatever its client does.
///
/// - Time-outs: for a head, between requests, for a body that stops coming, for what is written and not taken
///   (``ConnectionLife/verdict(unsentBytes:isReadable:)``).
/// - As long as the socket does not take what is written, nothing more is read: who sends requests and reads no answer gets
///   nowhere.
/// - Connections in all and from one address are bounded (``ConnectionCensus``).
/// - The end: what is written goes out first, and what the client still sends is read for a while (``closeWhenWritten()``).
/// - When the daemon is stopping: at once between two requests, else after the answer.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    let life: ConnectionLife
    let census: ConnectionCensus
    var context: ChannelHandlerContext?
    /// The client will send no more.
    var isInputClosed = false
    /// A read was asked for, and nothing has come yet.
    private var isReadPending = false
    private var isReadHeldBack = false
    /// What the census has to be told at the end; nil before and after.
    var admission: ConnectionCensus.Admission?

    init(life: ConnectionLife, census: ConnectionCensus) {
        self.life = life
        self.census = census
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.life.keeper = self
        self.life.table.add(self.life)
        if context.channel.isActive { self.begin(context: context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.leave()
        self.life.table.remove(self.life)
        self.life.keeper = nil
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
        self.life.bytesCame()
        // Nobody will read what comes after the end.
        guard self.life.isOpen else { return }
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
        guard case .readingHead = self.life.phase, !self.life.hasRequestLine else { return }
        let room = max(0, self.life.table.limits.maximumHeaderBytes - self.life.lineBytes)
        let isWhole = bytes.readableBytesView.prefix(room).contains(UInt8(ascii: "\n"))
        self.life.lineCame(bytes.readableBytes, isWhole: isWhole)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.isReadPending = false
        if case .lingering = self.life.phase { context.read() }
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
            // The handlers above would close between two requests of their own, in the middle of an answer of somebody else.
            self.life.quiesce()
            if self.life.isOpen, self.life.isWaiting {
                Self.unsentBytes(context.channel) == 0 ? self.closeNow() : self.closeWhenWritten()
            }
        case ChannelEvent.inputClosed:
            self.isInputClosed = true
            if case .lingering = self.life.phase { self.closeNow() }
            context.fireUserInboundEventTriggered(event)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: To the client

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        self.life.bytesWritten(self.unwrapOutboundIn(data).readableBytes)
        context.write(data, promise: promise)
    }

    // MARK: Time

    /// Called now and then by the table.
    func look() {
        guard let context = self.context else { return }
        let unsent = self.life.isAllTaken ? 0 : Self.unsentBytes(context.channel)
        switch self.life.verdict(unsentBytes: unsent, isReadable: self.isReadPending) {
        case .goOn: break
        case .close: self.closeNow()
        case .requestTimeout: self.refuse(.requestTimeout, context: context)
        case .reset: self.reset()
        }
    }

    private static func unsentBytes(_ channel: any Channel) -> Int {
        // A channel that cannot tell is as good as one that has nothing to tell.
        (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
}
