import HTTPSemantics
import MediaCore
import NIOCore

extension HotFileResponder {
    /// - Returns: false when the request has to go the long way.
    func answer(_ request: SimpleRequest, context: ChannelHandlerContext) -> Bool {
        guard self.life.mayKeepAliveOnceMore,
            let (answer, file) = self.held.withUnsafeReadableBytes({ bytes in
                self.shelf.answer(request, in: bytes, self.crossOrigin)
            })
        else { return false }
        self.held.moveReaderIndex(forwardBy: request.headLength)
        self.life.requestBegan()
        self.life.requestRead()
        self.shelf.traffic.count(answer.status)
        context.write(self.wrapOutboundOut(.byteBuffer(answer.head)), promise: nil)
        switch answer.content {
        case .none: break
        case .bytes(let bytes): context.write(self.wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
        case .range(let range):
            self.send(range, of: file, keepsAlive: request.keepsAlive, context: context)
            return true
        }
        self.shelf.traffic.bytes += Int64(answer.length)
        self.end(keepsAlive: request.keepsAlive, context: context)
        return true
    }

    private func send(_ range: Range<Int64>, of hot: HotFile, keepsAlive: Bool, context: ChannelHandlerContext) {
        self.state = .sending
        let sent = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { result in
            let (handler, context) = bound.value
            // A transfer that failed has closed the connection.
            guard case .success = result else { return }
            handler.shelf.traffic.bytes += Int64(range.count)
            handler.end(keepsAlive: keepsAlive, context: context)
            handler.state = .boundary
            handler.advanceLater(context: context)
        }
        context.triggerUserOutboundEvent(FileTransfer(file: hot.file, range: range, pace: hot.pace), promise: sent)
    }

    private func end(keepsAlive: Bool, context: ChannelHandlerContext) {
        self.life.responseEnded()
        guard !keepsAlive else { return }
        context.flush()
        self.life.closeWhenWritten()
    }
}
