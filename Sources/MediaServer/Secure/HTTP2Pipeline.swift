import HTTPSemantics
import HummingbirdCore
import NIOCore
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOPosix

/// The handlers of a connection of HTTP/2 (RFC 9113), and those of each of its streams.
///
///     TLS -> HTTP/2 -> HTTP2ConnectionRules
///     stream -> StreamFrames -> StreamFileTransferHandler -> HotStreamResponder
///            -> HTTP/1 parts -> HTTP2StreamRules -> BodyReceiver -> HTTP types -> router
///
/// The last line is put in place when the request needs it. There a stream speaks in the parts of HTTP/1, so that bodies go the
/// same way on both.
struct HTTP2Pipeline: Sendable {
    typealias StreamChannel = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    private let limits: ConnectionLimits
    private let census: ConnectionCensus
    private let hotFiles: HotFileCache
    private let crossOrigin: CrossOriginPolicy
    private let blockingPool: NIOThreadPool
    /// Shared by all connections.
    private let budget: ReceptionBudget

    init(
        limits: ConnectionLimits,
        census: ConnectionCensus,
        hotFiles: HotFileCache,
        crossOrigin: CrossOriginPolicy,
        blockingPool: NIOThreadPool,
        budget: ReceptionBudget
    ) {
        self.limits = limits
        self.census = census
        self.hotFiles = hotFiles
        self.crossOrigin = crossOrigin
        self.blockingPool = blockingPool
        self.budget = budget
    }

    /// Called on the channel's event loop.
    func install(in channel: any Channel) throws -> Connection {
        let rules = HTTP2ConnectionRules(
            idleTimeout: self.limits.idleTimeout,
            writeTimeout: self.limits.writeTimeout,
            census: self.census,
            eventLoop: channel.eventLoop
        )
        let (streams, routed) = AsyncStream.makeStream(of: StreamChannel.self)
        let (openStreams, configuration) = (rules.openStreams, self.configuration)
        let shelf = NIOLoopBound(self.hotFiles.shelf(on: channel.eventLoop), eventLoop: channel.eventLoop)
        let handler = NIOHTTP2Handler(
            mode: .server,
            eventLoop: channel.eventLoop,
            connectionConfiguration: configuration.connection,
            streamConfiguration: configuration.stream,
            streamDelegate: rules.streamDelegate
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                try self.install(inStream: stream, shelf: shelf.value, openStreams: openStreams, routed: routed)
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
        shelf: HotFileShelf,
        openStreams: OpenStreams,
        routed: AsyncStream<StreamChannel>.Continuation
    ) throws {
        let pipeline = stream.pipeline.syncOperations
        try pipeline.addHandler(StreamFrames(writeTimeout: self.limits.writeTimeout, openStreams: openStreams))
        try pipeline.addHandler(
            StreamFileTransferHandler<HTTP2Frame.FramePayload>(
                blockingPool: self.blockingPool,
                chunkLengthBytes: { openStreams.chunkLengthBytes }
            )
        )
        try pipeline.addHandler(
            HotStreamResponder(shelf: shelf, crossOrigin: self.crossOrigin) { stream in
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
        try pipeline.addHandler(HTTP2FramePayloadToHTTP1ServerCodec())
        try pipeline.addHandler(HTTP2StreamRules(limits: self.limits))
        try pipeline.addHandler(BodyReceiver(blockingPool: self.blockingPool, budget: self.budget))
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: true))
        return try StreamChannel(
            wrappingChannelSynchronously: stream,
            configuration: .init(isOutboundHalfClosureEnabled: false)
        )
    }

    /// What a client may ask of one connection. Beyond, NIO ends it with ENHANCE_YOUR_CALM or refuses the stream.
    private var configuration: NIOHTTP2Handler.Configuration {
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: Self.maximumStreams),
            // Beyond it the connection ends; what is in between gets an answer that says what is wrong.
            HTTP2Setting(parameter: .maxHeaderListSize, value: 2 * self.limits.maximumHeaderBytes),
        ]
        // As many as the largest header block needs; CVE-2024-27316 sends them without end.
        connection.maximumSequentialContinuationFrames = 4 + 2 * self.limits.maximumHeaderBytes / Self.frameLengthBytes
        connection.maximumBufferedControlFrames = 1000
        // For so many streams data that was on its way is no error.
        connection.maximumRecentlyResetStreams = Self.maximumStreams
        connection.targetWindowSize = Self.connectionWindowBytes
        // PING, SETTINGS, PRIORITY (CVE-2019-9512, -9515). Browsers of old send a PRIORITY with each request.
        connection.controlFrameRateLimit.maximumCount = 2000
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.targetWindowSize = Self.streamWindowBytes
        // CVE-2023-44487 resets thousands a second; a browser that scrolls fast through thumbnails some dozens.
        stream.streamResetFrameRateLimit.maximumCount = 1000
        return NIOHTTP2Handler.Configuration(connection: connection, stream: stream)
    }

    static let maximumStreams = 100
    private static let frameLengthBytes = 16 << 10
    /// What a client may send of one body before it is written to disk. It is the memory that a body takes at most beyond
    /// ``ReceptionBudget``, and divided by the round trip it is the fastest an upload can be: 256 KiB in 50 ms are 5 MB/s.
    private static let streamWindowBytes = 256 << 10
    /// Of all bodies together, until the daemon has seen them. It does not hold back what waits for the disk; the streams' does.
    private static let connectionWindowBytes = 1 << 20
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
