import MediaCore
import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS

/// Writes the request as soon as the connection is ready, and takes note of the response's head.
///
/// The response is known with its head; the rest is read, up to the limit, only so that the endpoint is not cut off while it responds.
final class WebhookExchange: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let message: WebhookMessage
    private let isTLS: Bool
    private let promise: EventLoopPromise<WebhookConnection.Response>
    private var isSent = false
    private var response: WebhookConnection.Response?
    private var isCompleted = false

    init(message: WebhookMessage, isTLS: Bool, promise: EventLoopPromise<WebhookConnection.Response>) {
        self.message = message
        self.isTLS = isTLS
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        if !self.isTLS { self.send(context) }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Nothing is sent to somebody whose certificate was not verified.
        if case TLSUserEvent.handshakeCompleted = event { self.send(context) }
        if event is ResponseLengthLimit.Exceeded { self.end(context, .broken) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.response = .init(
                status: Int(head.status.code),
                retryAfter: head.headers.first(name: "Retry-After")
            )
        case .body: break
        case .end: self.end(context, .broken)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let isOfTLS = error is NIOSSLError || error is NIOSSLExtraError || error is BoringSSLError
        self.end(context, isOfTLS ? .insecure : .broken)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end(context, self.isSent || !self.isTLS ? .broken : .insecure)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.complete(.broken) }

    private func send(_ context: ChannelHandlerContext) {
        guard !self.isSent else { return }
        self.isSent = true
        var headers: HTTPHeaders = [
            "Host": self.message.url.hostField, "User-Agent": "mediad", "Accept": "*/*", "Connection": "close",
            "Content-Length": "\(self.message.body.count)",
        ]
        for field in self.message.fields { headers.add(name: field.name, value: field.value) }
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: self.message.url.target, headers: headers)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        let body = context.channel.allocator.buffer(bytes: self.message.body)
        context.write(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func end(_ context: ChannelHandlerContext, _ failure: WebhookFailure) {
        self.complete(failure)
        context.close(promise: nil)
    }

    /// The response, where its head has come, else the failure; once.
    private func complete(_ failure: WebhookFailure) {
        guard !self.isCompleted else { return }
        self.isCompleted = true
        if let response = self.response {
            self.promise.succeed(response)
        } else {
            self.promise.fail(failure)
        }
    }
}

/// Counts what comes, head and body and framing, and lets no more pass.
final class ResponseLengthLimit: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// More came than is read.
    struct Exceeded {}

    private var rest: Int
    private var isExceeded = false

    init(maximum: Int) { self.rest = maximum }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isExceeded else { return }
        var buffer = self.unwrapInboundIn(data)
        let isTooMuch = buffer.readableBytes > self.rest
        if isTooMuch {
            self.isExceeded = true
            buffer = buffer.readSlice(length: self.rest) ?? ByteBuffer()
        }
        self.rest -= buffer.readableBytes
        context.fireChannelRead(self.wrapInboundOut(buffer))
        if isTooMuch { context.fireUserInboundEventTriggered(Exceeded()) }
    }
}
