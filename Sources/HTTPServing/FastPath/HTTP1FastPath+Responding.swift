import HTTPSemantics
import NIOCore

extension HTTP1FastPath {
    /// - Returns: false when the router must handle the request.
    func respond(to request: SimpleRequest, context: ChannelHandlerContext) -> Bool {
        guard let responder = self.responder, self.connection.mayKeepAliveOnceMore,
            let response = self.held.withUnsafeReadableBytes({ responder.response(to: request, in: $0) })
        else { return false }
        self.held.moveReaderIndex(forwardBy: request.headLength)
        self.connection.requestBegan()
        self.connection.requestRead()
        context.write(self.wrapOutboundOut(.byteBuffer(response.head)), promise: nil)
        switch response.content {
        case .none: break
        case .bytes(let bytes): context.write(self.wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
        case .file(let transfer):
            self.send(transfer, for: responder, keepsAlive: request.keepsAlive, context: context)
            return true
        }
        self.end(keepsAlive: request.keepsAlive, context: context)
        return true
    }

    private func send(
        _ transfer: FastResponseFile,
        for responder: any FastResponder,
        keepsAlive: Bool,
        context: ChannelHandlerContext
    ) {
        self.state = .sending
        let sent = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound((self, responder, context), eventLoop: context.eventLoop)
        let count = transfer.range.count
        sent.futureResult.whenComplete { result in
            let (handler, responder, context) = bound.value
            // A transfer that failed has closed the connection.
            guard case .success = result else { return }
            responder.fileSent(count)
            handler.end(keepsAlive: keepsAlive, context: context)
            handler.state = .boundary
            handler.advanceLater(context: context)
        }
        context.triggerUserOutboundEvent(FileTransfer(transfer), promise: sent)
    }

    private func end(keepsAlive: Bool, context: ChannelHandlerContext) {
        self.connection.responseEnded()
        guard !keepsAlive else { return }
        context.flush()
        self.connection.closeWhenWritten()
    }
}
