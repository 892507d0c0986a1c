import HTTPSemantics
import HTTPTypes
import MediaCore
import NIOCore

/// Answers plain requests for files that are in memory, on the event loop, in front of the HTTP decoder.
///
/// It looks only where a request begins and no response is outstanding, and acts only on a complete head of which it understands
/// every byte (``SimpleRequest``). Everything else goes on untouched, to the decoder and the router; whatever this handler
/// answers, those would have answered the same, from the same values.
final class HotFileResponder: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private enum State {
        /// Nothing is outstanding: the next byte begins a request.
        case boundary
        /// The router has a whole request, which has no body; the next byte after its answer begins another one.
        case routed
        /// A file is on its way.
        case sending
        /// The decoder has bytes whose end only it knows: it keeps the connection.
        case decoding
    }

    private let shelf: HotFileShelf
    private let crossOrigin: CrossOriginPolicy
    private let life: ConnectionLife
    private var state = State.boundary
    /// What came while an answer was outstanding.
    private var held = ByteBuffer()
    private var isReadHeldBack = false
    private var isInputClosed = false

    init(shelf: HotFileShelf, crossOrigin: CrossOriginPolicy, life: ConnectionLife) {
        self.shelf = shelf
        self.crossOrigin = crossOrigin
        self.life = life
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .decoding = self.state { return context.fireChannelRead(data) }
        var bytes = self.unwrapInboundIn(data)
        if self.held.readableBytes == 0 { self.held = bytes } else { self.held.writeBuffer(&bytes) }
        self.advance(context: context)
    }

    /// Requests that came before the end are answered first.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed, self.isBusy {
            self.isInputClosed = true
        } else {
            context.fireUserInboundEventTriggered(event)
        }
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
            switch self.held.withUnsafeReadableBytes({ SimpleRequest.recognize($0) }) {
            case .simple(let request):
                if self.answer(request, context: context) {
                    hasWritten = true
                } else {
                    self.route(request.headLength, context: context)
                }
            case .bodiless(let length): self.route(length, context: context)
            case .other:
                self.state = .decoding
                let bytes = self.held
                self.held = ByteBuffer()
                context.fireChannelRead(self.wrapInboundOut(bytes))
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
        context.fireChannelRead(self.wrapInboundOut(head))
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
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
    }

    /// While requests wait here, no more are read.
    func read(context: ChannelHandlerContext) {
        if self.isBusy { self.isReadHeldBack = true } else { context.read() }
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.held = ByteBuffer() }

    // MARK: To the client

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is ResponseEnded else { return context.triggerUserOutboundEvent(event, promise: promise) }
        promise?.succeed()
        if case .routed = self.state {
            self.state = .boundary
            self.advanceLater(context: context)
        }
    }

    /// Not at once: the layers above are in the middle of their own end of the response.
    private func advanceLater(context: ChannelHandlerContext) {
        guard self.held.readableBytes > 0 || self.isInputClosed || self.isReadHeldBack else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.execute {
            let (handler, context) = bound.value
            handler.advance(context: context)
            // What was held belongs to a reading that is long complete; the layers above wait for its end.
            context.fireChannelReadComplete()
        }
    }

    /// - Returns: false when the request has to go the long way.
    private func answer(_ request: SimpleRequest, context: ChannelHandlerContext) -> Bool {
        // Where not everybody may read, the answer depends on who asks.
        guard request.origin == nil || self.crossOrigin.allowsAll, self.life.mayKeepAlive,
            let slot = self.held.withUnsafeReadableBytes({ bytes in
                self.shelf.slot(
                    target: UnsafeRawBufferPointer(rebasing: bytes[request.target]),
                    accept: request.accept.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
                )
            })
        else { return false }
        let answer = HotAnswer(request, slot: slot, date: self.shelf.now())
        guard let answer else { return false }
        self.held.moveReaderIndex(forwardBy: request.headLength)
        self.life.requestBegan()
        self.life.requestRead()
        self.shelf.traffic.count(answer.status)
        context.write(self.wrapOutboundOut(.byteBuffer(answer.head)), promise: nil)
        switch answer.content {
        case .none: break
        case .bytes(let bytes): context.write(self.wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
        case .range(let range):
            self.send(range, of: slot.file, keepsAlive: request.keepsAlive, context: context)
            return true
        }
        self.shelf.traffic.bytes += Int64(answer.length)
        self.end(keepsAlive: request.keepsAlive, context: context)
        return true
    }

    private func send(_ range: Range<Int64>, of hot: HotFile, keepsAlive: Bool, context: ChannelHandlerContext) {
        self.state = .sending
        let sent = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { result in
            let (handler, context) = bound.value
            // A transfer that failed has closed the connection.
            guard case .success = result else { return }
            handler.shelf.traffic.bytes += Int64(range.count)
            handler.end(keepsAlive: keepsAlive, context: context)
            handler.state = .boundary
            handler.advanceLater(context: context)
        }
        context.triggerUserOutboundEvent(FileTransfer(file: hot.file, range: range, pace: hot.pace), promise: sent)
    }

    private func end(keepsAlive: Bool, context: ChannelHandlerContext) {
        self.life.responseEnded()
        guard !keepsAlive else { return }
        context.flush()
        self.life.closeWhenWritten()
    }
}

/// Sent down the pipeline by whoever has written the end of a response.
struct ResponseEnded: Sendable {}
