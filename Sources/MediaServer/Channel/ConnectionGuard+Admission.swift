import NIOCore

/// How a connection begins, and who is refused.
extension ConnectionGuard {
    /// Whether it is one of the connections that may be open.
    var isAdmitted: Bool { if case .admitted = self.place { true } else { false } }

    func begin(context: ChannelHandlerContext) {
        guard case .none = self.place else { return }
        switch self.census.admit(context.channel.remoteAddress, to: self.life.table) {
        case .admitted(let network):
            self.place = .admitted(network)
            self.boundSendQueue(context: context)
        case .refused(let refusal):
            self.place = .refused
            self.refuse(refusal, context: context)
        case .dropped: self.closeNow()
        }
    }

    func leave() {
        let place = self.place
        self.place = .none
        switch place {
        case .admitted(let network): self.census.leave(network)
        case .refused: self.census.refusalEnded()
        case .none: break
        }
    }

    func refuse(_ refusal: ConnectionRefusal, context: ChannelHandlerContext) {
        self.writeRaw(refusal.bytes, context: context)
        self.closeWhenWritten()
    }

    /// Writes an answer of its own: nobody else is answering.
    func writeRaw(_ bytes: ByteBuffer, context: ChannelHandlerContext) {
        self.life.bytesWritten(bytes.readableBytes)
        context.write(self.wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
    }
}
