import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// What the rules add to responses, and the responses that they give themselves.
extension HTTP1Rules {
    /// Responds in place of the layers above, and ends the connection.
    func refuse(_ refusal: ConnectionRefusal, context: ChannelHandlerContext) {
        let body = refusal.body(in: self.problems)
        let head = HTTPResponseHead(refusal.head(length: body.readableBytes))
        self.closesAfterResponse = true
        self.write(context: context, data: self.wrapOutboundOut(.head(head)), promise: nil)
        self.write(context: context, data: self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        self.write(context: context, data: self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// The head with what the connection has to say.
    func finished(_ head: HTTPResponseHead) -> HTTPResponseHead {
        var head = head
        ResponseDate.stamp(&head.headers, now: ResponseDate.now)
        if self.exchange.content == .empty, head.status.mayHaveResponseBody {
            head.headers.remove(name: "transfer-encoding")
            head.headers.replaceOrAdd(name: "content-length", value: "0")
        }
        self.frame(&head)
        if self.exchange.body == .due || !self.connection.mayKeepAlive { self.closesAfterResponse = true }
        if self.closesAfterResponse {
            head.headers.replaceOrAdd(name: "connection", value: "close")
        } else if !RequestHeadRules.isModern(self.version) {
            head.headers.replaceOrAdd(name: "connection", value: "keep-alive")
        }
        return head
    }

    /// Content without a length goes in chunks. To who does not know them the connection's end is its end (RFC 9112 section 6.3).
    private func frame(_ head: inout HTTPResponseHead) {
        let isEndless = head.status.mayHaveResponseBody && !head.headers.contains(name: "content-length")
        let isModern = RequestHeadRules.isModern(self.version)
        self.isChunked = isEndless && isModern
        guard isEndless, !isModern, self.exchange.content == .all else { return }
        head.version = .http1_0
        self.closesAfterResponse = true
    }
}
