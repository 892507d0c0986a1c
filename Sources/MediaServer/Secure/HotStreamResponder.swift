import HTTPSemantics
import MediaCore
import NIOCore
import NIOHPACK
import NIOHTTP2

/// Answers plain requests for files that are in memory, on the event loop, as ``HotFileResponder`` does for HTTP/1.1, and with the
/// same code: the request is written as a head of HTTP/1.1 and judged by ``SimpleRequest``, the answer's head read back. Whatever
/// is more than that goes on untouched, to the router.
final class HotStreamResponder: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let shelf: HotFileShelf
    private let crossOrigin: CrossOriginPolicy
    /// Puts the layers above in place. Gone when it is known who answers.
    private var buildRouter: ((any Channel) throws -> Void)?

    init(
        shelf: HotFileShelf,
        crossOrigin: CrossOriginPolicy,
        buildRouter: @escaping (any Channel) throws -> Void
    ) {
        self.shelf = shelf
        self.crossOrigin = crossOrigin
        self.buildRouter = buildRouter
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let buildRouter = self.buildRouter else { return context.fireChannelRead(data) }
        self.buildRouter = nil
        if case .headers(let content) = self.unwrapInboundIn(data), content.endStream,
            self.answer(content.headers, context: context)
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

    // MARK: Answering

    /// - Returns: false when the request has to go the long way.
    private func answer(_ headers: HPACKHeaders, context: ChannelHandlerContext) -> Bool {
        guard let head = Self.head(of: headers, allocator: context.channel.allocator) else { return false }
        let found = head.withUnsafeReadableBytes { bytes -> (HotAnswer, HotFile)? in
            guard case .simple(let request) = SimpleRequest.recognize(bytes), request.headLength == bytes.count
            else { return nil }
            return self.shelf.answer(request, in: bytes, self.crossOrigin)
        }
        guard let (answer, file) = found, var parts = Self.parts(of: answer) else { return false }
        self.shelf.traffic.count(answer.status)
        if case .bytes(let bytes) = answer.content { parts.body = bytes }
        if case .range(let range) = answer.content {
            self.write(parts.headers, endStream: false, context: context)
            self.send(range, of: file, context: context)
            return true
        }
        self.shelf.traffic.bytes += Int64(answer.length)
        self.write(parts.headers, endStream: parts.body.readableBytes == 0, context: context)
        if parts.body.readableBytes > 0 { self.write(parts.body, context: context) }
        context.flush()
        return true
    }

    private func write(_ headers: HPACKHeaders, endStream: Bool, context: ChannelHandlerContext) {
        context.write(self.wrapOutboundOut(.headers(.init(headers: headers, endStream: endStream))), promise: nil)
    }

    /// The last bytes of the answer.
    private func write(_ bytes: ByteBuffer, context: ChannelHandlerContext) {
        context.write(self.wrapOutboundOut(.data(.init(data: .byteBuffer(bytes), endStream: true))), promise: nil)
    }

    private func send(_ range: Range<Int64>, of hot: HotFile, context: ChannelHandlerContext) {
        let sent = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { result in
            let (handler, context) = bound.value
            // A transfer that failed has closed the stream.
            guard case .success = result else { return }
            handler.shelf.traffic.bytes += Int64(range.count)
            handler.write(ByteBuffer(), context: context)
            context.flush()
        }
        context.triggerUserOutboundEvent(FileTransfer(file: hot.file, range: range, pace: hot.pace), promise: sent)
    }

    // MARK: Translating

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
        // One that StreamFrames has put in place of several says more than `:authority`, or the same.
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

    /// The head of an answer as fields, and what stands behind it.
    private static func parts(of answer: HotAnswer) -> (headers: HPACKHeaders, body: ByteBuffer)? {
        var rest = answer.head
        var headers = HPACKHeaders()
        headers.reserveCapacity(20)
        headers.add(name: ":status", value: "\(answer.status)")
        // The status line.
        guard self.line(of: &rest) != nil else { return nil }
        while let line = self.line(of: &rest) {
            guard !line.isEmpty else { return (headers, rest) }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            headers.add(
                name: String(decoding: line[..<colon], as: UTF8.self).lowercased(),
                value: String(decoding: line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") }, as: UTF8.self)
            )
        }
        return nil
    }

    private static func line(of bytes: inout ByteBuffer) -> ByteBufferView? {
        let view = bytes.readableBytesView
        guard let end = view.firstIndex(of: UInt8(ascii: "\r")), view.index(after: end) < view.endIndex else {
            return nil
        }
        let line = view[..<end]
        bytes.moveReaderIndex(forwardBy: line.count + 2)
        return line
    }
}
