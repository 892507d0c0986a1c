import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOPosix

/// The handlers of one HTTP/1.1 connection, whatever is below them: the socket itself, or TLS.
///
///     bytes -> HTTP/1 codec -> ConnectionRules -> BodyReceiver -> FileTransferHandler -> HTTP types -> connection state -> router
struct HTTP1Pipeline: Sendable {
    typealias AsyncChannel = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    private let limits: ConnectionLimits
    private let blockingPool: NIOThreadPool
    /// Shared by all connections.
    private let budget: ReceptionBudget

    init(limits: ConnectionLimits, blockingPool: NIOThreadPool, budget: ReceptionBudget) {
        self.limits = limits
        self.blockingPool = blockingPool
        self.budget = budget
    }

    /// What is read of a file at a time for TLS: sendfile cannot encrypt.
    private static let chunkLengthBytes = 128 << 10

    /// Called on the channel's event loop.
    ///
    /// - Parameter isEncrypted: TLS is below.
    func install(in channel: any Channel, isEncrypted: Bool = false, logger: Logger) throws -> AsyncChannel {
        // Each further read of a turn would come past what BodyReceiver has room for, and keep a buffer of its own.
        try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
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
        try pipeline.addHandler(ConnectionRules(lingerTimeout: self.limits.lingerTimeout))
        try pipeline.addHandler(BodyReceiver(blockingPool: self.blockingPool, budget: self.budget))
        if isEncrypted {
            try pipeline.addHandler(
                StreamFileTransferHandler(
                    blockingPool: self.blockingPool,
                    stallTimeout: self.limits.writeTimeout,
                    chunkLengthBytes: { Self.chunkLengthBytes }
                )
            )
        } else {
            try pipeline.addHandler(
                FileTransferHandler(blockingPool: self.blockingPool, stallTimeout: self.limits.writeTimeout)
            )
        }
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: isEncrypted))
        try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: self.limits.idleTimeout, logger: logger))
        return try NIOAsyncChannel(
            wrappingChannelSynchronously: channel,
            configuration: .init(isOutboundHalfClosureEnabled: true)
        )
    }
}
