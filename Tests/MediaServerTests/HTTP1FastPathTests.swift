import HTTPSemantics
import HTTPServingTesting
import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPServing
@testable import MediaServer

@Suite("The fast path in front of the decoder")
struct HTTP1FastPathTests {
    /// What the layers above would see.
    private final class Router: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        var received = ""
        var readings = 0
        var isInputClosed = false

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.received += String(buffer: self.unwrapInboundIn(data))
        }

        func channelReadComplete(context: ChannelHandlerContext) { self.readings += 1 }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let event = event as? ChannelEvent, event == .inputClosed { self.isInputClosed = true }
        }
    }

    private final class Connection {
        let channel = EmbeddedChannel()
        let router = Router()
        let connection: TrackedConnection

        init() throws {
            let scene = HotFileScene()
            try scene.keep("1.jpg", Array("hot".utf8))
            let limits = ConnectionLimits.plenty
            let limiter = ConnectionLimiter(limits: limits, trustedProxies: try TrustedAddresses([]))
            self.connection = limiter.table(of: self.channel.eventLoop).track()
            let responder = HTTP1FastPath(
                responder: scene.cache.eventLoopCache(on: self.channel.eventLoop, allowsAllOrigins: true),
                connection: self.connection,
                limits: limits
            ) { [channel, router] in
                guard $0 != nil else { return }
                try? channel.pipeline.syncOperations.addHandler(router)
            }
            try self.channel.pipeline.syncOperations.addHandlers([
                ConnectionGuard(connection: self.connection, limiter: limiter, problems: .none), responder,
            ])
            try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        func send(_ text: String) throws {
            try self.channel.writeInbound(ByteBuffer(string: text))
            self.channel.embeddedEventLoop.run()
        }

        func routerIsDone() throws {
            self.connection.responseEnded()
            self.channel.triggerUserOutboundEvent(ResponseEnded(), promise: nil)
            self.channel.embeddedEventLoop.run()
        }

        /// Everything that was written since the last call.
        func written() throws -> String {
            var text = ""
            while let data = try self.channel.readOutbound(as: IOData.self) {
                if case .byteBuffer(let buffer) = data { text += String(buffer: buffer) }
            }
            return text
        }
    }

    private static let hot = "GET /files/posters/1.jpg HTTP/1.1\r\nHost: h\r\n\r\n"
    private static let cold = "GET /files/posters/2.jpg HTTP/1.1\r\nHost:h\r\n\r\n"

    private static func answers(_ text: String) -> Int { text.split(separator: "HTTP/1.1 ").count }

    @Test("responds to what is hot, as often as it is asked, and builds no router for it")
    func hot() throws {
        let connection = try Connection()
        try connection.send(Self.hot + Self.hot + Self.hot)
        let text = try connection.written()
        #expect(Self.answers(text) == 3)
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.hasSuffix("\r\n\r\nhot"))
        #expect(connection.router.received.isEmpty)
        #expect(throws: ChannelPipelineError.self) {
            try connection.channel.pipeline.syncOperations.handler(type: Router.self)
        }
    }

    @Test("hands over what it does not know, one request at a time, and responds to nothing before its turn")
    func order() throws {
        let connection = try Connection()
        try connection.send(Self.cold + Self.hot + Self.cold)
        #expect(connection.router.received == Self.cold)
        #expect(try connection.written().isEmpty, "the hot one's turn has not come")
        let readings = connection.router.readings
        try connection.routerIsDone()
        #expect(Self.answers(try connection.written()) == 1)
        #expect(connection.router.received == Self.cold + Self.cold)
        #expect(connection.router.readings > readings, "the router waits for the end of a reading")
    }

    @Test(
        "leaves the connection to the decoder where only that knows the end",
        arguments: [
            "POST /api/upload HTTP/1.1\r\nHost: h\r\nContent-Length: 500\r\n\r\nhe",
            "GET /files/posters/1.jpg HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
            "GET /files/posters/1.jpg HTTP/1.1\r\nHost: h\r\nUpgrade: h2c\r\n\r\n",
            "GET /files/posters/1.jpg HTTP/1.1\nHost: h\n\n",
            "GET  /files/posters/1.jpg HTTP/1.1\r\nHost: h\r\n\r\n",
        ]
    )
    func decoding(text: String) throws {
        let connection = try Connection()
        try connection.send(Self.hot)
        _ = try connection.written()
        try connection.send(text)
        try connection.send(Self.hot)
        #expect(connection.router.received.replacing(": ", with: ":") == (text + Self.hot).replacing(": ", with: ":"))
        #expect(try connection.written().isEmpty)
    }

    @Test(
        "looks again behind a message with a body, when it was responded to",
        arguments: [
            "Content-Length: 5\r\n\r\nhello", "Content-Length: 0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        ],
        [1, 3, 1000]
    )
    func behindBody(rest: String, size: Int) throws {
        let connection = try Connection()
        let message = "POST /api/upload HTTP/1.1\r\nHost:h\r\n\(rest.replacing(": ", with: ":"))"
        for _ in 0..<2 {
            var bytes = Array((message + Self.hot).utf8)[...]
            while !bytes.isEmpty {
                try connection.send(String(decoding: bytes.prefix(size), as: UTF8.self))
                bytes = bytes.dropFirst(size)
            }
            #expect(connection.router.received == message)
            #expect(try connection.written().isEmpty, "its turn has not come")
            try connection.routerIsDone()
            #expect(Self.answers(try connection.written()) == 1)
            connection.router.received = ""
        }
    }

    @Test("waits for the rest of a head, and leaves one in many pieces to the decoder")
    func pieces() throws {
        let connection = try Connection()
        for cut in 1..<Self.hot.utf8.count {
            try connection.send(String(Self.hot.prefix(cut)))
            #expect(connection.router.received.isEmpty)
            try connection.send(String(Self.hot.dropFirst(cut)))
            #expect(Self.answers(try connection.written()) == 1, "cut at \(cut)")
        }
        for character in Self.hot { try connection.send(String(character)) }
        #expect(connection.router.received == Self.hot.replacing("Host: h", with: "Host:h"))
        try connection.routerIsDone()
        try connection.send(Self.hot)
        #expect(Self.answers(try connection.written()) == 1)
    }

    @Test("lets the decoder say what a head is that will never be whole")
    func cutOff() throws {
        let connection = try Connection()
        try connection.send("GET /files/posters/1.jpg HT")
        #expect(connection.router.received.isEmpty)
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(connection.router.received == "GET /files/posters/1.jpg HT")
        #expect(connection.router.isInputClosed)
    }

    @Test("responds to nothing behind a response that closes")
    func closing() throws {
        let connection = try Connection()
        try connection.send("GET /files/posters/1.jpg HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" + Self.hot)
        let text = try connection.written()
        #expect(Self.answers(text) == 1)
        #expect(text.contains("\r\nConnection: close\r\n"))
        #expect(connection.router.received.isEmpty)
    }

    @Test("lets the client's end of the connection wait for what was asked before it")
    func inputClosed() throws {
        let connection = try Connection()
        try connection.send(Self.cold + Self.cold)
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(!connection.router.isInputClosed)
        try connection.routerIsDone()
        #expect(connection.router.received == Self.cold + Self.cold)
        #expect(connection.router.isInputClosed)
    }

    @Test("keeps to the bounds of a head that the decoder has")
    func bounds() throws {
        let connection = try Connection()
        let long =
            "GET /files/posters/1.jpg HTTP/1.1\r\nHost:h\r\nUser-Agent:\(String(repeating: "a", count: 1000))\r\n\r\n"
        try connection.send(long)
        #expect(connection.router.received == long)
    }
}
