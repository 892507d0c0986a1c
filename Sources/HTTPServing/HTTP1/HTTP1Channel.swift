import HummingbirdCore
import Logging
import NIOCore

/// One connection of HTTP/1.1 in the clear.
///
/// Hummingbird's own channel speaks only in byte buffers. This one has handlers in front of the translation to HTTP types, where
/// bytes of files still can go to the socket by sendfile(2) without passing through the process's memory.
struct HTTP1Channel: ServerChildChannel, HTTPChannelHandler {
    typealias Value = HTTP1Connection

    let responder: HTTPChannelHandler.Responder
    let pipeline: HTTP1Pipeline

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture { try self.pipeline.install(in: channel) }
    }

    func handle(value: Value, logger: Logger) async {
        await value.serve(with: self, logger: logger)
    }
}
