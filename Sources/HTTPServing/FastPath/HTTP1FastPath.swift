import HTTPSemantics
import NIOCore

/// Responds to plain requests on the event loop, in front of the HTTP decoder, where a ``FastResponder`` can.
///
/// It looks only where a request begins and no response is outstanding, and acts only on a complete head of which it understands
/// every byte (``SimpleRequest``). Everything else goes on untouched, to the decoder and the router; whatever this handler
/// responds, those would have responded the same, from the same values.
final class HTTP1FastPath: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    enum State {
        /// Nothing is outstanding: the next byte begins a request.
        case boundary
        /// The router has a whole request, which has no body; the next byte after its response begins another one.
        case routed
        /// A file is on its way.
        case sending
        /// The decoder has bytes whose end only it knows: it keeps the connection.
        case decoding
    }

    /// Nil: the router must handle every request.
    let responder: (any FastResponder)?
    let connection: TrackedConnection
    private let limits: ConnectionLimits
    /// Puts the layers above in place; told nil when the connection ends without. Gone when it was called.
    private var buildRouter: (((any Channel)?) -> Void)?
    var state = State.boundary
    /// What came while a response was outstanding.
    var held = ByteBuffer()
    private var isReadHeldBack = false
    private var isInputClosed = false

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
        if case .decoding = self.state { return context.fireChannelRead(data) }
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
        // Nobody above is there to end the connection.
        if self.buildRouter != nil { self.connection.closeWhenWritten() }
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    private var isBusy: Bool {
        switch self.state {
        case .decoding: false
        case .sending: true
        case .boundary, .routed: self.held.readableBytes > 0
        }
    }

    /// Goes from request to request as long as each can be dealt with at once.
    private func advance(context: ChannelHandlerContext) {
        var hasWritten = false
        while case .boundary = self.state, self.held.readableBytes > 0 {
            guard self.connection.isOpen else {
                // Behind a response that closes, nothing is processed (RFC 9112 section 9.6).
                self.held = ByteBuffer()
                break
            }
            switch self.held.withUnsafeReadableBytes({
                SimpleRequest.recognize(
                    $0,
                    maximumLength: self.limits.maximumHeaderBytes,
                    maximumFields: self.limits.maximumHeaderCount
                )
            }) {
            case .simple(let request):
                if self.respond(to: request, context: context) {
                    hasWritten = true
                } else {
                    self.route(request.headLength, context: context)
                }
            case .bodiless(let length): self.route(length, context: context)
            case .other:
                self.state = .decoding
                let bytes = self.held
                self.held = ByteBuffer()
                self.hand(bytes, context: context)
            }
        }
        // An empty buffer would still keep the memory that was read into.
        if self.held.readableBytes == 0 { self.held = ByteBuffer() }
        if hasWritten { context.flush() }
        self.goOn(context: context)
    }

    private func route(_ length: Int, context: ChannelHandlerContext) {
        guard let head = self.held.readSlice(length: length) else { return }
        self.state = .routed
        self.hand(head, context: context)
    }

    private func hand(_ bytes: ByteBuffer, context: ChannelHandlerContext) {
        if let buildRouter = self.buildRouter {
            self.buildRouter = nil
            buildRouter(context.channel)
            context.fireChannelActive()
        }
        context.fireChannelRead(self.wrapInboundOut(bytes))
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
            self.state = .decoding
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
