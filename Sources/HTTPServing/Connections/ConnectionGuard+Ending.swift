import Glibc
import NIOCore

/// How a connection ends.
extension ConnectionGuard {
    /// Closes as soon as the socket has taken everything that was written: first this direction, then, when the client has
    /// closed its own or after a while, all of it (RFC 9112 section 9.6).
    func closeWhenWritten() {
        guard let context = self.context, self.connection.beginFlushing() else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let written = context.eventLoop.makePromise(of: Void.self)
        // An end to wait for: writes are taken in their order.
        context.writeAndFlush(self.wrapOutboundOut(.byteBuffer(ByteBuffer())), promise: written)
        // When it fails, the connection is gone.
        written.futureResult.whenSuccess { bound.value.allWritten() }
    }

    /// The same, once who responds has written the last bytes of the response.
    func closeSoon() {
        guard let context = self.context else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute {
            if bound.value.connection.state.phase == .idle { bound.value.closeWhenWritten() }
        }
    }

    private func allWritten() {
        guard let context = self.context else { return }
        guard !self.isInputClosed else { return self.closeNow() }
        self.connection.beginLingering()
        context.close(mode: .output, promise: nil)
        context.read()
    }

    /// Closes at once; what is written and not taken yet is lost.
    func closeNow() {
        self.leave()
        self.context?.close(promise: nil)
    }

    /// Closes at once, and makes the kernel forget the connection too.
    func reset() {
        let socket = self.context?.channel as? any SocketOptionProvider
        _ = socket?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        self.closeNow()
    }
}
