import HTTPSemantics
import NIOCore
import NIOHPACK
import NIOHTTP2

/// Responds to plain requests on the event loop, as ``HTTP1FastPath`` does for HTTP/1.1, and by the same judgement: the request
/// is written as a head of HTTP/1.1 for ``SimpleRequest``. Whatever is more than that goes on untouched, to the router.
final class HTTP2FastPath: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    /// Nil: the router must handle every request.
    private let responder: (any FastResponder)?
    /// Puts the layers above in place. Gone when it is known who responds.
    private var buildRouter: ((any Channel) throws -> Void)?

    init(responder: (any FastResponder)?, buildRouter: @escaping (any Channel) throws -> Void) {
        self.responder = responder
        self.buildRouter = buildRouter
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let buildRouter = self.buildRouter else { return context.fireChannelRead(data) }
        self.buildRouter = nil
        if case .headers(let content) = self.unwrapInboundIn(data), content.endStream,
            self.respond(to: content.headers, context: context)
        {
            return
        }
        do {
            try buildRouter(context.channel)
            context.fireChannelActive()
            context.fireChannelRead(data)
        } catch {
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.buildRouter = nil }

    // MARK: Responding

    /// - Returns: false when the router must handle the request.
    private func respond(to headers: HPACKHeaders, context: ChannelHandlerContext) -> Bool {
        guard let responder = self.responder,
            let head = Self.head(of: headers, allocator: context.channel.allocator)
        else { return false }
        let response = head.withUnsafeReadableBytes { bytes -> FastResponse<HPACKHeaders>? in
            guard case .simple(let request) = SimpleRequest.recognize(bytes), request.headLength == bytes.count
            else { return nil }
            return responder.http2Response(to: request, in: bytes)
        }
        guard let response else { return false }
        switch response.content {
        case .none:
            self.write(response.head, endStream: true, context: context)
            context.flush()
        case .bytes(let bytes):
            self.write(response.head, endStream: false, context: context)
            self.write(bytes, context: context)
            context.flush()
        case .file(let file):
            self.write(response.head, endStream: false, context: context)
            self.send(file, for: responder, context: context)
        }
        return true
    }

    private func write(_ headers: HPACKHeaders, endStream: Bool, context: ChannelHandlerContext) {
        context.write(self.wrapOutboundOut(.headers(.init(headers: headers, endStream: endStream))), promise: nil)
    }

    /// The last bytes of the response.
    private func write(_ bytes: ByteBuffer, context: ChannelHandlerContext) {
        context.write(self.wrapOutboundOut(.data(.init(data: .byteBuffer(bytes), endStream: true))), promise: nil)
    }

    private func send(
        _ transfer: FastResponseFile,
        for responder: any FastResponder,
        context: ChannelHandlerContext
    ) {
        let sent = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound((self, responder, context), eventLoop: context.eventLoop)
        let count = transfer.range.count
        sent.futureResult.whenComplete { result in
            let (handler, responder, context) = bound.value
            // A transfer that failed has closed the stream.
            guard case .success = result else { return }
            responder.fileSent(count)
            handler.write(ByteBuffer(), context: context)
            context.flush()
        }
        context.triggerUserOutboundEvent(FileTransfer(transfer), promise: sent)
    }

    // MARK: Recognizing

    /// The head of a request as HTTP/1.1 would write it; nil when a pseudo-header field is missing.
    private static func head(of headers: HPACKHeaders, allocator: ByteBufferAllocator) -> ByteBuffer? {
        var method: String?
        var target: String?
        var authority: String?
        var fields = allocator.buffer(capacity: 512)
        for (name, value, _) in headers {
            switch name {
            case ":method": method = value
            case ":path": target = value
            case ":authority": authority = value
            case ":scheme", "host": break
            default: fields.writeString("\(name): \(value)\r\n")
            }
        }
        // One that HTTP2StreamFrames has put in place of several says more than `:authority`, or the same.
        let hosts = headers["host"]
        guard let method, let target, hosts.count <= 1, let host = hosts.first ?? authority, !host.isEmpty else {
            return nil
        }
        var head = allocator.buffer(capacity: 256 + fields.readableBytes)
        head.writeString("\(method) \(target) HTTP/1.1\r\nhost: \(host)\r\n")
        head.writeBuffer(&fields)
        head.writeStaticString("\r\n")
        return head
    }
}
