package import HummingbirdCore
package import Logging
package import NIOCore
package import NIOHTTPTypes

/// One connection of HTTP/1.1 in the clear.
///
/// Hummingbird's own channel speaks only in byte buffers. This one has a handler below the translation to HTTP types, where
/// bytes of files still can go to the socket by sendfile(2) without passing through the daemon's memory.
package struct MediaHTTPChannel: ServerChildChannel, HTTPChannelHandler {
    package typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    package let responder: HTTPChannelHandler.Responder
    private let pipeline: HTTP1Pipeline

    init(responder: @escaping HTTPChannelHandler.Responder, pipeline: HTTP1Pipeline) {
        self.responder = responder
        self.pipeline = pipeline
    }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture { try self.pipeline.install(in: channel, logger: logger) }
    }

    package func handle(value: Value, logger: Logger) async {
        await self.handleHTTP(asyncChannel: value, logger: logger)
    }
}
