import HTTPSemantics
import NIOCore
import NIOHTTP1

/// Responds to plain requests on the event loop, in front of the HTTP decoder, where a ``FastResponder`` can, and hands the decoder
/// everything else, one message at a time.
///
/// It looks only where a request begins and no response is outstanding, and acts only on a complete head of which it understands
/// every byte (``SimpleRequest``). Whatever this handler responds, the decoder and the router would have responded the same, from the same
/// values. It finds the end of what it hands over by ``RequestSpelling``, and looks again behind it.
final class HTTP1FastPath: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    enum State {
        /// Nothing is outstanding: the next byte begins a request.
        case boundary
        /// Likewise, and the beginning of a head has come.
        case headBegun
        /// The decoder has the beginning of a request, whose rest has not come.
        case decoding
        /// The router has a whole request; the next byte after its response begins another one.
        case routed
        /// A file is on its way.
        case sending
        /// Whatever comes is for the layers above.
        case passing
        /// Whatever comes is for nobody.
        case dropping
    }

    /// Nil: the router must handle every request.
    let responder: (any FastResponder)?
    let connection: TrackedConnection
    private let limits: ConnectionLimits
    /// Puts the layers above in place; told nil when the connection ends without. Gone when it was called.
    private var buildRouter: (((any Channel)?) -> Void)?
    var state = State.boundary
    /// What came and was not looked at, or not whole.
    var held = ByteBuffer()
    private var spelling = RequestSpelling()
    /// How often the head that is awaited was looked at, and was not whole.
    private var looks = 0
    private var isReadHeldBack = false
    private var isInputClosed = false

    /// A head that comes in more pieces goes to the decoder, which reads each byte once.
    private static let maximumLooks = 4

    init(
        responder: (any FastResponder)?,
        connection: TrackedConnection,
        limits: ConnectionLimits,
        buildRouter: @escaping ((any Channel)?) -> Void
    ) {
        self.responder = responder
        self.connection = connection
        self.limits = limits
        self.buildRouter = buildRouter
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.state {
        case .passing: return context.fireChannelRead(data)
        case .dropping: return
        default: break
        }
        var bytes = self.unwrapInboundIn(data)
        if self.held.readableBytes == 0 { self.held = bytes } else { self.held.writeBuffer(&bytes) }
        self.advance(context: context)
    }

    /// Requests that came before the end are responded to first.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed where self.isBusy: self.isInputClosed = true
        case ChannelEvent.inputClosed: self.inputEnded(context: context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private func inputEnded(context: ChannelHandlerContext) {
        // What has begun will never be whole: that is for the decoder to say.
        if case .headBegun = self.state { self.hand(context: context) }
        // Nobody above is there to end the connection.
        if self.buildRouter != nil { self.connection.closeWhenWritten() }
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    private var isBusy: Bool {
        switch self.state {
        case .headBegun, .decoding, .passing, .dropping: false
        case .sending: true
        case .boundary, .routed: self.held.readableBytes > 0
        }
    }

    /// Goes from request to request as long as each can be dealt with at once.
    private func advance(context: ChannelHandlerContext) {
        var hasWritten = false
        if case .headBegun = self.state { self.state = .boundary }
        if case .decoding = self.state { self.decode(context: context) }
        while case .boundary = self.state, self.held.readableBytes > 0 {
            guard self.connection.isOpen else {
                // Behind a response that closes, nothing is processed (RFC 9112 section 9.6).
                self.held = ByteBuffer()
                break
            }
            switch self.recognized() {
            case .simple(let request) where self.respond(to: request, context: context):
                hasWritten = true
                self.looks = 0
            case .incomplete where self.looks < Self.maximumLooks:
                self.looks += 1
                self.state = .headBegun
            case .simple, .incomplete, .other: self.hand(context: context)
            }
        }
        // An empty buffer would still keep the memory that was read into.
        if self.held.readableBytes == 0 { self.held = ByteBuffer() }
        if hasWritten { context.flush() }
        self.goOn(context: context)
    }

    private func recognized() -> SimpleRequest.Recognition {
        self.held.withUnsafeReadableBytes {
            SimpleRequest.recognize(
                $0,
                maximumLength: self.limits.maximumHeaderBytes,
                maximumFields: self.limits.maximumHeaderCount
            )
        }
    }

    /// Lets the decoder have the next message.
    private func hand(context: ChannelHandlerContext) {
        self.state = .decoding
        self.looks = 0
        if let buildRouter = self.buildRouter {
            self.buildRouter = nil
            buildRouter(context.channel)
            context.fireChannelActive()
        }
        self.decode(context: context)
    }

    private func decode(context: ChannelHandlerContext) {
        while case .decoding = self.state {
            switch self.spelling.next(of: &self.held) {
            case .bytes(let bytes, let isLast):
                // Before the layers above, which may respond at once.
                if isLast { self.state = .routed }
                context.fireChannelRead(self.wrapInboundOut(bytes))
            case .more: return
            case .invalid:
                self.held = ByteBuffer()
                self.state = .dropping
                context.fireErrorCaught(HTTPParserError.invalidChunkSize)
            }
        }
    }

    /// Does what was put off while requests were outstanding.
    private func goOn(context: ChannelHandlerContext) {
        guard !self.isBusy else { return }
        if self.isReadHeldBack {
            self.isReadHeldBack = false
            context.read()
        }
        if self.isInputClosed {
            self.isInputClosed = false
            self.inputEnded(context: context)
        }
    }

    /// While requests wait here, no more are read.
    func read(context: ChannelHandlerContext) {
        if self.isBusy { self.isReadHeldBack = true } else { context.read() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.held = ByteBuffer()
        self.buildRouter?(nil)
        self.buildRouter = nil
    }

    // MARK: To the client

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        if event is ConnectionPassesBytes {
            // What came behind the last request is nobody's.
            self.state = .passing
            self.held = ByteBuffer()
            self.isReadHeldBack = false
            promise?.succeed()
            return
        }
        guard event is ResponseEnded else { return context.triggerUserOutboundEvent(event, promise: promise) }
        promise?.succeed()
        if case .routed = self.state {
            self.state = .boundary
            self.advanceLater(context: context)
        }
    }

    /// Not at once: the layers above are in the middle of their own end of the response.
    func advanceLater(context: ChannelHandlerContext) {
        guard self.held.readableBytes > 0 || self.isInputClosed || self.isReadHeldBack else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.execute {
            let (handler, context) = bound.value
            handler.advance(context: context)
            // What was held belongs to a reading that is long complete; the layers above wait for its end.
            context.fireChannelReadComplete()
        }
    }
}

/// Sent down the pipeline by whoever has written the end of a response.
struct ResponseEnded: Sendable {}
