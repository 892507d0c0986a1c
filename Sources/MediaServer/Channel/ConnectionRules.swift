import NIOCore
import NIOHTTP1

/// What HTTP/1 asks of a connection and the layers above do not do.
///
/// - Requests whose head another reader could understand differently are refused (``RequestHeadRules``), and so is what is no
///   HTTP; the connection ends with it.
/// - HTTP/1.0 without keep-alive closes (RFC 9112 section 9.3).
/// - `Expect: 100-continue` is answered when, and only when, the body is wanted (RFC 9110 section 10.1.1).
/// - An answer to HEAD never has content, whoever made it (RFC 9110 section 9.3.2).
/// - A body that ends before its time is an error, not an end.
/// - When the response is done before the request's body has come, it is the connection's last one.
///
/// Whoever above closes the connection, the last answer goes out whole first.
final class ConnectionRules: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private struct IncompleteRequest: Error {}

    let life: ConnectionLife
    /// The present request's body has not come whole.
    var isReadingBody = false
    private var expectsContinue = false
    var version = HTTPVersion.http1_1
    var closesAfterResponse = false
    private var isResponding = false
    /// The final response has begun: nothing interim may come behind it.
    private var isHeadWritten = false
    /// The last answer is out: what still comes is nobody's.
    private var isOver = false
    private var isHead = false
    /// The layers above take it for a HEAD, the client does not: it has to see a length of 0.
    var isHeadByOverride = false
    /// NIO's decoder parses nothing behind a request to change the protocol, and would collect all that comes.
    private var isLastRequest = false
    private var isDeaf = false

    init(life: ConnectionLife) { self.life = life }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isOver else { return }
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.readHead(head, context: context)
        case .body:
            guard self.isReadingBody else { return }
            self.expectsContinue = false
            context.fireChannelRead(data)
        case .end:
            self.isDeaf = self.isLastRequest
            guard self.isReadingBody else { return }
            self.isReadingBody = false
            self.life.requestRead()
            context.fireChannelRead(data)
        }
    }

    private func readHead(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        self.life.requestBegan()
        self.version = head.version
        self.isReadingBody = true
        self.isResponding = true
        self.isHeadWritten = false
        self.isHead = head.method == .HEAD
        self.isHeadByOverride = false
        self.isLastRequest = head.headers.contains(name: "upgrade")
        self.closesAfterResponse = !head.isKeepAlive || self.isLastRequest
        var head = head
        do throws(ConnectionRefusal) {
            try RequestHeadRules.check(head)
            try RequestHeadRules.overrideMethod(of: &head)
        } catch {
            self.refuse(error, context: context)
            return
        }
        // The layers above look for exactly this word.
        if self.closesAfterResponse { head.headers.replaceOrAdd(name: "connection", value: "close") }
        self.expectsContinue = RequestHeadRules.expectsContinue(head)
        self.isHeadByOverride = head.method == .HEAD && !self.isHead
        context.fireChannelRead(self.wrapInboundOut(.head(head)))
    }

    func read(context: ChannelHandlerContext) {
        // The end of the connection is noticed without it.
        if !self.isDeaf { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The answer is out; nobody wants to know about the rest.
        guard !self.isOver else { return }
        if !self.isResponding, let error = error as? HTTPParserError {
            // What the layers above would answer, they would answer to a request that they have not seen.
            let refusal = RequestHeadRules.refusal(of: error, hasRequestLine: self.life.hasRequestLine)
            self.life.requestBegan()
            self.isResponding = true
            self.isHead = false
            self.isHeadByOverride = false
            self.refuse(refusal, context: context)
        } else {
            context.fireErrorCaught(error)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { self.inputEnded(context: context) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.inputEnded(context: context)
        context.fireChannelInactive()
    }

    private func inputEnded(context: ChannelHandlerContext) {
        guard self.isReadingBody, !self.isOver else { return }
        self.isReadingBody = false
        context.fireErrorCaught(IncompleteRequest())
    }

    // MARK: To the client

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch self.unwrapOutboundIn(data) {
        case .head(let head) where head.status.code >= 200:
            self.isHeadWritten = true
            context.write(self.wrapOutboundOut(.head(self.finished(head))), promise: promise)
        case .body where self.isHead || self.isHeadByOverride: promise?.succeed()
        case .end where self.isResponding:
            self.isResponding = false
            // Announced, so kept, also when the rest of the request came after the announcement.
            self.isOver = self.closesAfterResponse
            // Before the write: with it the next request comes, if it is there already.
            self.life.responseEnded()
            if self.isOver {
                context.writeAndFlush(data, promise: promise)
                self.life.closeWhenWritten()
            } else {
                context.write(data, promise: promise)
            }
            context.triggerUserOutboundEvent(ResponseEnded(), promise: nil)
        default:
            context.write(data, promise: promise)
        }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        switch event {
        case let wanted as BodyWanted:
            if wanted.isPaced { self.life.bodyIsPaced() }
            if self.expectsContinue {
                self.expectsContinue = false
                let head = HTTPResponseHead(version: .http1_1, status: .continue)
                context.writeAndFlush(self.wrapOutboundOut(.head(head)), promise: nil)
            }
            promise?.succeed()
        case let interim as InterimResponse:
            if RequestHeadRules.isModern(self.version), self.isResponding, !self.isHeadWritten {
                let head = HTTPResponseHead(version: .http1_1, status: interim.status, headers: interim.headers)
                context.writeAndFlush(self.wrapOutboundOut(.head(head)), promise: nil)
            }
            promise?.succeed()
        default: context.triggerUserOutboundEvent(event, promise: promise)
        }
    }

    /// Who closes above has nothing more to say. An answer that is whole is on its way nevertheless; one that is not is of no
    /// use to the client.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard !self.isResponding else {
            context.close(mode: mode == .output ? .all : mode, promise: promise)
            return
        }
        self.isOver = true
        switch mode {
        // The daemon has run out of patience.
        case .input: context.close(mode: .all, promise: promise)
        case .output, .all:
            context.channel.closeFuture.cascade(to: promise)
            self.life.closeAfterResponse()
        }
    }
}
