import HummingbirdCore
import NIOCore
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2

/// The handlers of a connection of HTTP/2 (RFC 9113), and those of each of its streams.
///
///     TLS -> HTTP/2 -> HTTP2ConnectionRules
///     stream -> HTTP2StreamFrames -> ChunkedFileTransferHandler -> HTTP2FastPath
///            -> HTTP types -> HTTP2StreamRules -> BodyReceiver -> router
///
/// The last line is put in place when the request needs it.
struct HTTP2Pipeline: Sendable {
    typealias StreamChannel = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let resources: PipelineResources

    /// Called on the channel's event loop.
    func install(in channel: any Channel) throws -> Connection {
        let rules = HTTP2ConnectionRules(
            limits: self.resources.limits,
            limiter: self.resources.limiter,
            eventLoop: channel.eventLoop
        )
        let (streams, routed) = AsyncStream.makeStream(of: StreamChannel.self)
        let (openStreams, configuration) = (rules.openStreams, self.configuration)
        let responder = NIOLoopBound(
            self.resources.fastPath?.responder(on: channel.eventLoop),
            eventLoop: channel.eventLoop
        )
        let handler = NIOHTTP2Handler(
            mode: .server,
            eventLoop: channel.eventLoop,
            connectionConfiguration: configuration.connection,
            streamConfiguration: configuration.stream,
            streamDelegate: rules.streamDelegate
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                try self.install(inStream: stream, responder: responder.value, openStreams: openStreams, routed: routed)
            }
        }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(handler)
        try pipeline.addHandler(rules)
        // No more come than may be open, and each one's end is waited for.
        channel.closeFuture.whenComplete { _ in routed.finish() }
        return Connection(channel: channel, routed: streams)
    }

    private func install(
        inStream stream: any Channel,
        responder: (any FastResponder)?,
        openStreams: OpenStreams,
        routed: AsyncStream<StreamChannel>.Continuation
    ) throws {
        let pipeline = stream.pipeline.syncOperations
        try pipeline.addHandler(
            HTTP2StreamFrames(writeTimeout: self.resources.limits.writeTimeout, openStreams: openStreams)
        )
        try pipeline.addHandler(
            ChunkedFileTransferHandler<HTTP2Frame.FramePayload>(
                blockingPool: self.resources.blockingPool,
                chunkLengthBytes: { openStreams.chunkLengthBytes }
            )
        )
        try pipeline.addHandler(
            HTTP2FastPath(responder: responder) { stream in
                Self.pass(try self.installUpperHalf(in: stream), to: routed)
            }
        )
    }

    /// A stream that comes when the connection's task has ended is ended too: a channel has to be used to be let go.
    private static func pass(_ stream: StreamChannel, to routed: AsyncStream<StreamChannel>.Continuation) {
        if case .terminated = routed.yield(stream) { Task { try? await stream.executeThenClose { _, _ in } } }
    }

    /// What a request for a file that is in memory does not need.
    private func installUpperHalf(in stream: any Channel) throws -> StreamChannel {
        let pipeline = stream.pipeline.syncOperations
        try pipeline.addHandler(HTTP2FramePayloadToHTTPServerCodec())
        try pipeline.addHandler(
            HTTP2StreamRules(
                limits: self.resources.limits,
                headRules: self.resources.headRules,
                problems: self.resources.problems
            )
        )
        try pipeline.addHandler(
            BodyReceiver(blockingPool: self.resources.blockingPool, budget: self.resources.budget)
        )
        return try StreamChannel(
            wrappingChannelSynchronously: stream,
            configuration: .init(isOutboundHalfClosureEnabled: false)
        )
    }
}

extension HTTP2Pipeline {
    /// A connection whose client asked for HTTP/2.
    struct Connection: Sendable {
        fileprivate let channel: any Channel
        /// The streams that the router has to see.
        fileprivate let routed: AsyncStream<StreamChannel>

        fileprivate init(channel: any Channel, routed: AsyncStream<StreamChannel>) {
            self.channel = channel
            self.routed = routed
        }

        /// Runs `body` for each stream that needs it, side by side, and returns when the connection is closed and all have ended.
        /// Cancellation closes it.
        func forEachStream(_ body: @escaping @Sendable (StreamChannel) async -> Void) async {
            await withTaskCancellationHandler {
                await withDiscardingTaskGroup { group in
                    for await stream in self.routed {
                        group.addTask { await body(stream) }
                    }
                }
            } onCancel: {
                self.channel.close(promise: nil)
            }
        }
    }
}
