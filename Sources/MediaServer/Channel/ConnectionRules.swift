import HTTPSemantics
import HTTPTypes
import NIOCore
import NIOHTTP1

/// What HTTP/1 asks of a connection and the layers above do not do.
///
/// - A request of HTTP/1.1 without exactly one `Host` is refused (RFC 9112 section 3.2).
/// - HTTP/1.0 without keep-alive closes (RFC 9112 section 9.3).
/// - `Expect: 100-continue` is answered when, and only when, the body is wanted (RFC 9110 section 10.1.1).
/// - An answer to HEAD never has content, whoever made it (RFC 9110 section 9.3.2).
/// - A body that ends before its time is an error, not an end.
/// - When the response is done before the request's body has come, the rest is read and thrown away for a short time, and
///   then the connection is closed: closing at once would make the kernel reset the connection, and the client would never
///   see the answer.
final class ConnectionRules: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private struct IncompleteRequest: Error {}

    /// What has been read of the present request.
    private enum Reading {
        case nothing
        case body
        /// The answer is out; what still comes of the body is dropped.
        case discarding
    }

    private let lingerTimeout: TimeAmount
    private var reading = Reading.nothing
    private var expectsContinue = false
    private var version = HTTPVersion.http1_1
    private var closesAfterResponse = false
    private var isResponding = false
    /// The final response has begun: nothing interim may come behind it.
    private var isHeadWritten = false
    private var isHead = false
    /// The layers above take it for a HEAD, the client does not: it has to see a length of 0.
    private var isHeadByOverride = false
    /// NIO's decoder parses nothing behind a request to change the protocol, and would collect all that comes.
    private var isLastRequest = false
    private var isDeaf = false

    init(lingerTimeout: Duration) {
        self.lingerTimeout = TimeAmount(lingerTimeout)
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = self.unwrapInboundIn(data)
        switch part {
        case .head(let head): self.readHead(head, context: context)
        case .body:
            guard case .body = self.reading else { return }
            self.expectsContinue = false
            context.fireChannelRead(data)
        case .end:
            self.isDeaf = self.isLastRequest
            switch self.reading {
            case .body:
                self.reading = .nothing
                context.fireChannelRead(data)
            case .discarding: context.close(promise: nil)
            case .nothing: break
            }
        }
    }

    private func readHead(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        var head = head
        self.version = head.version
        guard !Self.isModern(head.version) || head.headers["host"].count == 1 else {
            self.refuse(context: context)
            return
        }
        self.isLastRequest = head.method == .CONNECT || head.headers.contains(name: "upgrade")
        self.closesAfterResponse = !head.isKeepAlive || self.isLastRequest
        // The layers above look for exactly this word.
        if self.closesAfterResponse { head.headers.replaceOrAdd(name: "connection", value: "close") }
        self.isHeadByOverride = false
        self.expectsContinue =
            Self.isModern(head.version)
            && head.headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
        self.reading = .body
        self.isResponding = true
        self.isHeadWritten = false
        self.isHead = head.method == .HEAD
        guard Self.overrideMethod(of: &head) else {
            self.refuse(context: context)
            return
        }
        self.isHeadByOverride = head.method == .HEAD && !self.isHead
        context.fireChannelRead(self.wrapInboundOut(.head(head)))
    }

    /// Clients that can only send GET and POST name another method in a field (tus 1.0, "X-HTTP-Method-Override"). Done here,
    /// so that nothing above ever acts on the method that is not meant; only for uploads, so that nothing else can be reached
    /// under another method than the one that was sent.
    /// - Returns: false when the field names no method.
    static func overrideMethod(of head: inout HTTPRequestHead) -> Bool {
        guard head.headers.contains(name: "x-http-method-override"), UploadAddress.covers(target: head.uri) else {
            return true
        }
        var fields = HTTPFields()
        fields[values: .xHTTPMethodOverride] = head.headers["x-http-method-override"]
        guard let method = try? MethodOverride.method(in: fields) else { return false }
        head.method = HTTPMethod(rawValue: method.rawValue)
        return true
    }

    /// HTTP/1.1 and later minors.
    private static func isModern(_ version: HTTPVersion) -> Bool {
        version.major > 1 || version.major == 1 && version.minor >= 1
    }

    func read(context: ChannelHandlerContext) {
        // The end of the connection is noticed without it.
        if !self.isDeaf { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The answer is out; nobody wants to know about the rest.
        if case .discarding = self.reading { return }
        context.fireErrorCaught(error)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Nobody above asks for what is thrown away.
        if case .discarding = self.reading { context.read() }
        context.fireChannelReadComplete()
    }

    private func refuse(context: ChannelHandlerContext) {
        self.reading = .discarding
        let headers: HTTPHeaders = ["connection": "close", "content-length": "0"]
        let head = HTTPResponseHead(version: .http1_1, status: .badRequest, headers: headers)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        self.linger(context: context)
    }

    /// Closes when the request has ended, or after a while.
    private func linger(context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.assumeIsolated().scheduleTask(in: self.lingerTimeout) { bound.value.close(promise: nil) }
        context.read()
    }

    /// While the rest of a refused body is read, the connection stays: closing it now, as a daemon that is stopping wants to, would
    /// take the answer from the client.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if case .discarding = self.reading, mode == .all {
            context.channel.closeFuture.cascade(to: promise)
        } else {
            context.close(mode: mode, promise: promise)
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
        switch self.reading {
        case .body:
            self.reading = .nothing
            context.fireErrorCaught(IncompleteRequest())
        case .discarding: context.close(promise: nil)
        case .nothing: break
        }
    }

    // MARK: To the client

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch self.unwrapOutboundIn(data) {
        case .head(var head) where head.status.code >= 200:
            self.isHeadWritten = true
            if self.isHeadByOverride, head.status.mayHaveResponseBody {
                head.headers.remove(name: "transfer-encoding")
                head.headers.replaceOrAdd(name: "content-length", value: "0")
            }
            if case .body = self.reading { self.closesAfterResponse = true }
            if self.closesAfterResponse {
                head.headers.replaceOrAdd(name: "connection", value: "close")
            } else if !Self.isModern(self.version) {
                head.headers.replaceOrAdd(name: "connection", value: "keep-alive")
            }
            context.write(self.wrapOutboundOut(.head(head)), promise: promise)
        case .body where self.isHead || self.isHeadByOverride: promise?.succeed()
        case .end where self.isResponding:
            self.isResponding = false
            self.endResponse(data, context: context, promise: promise)
        default:
            context.write(data, promise: promise)
        }
    }

    private func endResponse(_ data: NIOAny, context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        switch self.reading {
        case .body:
            self.reading = .discarding
            context.writeAndFlush(data, promise: promise)
            self.linger(context: context)
        case .nothing where self.closesAfterResponse:
            // Announced, so kept, also when the rest of the request came after the announcement.
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            let written = promise ?? context.eventLoop.makePromise()
            written.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
            context.writeAndFlush(data, promise: written)
        case .nothing, .discarding:
            context.write(data, promise: promise)
        }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        switch event {
        case is BodyWanted:
            if self.expectsContinue {
                self.expectsContinue = false
                let head = HTTPResponseHead(version: .http1_1, status: .continue)
                context.writeAndFlush(self.wrapOutboundOut(.head(head)), promise: nil)
            }
            promise?.succeed()
        case let interim as InterimResponse:
            if Self.isModern(self.version), self.isResponding, !self.isHeadWritten {
                let head = HTTPResponseHead(version: .http1_1, status: interim.status, headers: interim.headers)
                context.writeAndFlush(self.wrapOutboundOut(.head(head)), promise: nil)
            }
            promise?.succeed()
        default: context.triggerUserOutboundEvent(event, promise: promise)
        }
    }
}
