import NIOCore

/// How a connection begins, and who is refused.
extension ConnectionGuard {
    /// Whether it is one of the connections that may be open.
    var isAdmitted: Bool { if case .admitted = self.admission { true } else { false } }

    func begin(context: ChannelHandlerContext) {
        guard self.admission == nil else { return }
        let admission = self.limiter.admit(context.channel.remoteAddress, to: self.connection.table)
        self.admission = admission
        switch admission {
        case .admitted: self.limiter.boundSendQueue(of: context.channel)
        case .refused(let refusal): self.refuse(refusal, context: context)
        case .dropped: self.closeNow()
        }
    }

    func leave() {
        self.limiter.leave(self.admission)
        self.admission = nil
    }

    func refuse(_ refusal: ConnectionRefusal, context: ChannelHandlerContext) {
        self.writeRaw(refusal.bytes(in: self.problems), context: context)
        self.closeWhenWritten()
    }

    /// Writes a response of its own: nobody else is responding.
    func writeRaw(_ bytes: ByteBuffer, context: ChannelHandlerContext) {
        self.connection.bytesWritten(bytes.readableBytes)
        context.write(self.wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
    }
}
