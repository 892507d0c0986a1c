package import NIOCore

/// Sent down the pipeline of a request whose response takes long: what to do when its client goes before.
struct ClientWatch: Sendable {
    var action: @Sendable () -> Void
}

extension Channel {
    /// Calls this when the client of the present request is gone, or closes its direction of the connection: nobody waits for the response.
    /// Once the response is written it is not called any more; it may be called more than once.
    package func whenClientIsGone(_ action: @escaping @Sendable () -> Void) async {
        do {
            try await self.triggerUserOutboundEvent(ClientWatch(action: action)).get()
        } catch {
            // HTTP/2: nobody there knows the event, and the channel is the stream's own.
            self.closeFuture.whenComplete { _ in action() }
        }
    }
}
