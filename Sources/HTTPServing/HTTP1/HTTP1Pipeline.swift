import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// The handlers of one HTTP/1.1 connection, whatever is below them: the socket itself, or TLS.
///
///     bytes -> ConnectionGuard -> FileTransferHandler -> HTTP1FastPath
///           -> HTTP/1 codec -> HTTP1Rules -> HTTP types -> BodyReceiver -> router
///
/// The second line is put in place with the first request that needs it.
struct HTTP1Pipeline: Sendable {
    typealias AsyncChannel = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let resources: PipelineResources

    /// What is read of a file at a time for TLS: sendfile cannot encrypt.
    private static let chunkLengthBytes = 128 << 10

    /// Called on the channel's event loop.
    ///
    /// - Parameter isEncrypted: whether TLS is below.
    func install(in channel: any Channel, isEncrypted: Bool = false) throws -> HTTP1Connection {
        // Each further read of a turn would come past what BodyReceiver has room for, and keep a buffer of its own.
        try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
        let pipeline = channel.pipeline.syncOperations
        let connection = self.resources.limiter.table(of: channel.eventLoop).track()
        let routed = channel.eventLoop.makePromise(of: AsyncChannel?.self)
        try pipeline.addHandler(
            ConnectionGuard(
                connection: connection,
                limiter: self.resources.limiter,
                problems: self.resources.problems
            )
        )
        try pipeline.addHandler(self.fileTransferHandler(isEncrypted: isEncrypted))
        try pipeline.addHandler(
            HTTP1FastPath(
                responder: self.resources.fastPath?.responder(on: channel.eventLoop),
                connection: connection,
                limits: self.resources.limits
            ) { channel in
                guard let channel else { return routed.succeed(nil) }
                do {
                    let upperHalf = try self.installUpperHalf(
                        in: channel,
                        isEncrypted: isEncrypted,
                        connection: connection
                    )
                    routed.succeed(upperHalf)
                } catch {
                    routed.fail(error)
                    channel.close(promise: nil)
                }
            }
        )
        return HTTP1Connection(channel: channel, routed: routed.futureResult)
    }

    private func fileTransferHandler(isEncrypted: Bool) -> any ChannelHandler {
        guard isEncrypted else { return FileTransferHandler(blockingPool: self.resources.blockingPool) }
        return ChunkedFileTransferHandler<IOData>(
            blockingPool: self.resources.blockingPool,
            chunkLengthBytes: { Self.chunkLengthBytes }
        )
    }

    /// What a connection that only fetches files that are in memory never needs, and most of what a connection weighs.
    private func installUpperHalf(
        in channel: any Channel,
        isEncrypted: Bool,
        connection: TrackedConnection
    ) throws -> AsyncChannel {
        let pipeline = channel.pipeline.syncOperations
        let limits = self.resources.limits
        var decoderLimits = NIOHTTPDecoderLimitConfiguration()
        decoderLimits.maxHeaderFieldSize = limits.maximumHeaderBytes
        decoderLimits.maxHeaderListSize = limits.maximumHeaderBytes
        decoderLimits.maxHeaderFieldCount = limits.maximumHeaderCount
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: true,
            withErrorHandling: false,
            withOutboundHeaderValidation: false,
            withEncoderConfiguration: .init(),
            withDecoderLimitConfiguration: decoderLimits
        )
        try pipeline.addHandler(
            HTTP1Rules(
                connection: connection,
                headRules: self.resources.headRules,
                problems: self.resources.problems
            )
        )
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: isEncrypted))
        try pipeline.addHandler(
            BodyReceiver(blockingPool: self.resources.blockingPool, budget: self.resources.budget)
        )
        return try NIOAsyncChannel(
            wrappingChannelSynchronously: channel,
            configuration: .init(isOutboundHalfClosureEnabled: true)
        )
    }
}
