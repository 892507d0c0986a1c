package import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1
package import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOPosix

/// The pipeline of one HTTP/1.1 connection.
///
///     socket -> HTTP/1 codec -> ConnectionRules -> BodyReceiver -> FileTransferHandler -> HTTP types -> connection state -> router
///
/// Hummingbird's own channel speaks only in byte buffers. This one has a handler below the translation to HTTP types, where
/// bytes of files still can go to the socket by sendfile(2) without passing through the daemon's memory.
package struct MediaHTTPChannel: ServerChildChannel, HTTPChannelHandler {
    package typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    package let responder: HTTPChannelHandler.Responder
    private let limits: ConnectionLimits
    private let blockingPool: NIOThreadPool
    /// Shared by all connections.
    private let budget: ReceptionBudget

    init(responder: @escaping HTTPChannelHandler.Responder, limits: ConnectionLimits, blockingPool: NIOThreadPool) {
        self.responder = responder
        self.limits = limits
        self.blockingPool = blockingPool
        self.budget = ReceptionBudget(totalBytes: limits.bodyBufferBytes)
    }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
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
            try pipeline.addHandler(
                FileTransferHandler(blockingPool: self.blockingPool, stallTimeout: self.limits.writeTimeout)
            )
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: self.limits.idleTimeout, logger: logger))
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel,
                configuration: .init(isOutboundHalfClosureEnabled: true)
            )
        }
    }

    package func handle(value: Value, logger: Logger) async {
        await self.handleHTTP(asyncChannel: value, logger: logger)
    }
}
