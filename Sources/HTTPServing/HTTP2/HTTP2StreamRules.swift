import HTTPTypes
import NIOCore
import NIOHTTP2
import NIOHTTPTypes

/// What ``HTTP1Rules`` does for HTTP/1, for one stream of HTTP/2, which has one request and no connection of its own.
///
/// - A request names its server exactly once; others are refused (RFC 9113 section 8.3.1).
/// - The request and its response are what ``RequestExchange`` says.
/// - A response that is done before the request's body has come ends the stream with NO_ERROR: the client sees the response, and
///   sends no more (RFC 9113 section 8.1).
/// - A client that for a while sends nothing of a body that is awaited loses the stream.
final class HTTP2StreamRules: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ConnectionLimits
    private let headRules: RequestHeadRules
    private let problems: ProblemNamespace
    private var exchange = RequestExchange()
    private var isReadWanted = false
    private var lastRead = NIODeadline.now()
    private var timer: Scheduled<Void>?

    init(limits: ConnectionLimits, headRules: RequestHeadRules, problems: ProblemNamespace) {
        self.limits = limits
        self.headRules = headRules
        self.problems = problems
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.lastRead = .now()
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.readHead(head, context: context)
        case .body: if self.exchange.bodyCame() { context.fireChannelRead(data) }
        case .end: if self.exchange.requestEnded() { context.fireChannelRead(data) }
        }
    }

    private func readHead(_ head: HTTPRequest, context: ChannelHandlerContext) {
        // CONNECT has none; nobody is here who could open a tunnel.
        guard head.path != nil else {
            return context.triggerUserOutboundEvent(StreamReset(code: .protocolError), promise: nil)
        }
        var head = head
        self.exchange.begin(isHead: head.method == .head)
        do throws(ConnectionRefusal) {
            try HTTP2HeadRules.check(head, limits: self.limits)
            if let method = try self.headRules.overridingMethod(of: head) { head.method = method }
        } catch {
            return self.refuse(error, context: context)
        }
        HTTP2HeadRules.settleAuthority(of: &head)
        HTTP2HeadRules.settleScheme(of: &head)
        self.exchange.accept(isHead: head.method == .head, expectsContinue: RequestHeadRules.expectsContinue(head))
        context.fireChannelRead(self.wrapInboundOut(.head(head)))
    }

    private func refuse(_ refusal: ConnectionRefusal, context: ChannelHandlerContext) {
        let body = refusal.body(in: self.problems)
        let head = refusal.head(length: body.readableBytes)
        self.write(context: context, data: self.wrapOutboundOut(.head(head)), promise: nil)
        self.write(context: context, data: self.wrapOutboundOut(.body(body)), promise: nil)
        self.write(context: context, data: self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        switch self.exchange.body {
        case .due: self.watch(context: context)
        // Nobody above asks for what is thrown away.
        case .discarded: context.read()
        case .read: break
        }
    }

    func read(context: ChannelHandlerContext) {
        if !self.isReadWanted {
            // Until now it was the client that waited.
            self.isReadWanted = true
            self.lastRead = .now()
        }
        context.read()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch self.exchange.body {
        case .due: self.inputEnded(context: context)
        case .read where self.exchange.isBeforeFinalHead && !(error is NIOHTTP2Errors.StreamClosed):
            // A request that cannot be understood.
            context.triggerUserOutboundEvent(StreamReset(code: .protocolError), promise: nil)
        case .read, .discarded: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.timer?.cancel()
        self.inputEnded(context: context)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.timer?.cancel() }

    private func inputEnded(context: ChannelHandlerContext) {
        if self.exchange.inputEnded() { context.fireErrorCaught(IncompleteRequest()) }
    }

    // MARK: To the client

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch self.unwrapOutboundIn(data) {
        case .head(var head) where head.status.code >= 200:
            self.exchange.finalHeadWritten()
            ResponseDate.stamp(&head.headerFields, now: ResponseDate.now)
            if self.exchange.content == .empty { HTTP2HeadRules.showNoContent(in: &head) }
            HTTP2HeadRules.removeConnectionFields(of: &head)
            context.write(self.wrapOutboundOut(.head(head)), promise: promise)
        case .body where self.exchange.content != .all: promise?.succeed()
        case .end(let trailers):
            guard self.exchange.responseEnded() == .early else { return context.write(data, promise: promise) }
            self.endEarly(trailers, context: context, promise: promise)
        default: context.write(data, promise: promise)
        }
    }

    /// Not before all is written: a reset takes back what waits for the client's window.
    private func endEarly(_ trailers: HTTPFields?, context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let written = promise ?? context.eventLoop.makePromise()
        written.futureResult.whenSuccess {
            bound.value.triggerUserOutboundEvent(StreamReset(code: .noError), promise: nil)
        }
        context.write(self.wrapOutboundOut(.end(trailers)), promise: written)
        context.flush()
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        switch event {
        case let wanted as BodyWanted:
            if self.exchange.bodyWanted(isPaced: wanted.isPaced) {
                self.writeInterim(HTTPResponse(status: .continue), context: context)
            }
            promise?.succeed()
        case let interim as InterimResponse:
            if self.exchange.mayWriteInterim {
                let head = HTTPResponse(status: interim.status, headerFields: interim.fields)
                self.writeInterim(head, context: context)
            }
            promise?.succeed()
        default: context.triggerUserOutboundEvent(event, promise: promise)
        }
    }

    private func writeInterim(_ head: HTTPResponse, context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        context.writeAndFlush(self.wrapOutboundOut(.head(head)), promise: nil)
    }

    // MARK: Time

    /// Only for streams whose request does not come at once.
    private func watch(context: ChannelHandlerContext) {
        guard self.timer == nil, context.channel.isActive else { return }
        self.schedule(at: .now() + TimeAmount(self.limits.idleTimeout), context: context)
    }

    private func schedule(at deadline: NIODeadline, context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        self.timer = context.eventLoop.scheduleTask(deadline: deadline) {
            let (rules, context) = bound.value
            rules.check(context: context)
        }
    }

    private func check(context: ChannelHandlerContext) {
        self.timer = nil
        guard self.exchange.isBodyAwaited else { return }
        let now = NIODeadline.now()
        let end = (self.isReadWanted ? self.lastRead : now) + TimeAmount(self.limits.idleTimeout)
        guard now < end else { return context.close(promise: nil) }
        self.schedule(at: end, context: context)
    }
}
