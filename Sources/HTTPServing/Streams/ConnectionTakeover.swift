import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Sent down the pipeline behind the head of a response: from here on the connection of HTTP/1 carries something else than messages
/// of HTTP, to its end. The layers that read requests are removed, which are most of what an idle connection weighs; what watches over
/// time-outs, limits and the end stays.
///
/// Fails with ``NotTakenOver`` where the connection is none of HTTP/1, or in no state for it.
struct ConnectionTakeover: Sendable {
    /// Makes the handler that has the connection from here on. Called on its event loop.
    var makeHandler: @Sendable (TakenConnection) -> any ChannelHandler & RemovableChannelHandler
}

/// What the new handler of a connection needs to know of it.
struct TakenConnection {
    let connection: TrackedConnection
    /// Whether content goes in chunks (RFC 9112 section 7.1); else the connection's end is its end.
    let isChunked: Bool
}

/// A connection goes on as it was.
struct NotTakenOver: Error {}

/// A response whose connection was taken over: thrown by its body, so that the task that served the connection ends.
struct ConnectionTaken: Error {}

/// Sent down to the handler in front of the decoder: it only passes bytes on from here.
struct ConnectionPassesBytes: Sendable {}

extension HTTP1Rules {
    /// Puts another handler in place of this one and those around it.
    func takeOver(_ takeover: ConnectionTakeover, context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        guard let taken = self.takenConnection() else {
            promise?.fail(NotTakenOver())
            return
        }
        let pipeline = context.pipeline.syncOperations
        do {
            try pipeline.addHandler(takeover.makeHandler(taken), position: .before(self))
        } catch {
            promise?.fail(error)
            return
        }
        context.triggerUserOutboundEvent(ConnectionPassesBytes(), promise: nil)
        // From the top down: what one of them still says on its way out reaches nobody who would act on it.
        self.remove(BodyReceiver.self, from: pipeline)
        self.remove(HTTP1ToHTTPServerCodec.self, from: pipeline)
        pipeline.removeHandler(self, promise: nil)
        self.remove(HTTPServerPipelineHandler.self, from: pipeline)
        self.remove(ByteToMessageHandler<HTTPRequestDecoder>.self, from: pipeline)
        self.remove(HTTPResponseEncoder.self, from: pipeline)
        promise?.succeed()
    }

    private func remove<Handler: ChannelHandler & RemovableChannelHandler>(
        _ type: Handler.Type,
        from pipeline: ChannelPipeline.SynchronousOperations
    ) {
        // One that is not there need not be removed.
        guard let handler = try? pipeline.handler(type: type) else { return }
        pipeline.removeHandler(handler, promise: nil)
    }
}
