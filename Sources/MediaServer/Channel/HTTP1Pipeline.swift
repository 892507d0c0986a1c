import HTTPSemantics
import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOPosix

/// The handlers of one HTTP/1.1 connection, whatever is below them: the socket itself, or TLS.
///
///     bytes -> ConnectionGuard -> FileTransferHandler -> HotFileResponder
///           -> HTTP/1 codec -> ConnectionRules -> BodyReceiver -> HTTP types -> router
///
/// The second line is put in place with the first request that needs it.
struct HTTP1Pipeline: Sendable {
    typealias AsyncChannel = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    private let limits: ConnectionLimits
    private let blockingPool: NIOThreadPool
    /// Shared by all connections.
    private let budget: ReceptionBudget
    private let census: ConnectionCensus
    private let hotFiles: HotFileCache
    private let crossOrigin: CrossOriginPolicy

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

    /// What is read of a file at a time for TLS: sendfile cannot encrypt.
    private static let chunkLengthBytes = 128 << 10

    /// Called on the channel's event loop.
    ///
    /// - Parameter isEncrypted: whether TLS is below.
    func install(in channel: any Channel, isEncrypted: Bool = false) throws -> HTTP1Connection {
        // Each further read of a turn would come past what BodyReceiver has room for, and keep a buffer of its own.
        try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
        let pipeline = channel.pipeline.syncOperations
        let life = self.census.table(of: channel.eventLoop).makeLife()
        let routed = channel.eventLoop.makePromise(of: AsyncChannel?.self)
        try pipeline.addHandler(ConnectionGuard(life: life, census: self.census))
        try pipeline.addHandler(self.fileTransferHandler(isEncrypted: isEncrypted))
        try pipeline.addHandler(
            HotFileResponder(
                shelf: self.hotFiles.shelf(on: channel.eventLoop),
                crossOrigin: self.crossOrigin,
                life: life,
                limits: self.limits
            ) { channel in
                guard let channel else { return routed.succeed(nil) }
                do {
                    routed.succeed(try self.installUpperHalf(in: channel, isEncrypted: isEncrypted, life: life))
                } catch {
                    routed.fail(error)
                    channel.close(promise: nil)
                }
            }
        )
        return HTTP1Connection(channel: channel, routed: routed.futureResult)
    }

    private func fileTransferHandler(isEncrypted: Bool) -> any ChannelHandler {
        guard isEncrypted else { return FileTransferHandler(blockingPool: self.blockingPool) }
        return StreamFileTransferHandler<IOData>(
            blockingPool: self.blockingPool,
            chunkLengthBytes: { Self.chunkLengthBytes }
        )
    }

    /// What a connection that only fetches files that are in memory never needs, and most of what a connection weighs.
    private func installUpperHalf(
        in channel: any Channel,
        isEncrypted: Bool,
        life: ConnectionLife
    ) throws -> AsyncChannel {
        let pipeline = channel.pipeline.syncOperations
        var decoderLimits = NIOHTTPDecoderLimitConfiguration()
        decoderLimits.maxHeaderFieldSize = self.limits.maximumHeaderBytes
        decoderLimits.maxHeaderListSize = self.limits.maximumHeaderBytes
        decoderLimits.maxHeaderFieldCount = self.limits.maximumHeaderCount
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: true,
            withErrorHandling: false,
            withOutboundHeaderValidation: false,
            withEncoderConfiguration: .init(),
            withDecoderLimitConfiguration: decoderLimits
        )
        try pipeline.addHandler(ConnectionRules(life: life))
        try pipeline.addHandler(BodyReceiver(blockingPool: self.blockingPool, budget: self.budget))
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: isEncrypted))
        return try NIOAsyncChannel(
            wrappingChannelSynchronously: channel,
            configuration: .init(isOutboundHalfClosureEnabled: true)
        )
    }
}
