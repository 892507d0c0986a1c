import NIOCore
import NIOHTTP1

/// What the rules add to answers, and the answers that they give themselves.
extension ConnectionRules {
    /// Answers in place of the layers above, and ends the connection.
    func refuse(_ refusal: ConnectionRefusal, context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http1_1, status: refusal.status, headers: refusal.headers)
        self.closesAfterResponse = true
        self.write(context: context, data: self.wrapOutboundOut(.head(head)), promise: nil)
        let body = ByteBuffer(string: refusal.body)
        self.write(context: context, data: self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        self.write(context: context, data: self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// The head with what the connection has to say.
    func finished(_ head: HTTPResponseHead) -> HTTPResponseHead {
        var head = head
        if self.isHeadByOverride, head.status.mayHaveResponseBody {
            head.headers.remove(name: "transfer-encoding")
            head.headers.replaceOrAdd(name: "content-length", value: "0")
        }
        if self.isReadingBody || !self.life.mayKeepAlive { self.closesAfterResponse = true }
        if self.closesAfterResponse {
            head.headers.replaceOrAdd(name: "connection", value: "close")
        } else if !RequestHeadRules.isModern(self.version) {
            head.headers.replaceOrAdd(name: "connection", value: "keep-alive")
        }
        return head
    }
}
