import CLinux
import Glibc
import MediaCore
import NIOCore
import NIOHTTP1
import NIOPosix

/// Writes ranges of files to the socket by sendfile(2), window by window.
///
/// The next window is written when the socket has taken the one before, so a client that stalls costs no memory. A window
/// that is not in the page cache is read ahead on another thread first: sendfile would otherwise wait for the disk on the
/// event loop, and with it every other connection of that loop.
///
/// `FileRegion` and `NIOFileHandle` are the only way to sendfile that SwiftNIO has; both stay in this file.
final class FileTransferHandler: ChannelOutboundHandler {
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// The most that is handed to the socket at a time, in bytes.
    static let windowLengthBytes: Int64 = 512 << 10
    /// Distance of the bytes whose presence in the page cache is asked for: the kernel's smallest read-ahead.
    private static let probeDistanceBytes: Int64 = 128 << 10

    private struct Transfer {
        var file: OpenFile
        var handle: NIOFileHandle
        var rest: Range<Int64>
        var promise: EventLoopPromise<Void>?
        var stall: Scheduled<Void>?
        let pace: StreamPace?
        let start = NIODeadline.now()
        var sent: Int64 = 0
        /// Until the pace allows the next window.
        var pause: Scheduled<Void>?
    }

    private struct ConnectionClosed: Error {}

    private let blockingPool: NIOThreadPool
    private let stallTimeout: TimeAmount
    private var transfer: Transfer?

    init(blockingPool: NIOThreadPool, stallTimeout: Duration) {
        self.blockingPool = blockingPool
        self.stallTimeout = TimeAmount(stallTimeout)
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
            rest: wanted.range,
            promise: promise,
            pace: wanted.pace
        )
        self.prepareWindow(context: context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.finish(.failure(ConnectionClosed()))
    }

    // MARK: Window by window

    private func prepareWindow(context: ChannelHandlerContext) {
        guard let transfer = self.transfer else { return }
        if let pace = transfer.pace {
            let elapsed = Duration.nanoseconds((NIODeadline.now() - transfer.start).nanoseconds)
            let delay = pace.delay(sent: transfer.sent, elapsed: elapsed)
            if delay > .zero {
                self.transfer?.pause = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) {
                    self.prepareWindow(context: context)
                }
                return
            }
        }
        let window = Self.window(of: transfer.rest, transfer.pace)
        if Self.isCached(window, of: transfer.file) {
            self.writeWindow(window, context: context)
            return
        }
        let file = transfer.file
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        self.blockingPool.runIfActive(eventLoop: context.eventLoop) { Self.readAhead(window, of: file) }
            .whenComplete { _ in
                // A failed read shows itself again, as an error, in sendfile.
                let (handler, context) = bound.value
                handler.writeWindow(window, context: context)
            }
    }

    private func writeWindow(_ window: Range<Int64>, context: ChannelHandlerContext) {
        guard self.transfer != nil, let handle = self.transfer?.handle else { return }
        let region = FileRegion(
            fileHandle: handle,
            readerIndex: Int(window.lowerBound),
            endIndex: Int(window.upperBound)
        )
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        self.transfer?.stall = context.eventLoop.assumeIsolated().scheduleTask(in: self.stallTimeout) {
            context.close(promise: nil)
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { result in
            let (handler, context) = bound.value
            handler.windowWritten(window, result, context: context)
        }
        context.writeAndFlush(self.wrapOutboundOut(.body(.fileRegion(region))), promise: written)
    }

    private func windowWritten(
        _ window: Range<Int64>,
        _ result: Result<Void, any Error>,
        context: ChannelHandlerContext
    ) {
        guard let transfer = self.transfer else { return }
        transfer.stall?.cancel()
        if case .failure(let error) = result {
            self.finish(.failure(error))
            // The response promised bytes that will not come: the connection is of no more use.
            context.close(promise: nil)
            return
        }
        let rest = window.upperBound..<transfer.rest.upperBound
        self.transfer?.rest = rest
        self.transfer?.sent += Int64(window.count)
        if rest.isEmpty {
            self.finish(.success(()))
        } else {
            self.prepareWindow(context: context)
        }
    }

    private func finish(_ result: Result<Void, any Error>) {
        guard let transfer = self.transfer else { return }
        self.transfer = nil
        transfer.stall?.cancel()
        transfer.pause?.cancel()
        // The descriptor belongs to the open file, which closes it; the handle only lent it to sendfile.
        _ = try? transfer.handle.takeDescriptorOwnership()
        transfer.promise?.completeWith(result)
    }

    private static func window(of rest: Range<Int64>, _ pace: StreamPace?) -> Range<Int64> {
        let length = pace?.windowLength(atMost: self.windowLengthBytes) ?? self.windowLengthBytes
        return rest.lowerBound..<min(rest.upperBound, rest.lowerBound + length)
    }

    // MARK: The page cache

    private static func isCached(_ window: Range<Int64>, of file: OpenFile) -> Bool {
        stride(from: window.lowerBound, to: window.upperBound, by: Int64.Stride(self.probeDistanceBytes))
            .allSatisfy { clinux_is_cached(file.descriptor, off_t($0)) == 1 }
            && clinux_is_cached(file.descriptor, off_t(window.upperBound - 1)) == 1
    }

    private static func readAhead(_ window: Range<Int64>, of file: OpenFile) {
        withUnsafeTemporaryAllocation(byteCount: Int(self.probeDistanceBytes), alignment: 4096) { buffer in
            var offset = window.lowerBound
            while offset < window.upperBound {
                let count = pread(file.descriptor, buffer.baseAddress, buffer.count, off_t(offset))
                guard count > 0 else { return }
                offset += Int64(count)
            }
        }
    }
}
