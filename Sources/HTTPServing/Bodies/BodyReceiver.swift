import HTTPTypes
import NIOCore
import NIOHTTPTypes
import NIOPosix

/// Brings request bodies from the socket to a ``BodySink`` without passing through the layers above: in large writes on the
/// I/O threads, one at a time, the next one being collected meanwhile. The socket is not read while both are full; how long a
/// write is depends on how many bodies come at once (``ReceptionBudget``).
///
/// What comes before anybody has said what is to become of the body is held back. For the layers above the request ends where
/// the reception begins.
final class BodyReceiver: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    enum State {
        /// Between requests, and when a request has ended (with these trailers).
        case ended(HTTPFields?)
        /// Nobody has asked for the body yet.
        case undecided(Held)
        /// The layers above read it.
        case forwarding
        case receiving(Reception)
        /// A reception ended before the body did; what still comes is nobody's.
        case dropping
    }

    /// What came before anybody asked for it.
    struct Held {
        var parts: [HTTPRequestPart] = []
        /// The connection broke. Told to who asks for the body; the layers above, who may be busy with the response, would take it
        /// for the end of the next request.
        var failure: (any Error)?
    }

    let blockingPool: NIOThreadPool
    let budget: ReceptionBudget
    var state = State.ended(nil)
    private var isReadHeldBack = false

    init(blockingPool: NIOThreadPool, budget: ReceptionBudget) {
        self.blockingPool = blockingPool
        self.budget = budget
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = self.unwrapInboundIn(data)
        if case .head = part {
            self.state = .undecided(Held())
            context.fireChannelRead(data)
            return
        }
        switch self.state {
        case .undecided(var held):
            if case .end(let trailers) = part, held.parts.isEmpty {
                self.state = .ended(trailers)
                context.fireChannelRead(data)
            } else {
                held.parts.append(part)
                self.state = .undecided(held)
            }
        case .forwarding:
            if case .end(let trailers) = part { self.state = .ended(trailers) }
            context.fireChannelRead(data)
        case .receiving(let reception): reception.take(part)
        case .dropping:
            if case .end = part { self.state = .ended(nil) }
        case .ended: context.fireChannelRead(data)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if case .receiving(let reception) = self.state { reception.advance() }
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch self.state {
        // The layers above have seen the request end; for them there is no error.
        case .receiving(let reception): reception.fail(.incomplete)
        case .dropping: break
        case .undecided(var held):
            held.failure = error
            self.state = .undecided(held)
        case .ended, .forwarding: context.fireErrorCaught(error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .receiving(let reception) = self.state { reception.fail(.incomplete) }
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if case .receiving(let reception) = self.state { reception.fail(.incomplete) }
    }

    // MARK: From above

    func read(context: ChannelHandlerContext) {
        if self.wantsBytes { context.read() } else { self.isReadHeldBack = true }
    }

    private var wantsBytes: Bool {
        switch self.state {
        case .undecided(let held): held.parts.isEmpty
        case .receiving(let reception): reception.hasRoom
        case .dropping: false
        case .ended, .forwarding: true
        }
    }

    func readAgain(context: ChannelHandlerContext) {
        guard self.isReadHeldBack, self.wantsBytes else { return }
        self.isReadHeldBack = false
        context.read()
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        switch event {
        case let wanted as BodyReception:
            promise?.succeed()
            self.receive(wanted, context: context)
        case is BodyWanted:
            context.triggerUserOutboundEvent(event, promise: promise)
            self.forward(context: context)
        default:
            context.triggerUserOutboundEvent(event, promise: promise)
        }
    }

    private func forward(context: ChannelHandlerContext) {
        guard case .undecided(let held) = self.state else { return }
        self.state = .forwarding
        for part in held.parts { self.channelRead(context: context, data: self.wrapInboundOut(part)) }
        context.fireChannelReadComplete()
        if let failure = held.failure { self.errorCaught(context: context, error: failure) }
        self.readAgain(context: context)
    }

    private func receive(_ wanted: BodyReception, context: ChannelHandlerContext) {
        switch self.state {
        case .undecided(let held):
            let reception = Reception(wanted, in: self, context: context)
            self.state = .receiving(reception)
            context.triggerUserOutboundEvent(BodyWanted(isPaced: true), promise: nil)
            context.fireChannelRead(self.wrapInboundOut(.end(nil)))
            context.fireChannelReadComplete()
            for part in held.parts { reception.take(part) }
            reception.start()
            if held.failure != nil { reception.fail(.incomplete) }
            self.readAgain(context: context)
        case .ended(let trailers):
            wanted.end.succeed(ReceivedBody(failure: nil, trailers: trailers ?? [:]))
        case .forwarding, .receiving, .dropping:
            wanted.end.succeed(ReceivedBody(failure: .incomplete, trailers: [:]))
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // Whoever responds does not ask for the body any more.
        if case .head(let head) = self.unwrapOutboundIn(data), head.status.code >= 200 {
            self.responseBegins(context: context)
        }
        context.write(data, promise: promise)
    }

    /// The response begins without the body having been asked for: what was held back is dropped. For the layers above the
    /// request ends here, so that they do not take a long response for a client that is slow to ask.
    private func responseBegins(context: ChannelHandlerContext) {
        guard case .undecided(let held) = self.state else { return }
        if case .end(let trailers)? = held.parts.last {
            self.state = .ended(trailers)
            context.fireChannelRead(self.wrapInboundOut(.end(nil)))
            context.fireChannelReadComplete()
        } else {
            self.state = .dropping
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.execute {
            let (handler, context) = bound.value
            handler.readAgain(context: context)
        }
    }
}
