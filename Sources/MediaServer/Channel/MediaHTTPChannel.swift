package import HummingbirdCore
package import Logging
package import NIOCore

/// One connection of HTTP/1.1 in the clear.
///
/// Hummingbird's own channel speaks only in byte buffers. This one has handlers in front of the translation to HTTP types, where
/// bytes of files still can go to the socket by sendfile(2) without passing through the daemon's memory.
package struct MediaHTTPChannel: ServerChildChannel, HTTPChannelHandler {
    package typealias Value = HTTP1Connection

    package let responder: HTTPChannelHandler.Responder
    private let pipeline: HTTP1Pipeline

    init(responder: @escaping HTTPChannelHandler.Responder, pipeline: HTTP1Pipeline) {
        self.responder = responder
        self.pipeline = pipeline
    }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture { try self.pipeline.install(in: channel) }
    }

    package func handle(value: Value, logger: Logger) async {
        await value.serve(with: self, logger: logger)
    }
}
