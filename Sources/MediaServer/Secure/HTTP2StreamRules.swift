import NIOCore
import NIOHTTP1
import NIOHTTP2

/// What ``ConnectionRules`` does for HTTP/1, for one stream of HTTP/2, which has one request and no connection of its own.
///
/// - A request names its server exactly once; others are refused (RFC 9113 section 8.3.1).
/// - `Expect: 100-continue` is answered when, and only when, the body is wanted (RFC 9110 section 10.1.1).
/// - An answer to HEAD never has content, whoever made it (RFC 9110 section 9.3.2).
/// - A body that ends before its time is an error, not an end.
/// - A response that is done before the request's body has come ends the stream with NO_ERROR: the client sees the answer, and
///   sends no more (RFC 9113 section 8.1).
/// - A client that for a while sends nothing of a body that is awaited loses the stream.
final class HTTP2StreamRules: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private struct IncompleteRequest: Error {}

    private enum Reading {
        case nothing
        case body
        /// The answer is out; what still comes is nobody's.
        case discarding
    }

    private let limits: ConnectionLimits
    private var reading = Reading.nothing
    private var expectsContinue = false
    private var isHeadWritten = false
    private var isHead = false
    /// The layers above take it for a HEAD, the client does not: it has to see a length of 0.
    private var isHeadByOverride = false

    private var isReadWanted = false
    /// Whoever reads the body has a time-out of its own.
    private var isBodyPaced = false
    private var lastRead = NIODeadline.now()
    private var timer: Scheduled<Void>?

    init(limits: ConnectionLimits) { self.limits = limits }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.lastRead = .now()
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.readHead(head, context: context)
        case .body:
            guard case .body = self.reading else { return }
            self.expectsContinue = false
            context.fireChannelRead(data)
        case .end:
            guard case .body = self.reading else { return }
            self.reading = .nothing
            context.fireChannelRead(data)
        }
    }

    private func readHead(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        var head = head
        self.isHead = head.method == .HEAD
        self.reading = .body
        do throws(ConnectionRefusal) {
            let length = head.headers.reduce(head.uri.utf8.count) { $0 + $1.name.utf8.count + $1.value.utf8.count }
            guard head.headers.count <= self.limits.maximumHeaderCount, length <= self.limits.maximumHeaderBytes else {
                throw Self.tooManyFields
            }
            guard head.headers.first(name: "host") != "" else { throw Self.nameless }
            try RequestHeadRules.check(head)
            try RequestHeadRules.overrideMethod(of: &head)
        } catch {
            return self.refuse(error, context: context)
        }
        self.isHeadByOverride = head.method == .HEAD && !self.isHead
        self.expectsContinue = RequestHeadRules.expectsContinue(head)
        context.fireChannelRead(self.wrapInboundOut(.head(head)))
    }

    private static let tooManyFields = ConnectionRefusal(
        status: .requestHeaderFieldsTooLarge,
        detail: "The head of the request is too large."
    )
    private static let nameless = ConnectionRefusal(status: .badRequest, detail: "A request names its server.")

    private func refuse(_ refusal: ConnectionRefusal, context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http2, status: refusal.status, headers: refusal.headers)
        self.write(context: context, data: self.wrapOutboundOut(.head(head)), promise: nil)
        let body = ByteBuffer(string: refusal.body)
        self.write(context: context, data: self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        self.write(context: context, data: self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        switch self.reading {
        case .body: self.watch(context: context)
        // Nobody above asks for what is thrown away.
        case .discarding: context.read()
        case .nothing: break
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
        switch self.reading {
        case .body: self.inputEnded(context: context)
        case .nothing where !self.isHeadWritten && !(error is NIOHTTP2Errors.StreamClosed):
            // A request that cannot be understood.
            context.triggerUserOutboundEvent(StreamReset(code: .protocolError), promise: nil)
        case .nothing, .discarding: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.timer?.cancel()
        self.inputEnded(context: context)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.timer?.cancel() }

    private func inputEnded(context: ChannelHandlerContext) {
        guard case .body = self.reading else { return }
        self.reading = .nothing
        context.fireErrorCaught(IncompleteRequest())
    }

    // MARK: To the client

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch self.unwrapOutboundIn(data) {
        case .head(var head) where head.status.code >= 200:
            self.isHeadWritten = true
            if self.isHeadByOverride, head.status.mayHaveResponseBody {
                head.headers.replaceOrAdd(name: "content-length", value: "0")
            }
            context.write(self.wrapOutboundOut(.head(head)), promise: promise)
        case .body where self.isHead || self.isHeadByOverride: promise?.succeed()
        case .end(let trailers):
            guard case .body = self.reading else {
                return context.write(self.wrapOutboundOut(.end(trailers)), promise: promise)
            }
            self.reading = .discarding
            self.endEarly(trailers, context: context, promise: promise)
        case let part: context.write(self.wrapOutboundOut(part), promise: promise)
        }
    }

    /// Not before all is written: a reset takes back what waits for the client's window.
    private func endEarly(_ trailers: HTTPHeaders?, context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
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
            self.isBodyPaced = wanted.isPaced
            if self.expectsContinue {
                self.expectsContinue = false
                self.writeInterim(HTTPResponseHead(version: .http2, status: .continue), context: context)
            }
            promise?.succeed()
        case let interim as InterimResponse:
            let head = HTTPResponseHead(version: .http2, status: interim.status, headers: interim.headers)
            self.writeInterim(head, context: context)
            promise?.succeed()
        default: context.triggerUserOutboundEvent(event, promise: promise)
        }
    }

    private func writeInterim(_ head: HTTPResponseHead, context: ChannelHandlerContext) {
        guard !self.isHeadWritten, context.channel.isActive else { return }
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
        guard case .body = self.reading, !self.isBodyPaced else { return }
        let now = NIODeadline.now()
        let end = (self.isReadWanted ? self.lastRead : now) + TimeAmount(self.limits.idleTimeout)
        guard now < end else { return context.close(promise: nil) }
        self.schedule(at: end, context: context)
    }
}
