import HTTPSemantics
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// What HTTP/1 asks of a connection and the layers above do not do.
///
/// - Requests whose head another reader could understand differently are refused (``RequestHeadRules``), and so is what is not
///   HTTP; the connection ends with it.
/// - HTTP/1.0 without keep-alive closes (RFC 9112 section 9.3).
/// - One request and its response are what ``RequestExchange`` says.
/// - When the response is done before the request's body has come, it is the connection's last one.
///
/// Whoever above closes the connection, the last response goes out whole first.
final class HTTP1Rules: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    let connection: TrackedConnection
    private let headRules: RequestHeadRules
    /// Of the types of what is refused.
    let problems: ProblemNamespace
    var exchange = RequestExchange()
    var version = HTTPVersion.http1_1
    var closesAfterResponse = false
    /// The last response is out: what still comes is nobody's.
    private var isOver = false
    /// NIO's decoder parses nothing behind a request to change the protocol, and would collect all that comes.
    private var isLastRequest = false
    private var ignoresInput = false
    /// The head of a response that changes the protocol is written (RFC 9110 section 15.2.2).
    private var isSwitching = false
    /// What a client that goes before its response is to cause.
    private var onClientGone: (@Sendable () -> Void)?
    private var hasInputEnded = false
    /// Whether the encoder sends the response's content in chunks.
    var isChunked = false

    init(connection: TrackedConnection, headRules: RequestHeadRules, problems: ProblemNamespace) {
        self.connection = connection
        self.headRules = headRules
        self.problems = problems
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isOver else { return }
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.readHead(head, context: context)
        case .body: if self.exchange.bodyCame() { context.fireChannelRead(data) }
        case .end:
            self.ignoresInput = self.isLastRequest
            guard self.exchange.requestEnded() else { return }
            self.connection.requestRead()
            context.fireChannelRead(data)
        }
    }

    private func readHead(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        self.connection.requestBegan()
        self.exchange.begin(isHead: head.method == .HEAD)
        self.version = head.version
        self.isLastRequest = head.headers.contains(name: "upgrade")
        self.closesAfterResponse = !head.isKeepAlive || self.isLastRequest
        var head = head
        if self.isLastRequest, !RequestHeadRules.asksForUpgrade(head) { head.headers.remove(name: "upgrade") }
        do throws(ConnectionRefusal) {
            try RequestHeadRules.check(head)
            if let target = try RequestHeadRules.absoluteTarget(of: head) {
                head.uri = target.origin
                head.headers.replaceOrAdd(name: "host", value: target.authority)
            }
            if let method = try self.headRules.overridingMethod(of: head) {
                head.method = HTTPMethod(rawValue: method.rawValue)
            }
        } catch {
            self.refuse(error, context: context)
            return
        }
        // The layers above look for exactly this word.
        if self.closesAfterResponse { head.headers.replaceOrAdd(name: "connection", value: "close") }
        self.exchange.accept(
            isHead: head.method == .HEAD,
            expectsContinue: RequestHeadRules.expectsContinue(head)
        )
        context.fireChannelRead(self.wrapInboundOut(.head(head)))
    }

    func read(context: ChannelHandlerContext) {
        // The end of the connection is noticed without it.
        if !self.ignoresInput { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The response is out; nobody wants to know about the rest.
        guard !self.isOver else { return }
        if !self.exchange.isResponding, let error = error as? HTTPParserError {
            // What the layers above would respond, they would respond to a request that they have not seen.
            let hasRequestLine = self.connection.state.head?.hasRequestLine ?? false
            let refusal = RequestHeadRules.refusal(of: error, hasRequestLine: hasRequestLine)
            self.connection.requestBegan()
            self.exchange.beginUnreadable()
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
        self.hasInputEnded = true
        self.onClientGone?()
        self.onClientGone = nil
        guard !self.isOver, self.exchange.inputEnded() else { return }
        context.fireErrorCaught(IncompleteRequest())
    }

    // MARK: To the client

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch self.unwrapOutboundIn(data) {
        case .head(let head) where head.status.code >= 200:
            self.exchange.finalHeadWritten()
            context.write(self.wrapOutboundOut(.head(self.finished(head))), promise: promise)
        case .head(let head) where head.status == .switchingProtocols:
            self.isSwitching = true
            context.write(data, promise: promise)
        case .body where self.exchange.content != .all: promise?.succeed()
        case .end:
            guard self.exchange.responseEnded() != nil else { return context.write(data, promise: promise) }
            self.responseEnded(context: context, data: data, promise: promise)
        default:
            context.write(data, promise: promise)
        }
    }

    private func responseEnded(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // Announced, so kept, also when the rest of the request came after the announcement.
        self.isOver = self.closesAfterResponse
        self.onClientGone = nil
        // Before the write: with it the next request comes, if it is there already.
        self.connection.responseEnded()
        if self.isOver {
            context.writeAndFlush(data, promise: promise)
            self.connection.closeWhenWritten()
        } else {
            context.write(data, promise: promise)
        }
        context.triggerUserOutboundEvent(ResponseEnded(), promise: nil)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        switch event {
        case let wanted as BodyWanted:
            if wanted.isPaced { self.connection.bodyIsPaced() }
            if self.exchange.bodyWanted(isPaced: wanted.isPaced) {
                let head = HTTPResponseHead(version: .http1_1, status: .continue)
                context.writeAndFlush(self.wrapOutboundOut(.head(head)), promise: nil)
            }
            promise?.succeed()
        case let interim as InterimResponse:
            if RequestHeadRules.isModern(self.version), self.exchange.mayWriteInterim {
                let head = HTTPResponseHead(HTTPResponse(status: interim.status, headerFields: interim.fields))
                context.writeAndFlush(self.wrapOutboundOut(.head(head)), promise: nil)
            }
            promise?.succeed()
        case let watch as ClientWatch:
            if self.hasInputEnded { watch.action() } else { self.onClientGone = watch.action }
            promise?.succeed()
        case let takeover as ConnectionTakeover: self.takeOver(takeover, context: context, promise: promise)
        default: context.triggerUserOutboundEvent(event, promise: promise)
        }
    }

    /// The connection as another handler gets it; nil while there is no response that could go on without these rules.
    func takenConnection() -> TakenConnection? {
        let hasBegun = self.exchange.response == .begun && self.exchange.content == .all
        guard !self.isOver, self.exchange.body == .read, hasBegun || self.isSwitching else { return nil }
        self.isOver = true
        return TakenConnection(connection: self.connection, isChunked: self.isChunked)
    }

    /// Who closes above has nothing more to say. A response that is whole is on its way nevertheless; one that is not is of no
    /// use to the client.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard !self.exchange.isResponding else {
            context.close(mode: mode == .output ? .all : mode, promise: promise)
            return
        }
        self.isOver = true
        switch mode {
        // A graceful shutdown that takes too long.
        case .input: context.close(mode: .all, promise: promise)
        case .output, .all:
            context.channel.closeFuture.cascade(to: promise)
            self.connection.closeAfterResponse()
        }
    }
}
