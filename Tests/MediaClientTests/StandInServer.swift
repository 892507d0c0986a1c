import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server that responds to each request with the next of its responses, and remembers what it was asked.
final class StandInServer: Sendable {
    struct Asked: Hashable, Sendable {
        var method: String
        var target: String
        var authorization: String?
        var accept: String?
        var body = ""
    }

    struct Reply: Sendable {
        var status: Int
        var body: String
        /// Whether nothing is sent at all.
        var isSilent = false
    }

    private let channel: any Channel
    private let state: State

    final class State: Sendable {
        let asked = Mutex<[Asked]>([])
        let replies: Mutex<[Reply]>

        init(_ replies: [Reply]) { self.replies = Mutex(replies) }
    }

    init(_ replies: [Reply]) async throws {
        let state = State(replies)
        self.state = state
        self.channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(state))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
    }

    var address: String { "http://127.0.0.1:\(self.channel.localAddress?.port ?? 0)" }
    var asked: [Asked] { self.state.asked.withLock(\.self) }

    func close() async { try? await self.channel.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let state: State
        private var request: Asked?

        init(_ state: State) { self.state = state }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch self.unwrapInboundIn(data) {
            case .head(let head):
                self.request = Asked(
                    method: head.method.rawValue,
                    target: head.uri,
                    authorization: head.headers.first(name: "authorization"),
                    accept: head.headers.first(name: "accept")
                )
            case .body(let bytes): self.request?.body += String(buffer: bytes)
            case .end:
                guard let request else { return }
                self.state.asked.withLock { $0.append(request) }
                let reply = self.state.replies.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                self.respond(with: reply ?? Reply(status: 500, body: ""), to: request, context)
            }
        }

        private func respond(with reply: Reply, to request: Asked, _ context: ChannelHandlerContext) {
            guard !reply.isSilent else { return }
            let headers: HTTPHeaders = ["content-length": "\(reply.body.utf8.count)"]
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: reply.status), headers: headers)
            context.write(self.wrapOutboundOut(.head(head)), promise: nil)
            if request.method != "HEAD" {
                context.write(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: reply.body)))), promise: nil)
            }
            context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}

extension StandInServer.Reply {
    static func ok(_ body: String) -> Self { .init(status: 200, body: body) }
    static func status(_ status: Int, _ body: String = "") -> Self { .init(status: status, body: body) }
}
