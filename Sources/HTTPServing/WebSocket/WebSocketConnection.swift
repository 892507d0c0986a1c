package import NIOCore

/// A service's own side of one connection of WebSocket. Called on the connection's event loop; it must not block.
package protocol WebSocketApplication: AnyObject {
    /// A whole text came.
    func received(_ text: String)
    /// The connection has ended, or ends. Called once.
    func closed()
}

/// A connection of WebSocket as the application sees it. Its methods can be called from anywhere; texts sent in order arrive in order.
package struct WebSocketConnection: Sendable {
    private let channel: any Channel
    private let handler: NIOLoopBound<(WebSocketHandler, ChannelHandlerContext)>

    init(channel: any Channel, handler: NIOLoopBound<(WebSocketHandler, ChannelHandlerContext)>) {
        self.channel = channel
        self.handler = handler
    }

    /// Where ``WebSocketApplication`` is called.
    package var eventLoop: any EventLoop { self.channel.eventLoop }

    /// Sends a text, which must be UTF-8.
    ///
    /// - Parameter written: called when the socket has taken all of it; never when the connection ends first.
    package func send(_ text: ByteBuffer, written: @escaping @Sendable () -> Void = {}) {
        self.channel.eventLoop.execute {
            let (handler, context) = self.handler.value
            handler.send(text, context: context, written: written)
        }
    }

    /// Sends several texts, each as a message of its own.
    ///
    /// - Parameter written: called when the socket has taken all of them.
    package func send(_ texts: [ByteBuffer], written: @escaping @Sendable () -> Void) {
        self.channel.eventLoop.execute {
            let (handler, context) = self.handler.value
            for text in texts.dropLast() { handler.write(text, context: context) }
            if let last = texts.last { handler.send(last, context: context, written: written) }
        }
    }

    /// Ends the connection behind what was sent before.
    /// - Parameter reason: for people; at most 123 bytes of it are sent.
    package func close(_ code: WebSocketCloseCode, _ reason: String = "") {
        self.channel.eventLoop.execute {
            let (handler, context) = self.handler.value
            handler.close(code, reason, context: context)
        }
    }
}
