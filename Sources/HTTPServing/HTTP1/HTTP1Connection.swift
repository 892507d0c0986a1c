import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes

/// A connection of HTTP/1.1, of which the router may never hear.
struct HTTP1Connection: ServerChildChannelValue {
    let channel: any Channel
    /// What the router reads and writes: there with the first request that needs it; nil when the connection ended without one.
    let routed: EventLoopFuture<HTTP1Pipeline.AsyncChannel?>

    /// Lets `handler` respond to what comes, until the connection ends.
    func serve(with handler: some HTTPChannelHandler, logger: Logger) async {
        let asyncChannel = await withTaskCancellationHandler {
            try? await self.routed.get()
        } onCancel: {
            self.channel.close(promise: nil)
        }
        guard let asyncChannel else { return }
        await handler.handleHTTP(asyncChannel: asyncChannel, logger: logger)
    }
}
