import CLinux
import NIOCore
import NIOPosix

/// Writes ranges of files to the socket by sendfile(2), window by window, below the HTTP encoder.
///
/// The next window is written when the socket has taken the one before, so a client that stalls costs no memory, and one that goes
/// away ends the reading. A window that is not in the page cache is read ahead on another thread first: sendfile would otherwise
/// wait for the disk on the event loop, and with it every other connection of that loop.
///
/// `FileRegion` and `NIOFileHandle` are the only way to sendfile that SwiftNIO has; both stay in this file.
final class FileTransferHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// The most that is handed to the socket at a time, in bytes. Each window costs a look into the page cache, a system call and
    /// a turn of the event loop; beyond this the socket takes no more at once anyway.
    static let windowLengthBytes: Int64 = 2 << 20
    /// Of the first window: it may have to come from the disk while the client waits, or be of no use when it seeks on.
    static let firstWindowLengthBytes: Int64 = 1 << 20

    private struct Transfer {
        var file: any SendableFile
        var handle: NIOFileHandle
        var pace: ResponsePace?
        var start: NIODeadline
        var sent: Int64 = 0
        var rest: Range<Int64>
        var promise: EventLoopPromise<Void>?
    }

    private struct ConnectionClosed: Error {}

    private let blockingPool: NIOThreadPool
    private var transfer: Transfer?
    /// What the handlers above know.
    private var isKnownWritable = true

    init(blockingPool: NIOThreadPool) {
        self.blockingPool = blockingPool
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let wanted = event as? FileTransfer else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        guard self.transfer == nil, context.channel.isActive else {
            promise?.fail(ConnectionClosed())
            return
        }
        self.transfer = Transfer(
            file: wanted.file,
            handle: NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: wanted.file.descriptor),
            pace: wanted.pace,
            start: .now(),
            rest: wanted.range,
            promise: promise
        )
        self.prepareWindow(context: context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.finish(.failure(ConnectionClosed()))
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.finish(.failure(ConnectionClosed()))
    }

    /// Each window fills the channel and empties it again. The handlers above wait for the end of all of them, so nothing of it
    /// matters to them.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if self.transfer == nil { self.tellWritability(context: context) }
    }

    private func tellWritability(context: ChannelHandlerContext) {
        guard self.isKnownWritable != context.channel.isWritable else { return }
        self.isKnownWritable.toggle()
        context.fireChannelWritabilityChanged()
    }

    // MARK: Window by window

    private func prepareWindow(context: ChannelHandlerContext) {
        guard let transfer = self.transfer else { return }
        let most = transfer.sent == 0 ? Self.firstWindowLengthBytes : Self.windowLengthBytes
        let length = transfer.pace?.windowLength(atMost: most) ?? most
        let window = transfer.rest.lowerBound..<min(transfer.rest.upperBound, transfer.rest.lowerBound + length)
        let (file, rest) = (transfer.file, transfer.rest)
        if clinux_is_range_cached(file.descriptor, off_t(window.lowerBound), off_t(window.count)) == 1 {
            self.writeWindow(window, context: context)
            return
        }
        // Nobody waits for the window behind this one, but its reading begins.
        let beyond = min(rest.upperBound - window.upperBound, Self.firstWindowLengthBytes)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        self.blockingPool.runIfActive(eventLoop: context.eventLoop) {
            clinux_read_ahead(file.descriptor, off_t(window.lowerBound), off_t(window.count), off_t(beyond))
        }.whenComplete { _ in
            // A failed read shows itself again, as an error, in sendfile.
            let (handler, context) = bound.value
            handler.writeWindow(window, context: context)
        }
    }

    private func writeWindow(_ window: Range<Int64>, context: ChannelHandlerContext) {
        guard let handle = self.transfer?.handle else { return }
        let region = FileRegion(
            fileHandle: handle,
            readerIndex: Int(window.lowerBound),
            endIndex: Int(window.upperBound)
        )
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { result in
            let (handler, context) = bound.value
            handler.windowWritten(window, result, context: context)
        }
        context.writeAndFlush(self.wrapOutboundOut(.fileRegion(region)), promise: written)
    }

    private func windowWritten(
        _ window: Range<Int64>,
        _ result: Result<Void, any Error>,
        context: ChannelHandlerContext
    ) {
        guard self.transfer != nil else { return }
        if case .failure(let error) = result {
            self.finish(.failure(error))
            // The response promised bytes that will not come: the connection is of no more use.
            context.close(promise: nil)
            return
        }
        self.transfer?.sent += Int64(window.count)
        let rest = window.upperBound..<(self.transfer?.rest.upperBound ?? window.upperBound)
        self.transfer?.rest = rest
        guard rest.isEmpty else { return self.goOn(context: context) }
        self.finish(.success(()))
        self.tellWritability(context: context)
    }

    /// At once, or when a limited stream may.
    private func goOn(context: ChannelHandlerContext) {
        guard let transfer = self.transfer, let pace = transfer.pace else {
            return self.prepareWindow(context: context)
        }
        let elapsed = NIODeadline.now() - transfer.start
        let delay = pace.delay(sent: transfer.sent, elapsed: .nanoseconds(elapsed.nanoseconds))
        guard delay > .zero else { return self.prepareWindow(context: context) }
        context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { self.prepareWindow(context: context) }
    }

    private func finish(_ result: Result<Void, any Error>) {
        guard let transfer = self.transfer else { return }
        self.transfer = nil
        // The descriptor belongs to the open file, which closes it; the handle only lent it to sendfile.
        _ = try? transfer.handle.takeDescriptorOwnership()
        transfer.promise?.completeWith(result)
    }
}
