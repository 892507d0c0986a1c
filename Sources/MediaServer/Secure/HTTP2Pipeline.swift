import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOPosix

/// The handlers of a connection of HTTP/2 (RFC 9113), and those of each of its streams.
///
///     TLS -> HTTP/2 -> HTTP2ConnectionRules
///     stream -> StreamFrames -> HTTP/1 parts -> HTTP2StreamRules -> BodyReceiver -> StreamFileTransferHandler -> HTTP types -> router
///
/// A stream speaks in the parts of HTTP/1, so that bodies and files go the same way on both.
struct HTTP2Pipeline: Sendable {
    typealias AsyncStream = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    private let limits: ConnectionLimits
    private let census: ConnectionCensus
    private let blockingPool: NIOThreadPool
    /// Shared by all connections.
    private let budget: ReceptionBudget

    init(limits: ConnectionLimits, census: ConnectionCensus, blockingPool: NIOThreadPool, budget: ReceptionBudget) {
        self.limits = limits
        self.census = census
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
        let pipeline = channel.pipeline.syncOperations
        let openStreams = rules.openStreams
        let multiplexer = try pipeline.configureAsyncHTTP2Pipeline(
            mode: .server,
            streamDelegate: rules.streamDelegate,
            configuration: self.configuration
        ) { stream in
            stream.eventLoop.makeCompletedFuture { try self.install(inStream: stream, openStreams: openStreams) }
        }
        try pipeline.addHandler(rules)
        return Connection(channel: channel, multiplexer: multiplexer)
    }

    private func install(inStream stream: any Channel, openStreams: OpenStreams) throws -> AsyncStream {
        let pipeline = stream.pipeline.syncOperations
        try pipeline.addHandler(StreamFrames())
        try pipeline.addHandler(HTTP2FramePayloadToHTTP1ServerCodec())
        try pipeline.addHandler(HTTP2StreamRules(limits: self.limits))
        try pipeline.addHandler(BodyReceiver(blockingPool: self.blockingPool, budget: self.budget))
        try pipeline.addHandler(
            StreamFileTransferHandler<HTTPServerResponsePart>(
                blockingPool: self.blockingPool,
                chunkLengthBytes: { openStreams.chunkLengthBytes }
            )
        )
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: true))
        return try AsyncStream(
            wrappingChannelSynchronously: stream,
            configuration: .init(isOutboundHalfClosureEnabled: false)
        )
    }

    /// What a client may ask of one connection. Beyond, NIO ends it with ENHANCE_YOUR_CALM or refuses the stream.
    private var configuration: NIOHTTP2Handler.Configuration {
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: Self.maximumStreams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: self.limits.maximumHeaderBytes),
        ]
        // A header block of the largest size fits in three frames; CVE-2024-27316 sends them without end.
        connection.maximumSequentialContinuationFrames = 4 + self.limits.maximumHeaderBytes / Self.frameLengthBytes
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
        fileprivate let multiplexer: NIOHTTP2Handler.AsyncStreamMultiplexer<AsyncStream>

        fileprivate init(channel: any Channel, multiplexer: NIOHTTP2Handler.AsyncStreamMultiplexer<AsyncStream>) {
            self.channel = channel
            self.multiplexer = multiplexer
        }

        /// Runs `body` for each stream, side by side, and returns when the connection is closed and all have ended. Cancellation
        /// closes it.
        func forEachStream(logger: Logger, _ body: @escaping @Sendable (AsyncStream) async -> Void) async {
            await withTaskCancellationHandler {
                do {
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await stream in self.multiplexer.inbound {
                            group.addTask { await body(stream) }
                        }
                    }
                } catch {
                    logger.debug("A connection of HTTP/2 broke", metadata: ["error": "\(error)"])
                }
            } onCancel: {
                self.channel.close(promise: nil)
            }
        }
    }
}
