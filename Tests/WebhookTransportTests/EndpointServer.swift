import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// An endpoint of which each test says what it does with a connection; it takes what comes as bytes.
final class EndpointServer: Sendable {
    /// What it does as soon as the head and the body of a request may be there.
    enum Behaviour: Sendable {
        case respond(String)
        /// Says nothing.
        case hang
        /// Closes without a word.
        case close
        /// Sends this, then chunks without an end, until nobody takes them any more.
        case flood(String)
        /// Sends this, then nothing.
        case stall(String)
    }

    private let channel: any Channel

    struct Seen: Sendable {
        var connections = 0
        var text = ""
        var sentBytes = 0
    }

    init(_ behaviour: Behaviour, tls: NIOSSLContext? = nil) async throws {
        let recorder = Recorder()
        self.recorder = recorder
        self.channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(Handler(behaviour, recorder))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
    }

    private let recorder: Recorder

    var port: Int { self.channel.localAddress?.port ?? 0 }
    var seenSoFar: Seen { self.recorder.state.withLock(\.self) }

    func close() async { try? await self.channel.close() }

    final class Recorder: Sendable {
        let state = Mutex(Seen())
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let behaviour: Behaviour
        private let recorder: Recorder
        private var text = ""
        private var isAnswered = false

        init(_ behaviour: Behaviour, _ recorder: Recorder) {
            self.behaviour = behaviour
            self.recorder = recorder
        }

        func channelActive(context: ChannelHandlerContext) {
            self.recorder.state.withLock { $0.connections += 1 }
            context.fireChannelActive()
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.text += String(buffer: self.unwrapInboundIn(data))
            self.recorder.state.withLock { $0.text = self.text }
            guard !self.isAnswered, self.text.contains("}") else { return }
            self.isAnswered = true
            switch self.behaviour {
            case .hang: break
            case .close: context.close(promise: nil)
            case .respond(let text):
                self.write(text, context)
                context.flush()
                context.close(promise: nil)
            case .stall(let text):
                self.write(text, context)
                context.flush()
            case .flood(let text):
                self.write(text, context)
                self.flood(context)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func flood(_ context: ChannelHandlerContext) {
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            let chunk = "10000\r\n" + String(repeating: "x", count: 65536) + "\r\n"
            let length = chunk.utf8.count
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: chunk))).whenSuccess {
                let (handler, context) = bound.value
                handler.recorder.state.withLock { $0.sentBytes += length }
                handler.flood(context)
            }
        }

        private func write(_ text: String, _ context: ChannelHandlerContext) {
            context.write(self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }
}
