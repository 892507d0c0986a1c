import HTTPTypes
import NIOCore
import NIOHTTPTypes
import NIOPosix

extension BodyReceiver {
    /// One body on its way into its sink. Lives on the connection's event loop; only the writes happen elsewhere.
    final class Reception {
        private let wanted: BodyReception
        private let handler: BodyReceiver
        private let context: ChannelHandlerContext
        /// Came, but not handed to the sink yet.
        private var pending: [ByteBuffer] = []
        private var pendingBytes = 0
        /// Looked up only where it is decided whether to write: were it to shrink afterwards, nobody would read or write.
        private var writeLengthBytes: Int
        private var received: Int64 = 0
        private var isWriting = false
        /// There once the body has come whole.
        private var trailers: HTTPFields??
        private var failure: ReceptionFailure?
        private var isOver = false
        private var deadlines: ReceptionDeadlines
        private var timer: Scheduled<Void>?

        init(_ wanted: BodyReception, in handler: BodyReceiver, context: ChannelHandlerContext) {
            self.wanted = wanted
            self.handler = handler
            self.context = context
            self.writeLengthBytes = handler.budget.writeLengthBytes
            self.deadlines = ReceptionDeadlines(wanted.pace, now: .now())
        }

        /// Whether the socket may be read.
        var hasRoom: Bool { self.failure == nil && self.pendingBytes < self.writeLengthBytes }

        func start() {
            self.handler.budget.enter()
            self.schedule(after: self.deadlines.interval)
            let (loop, bound) = (self.context.eventLoop, NIOLoopBound(self, eventLoop: self.context.eventLoop))
            self.wanted.interruption?.onInterrupt { interrupt in loop.execute { bound.value.interrupted(interrupt) } }
            self.advance()
        }

        // MARK: Bytes

        func take(_ part: HTTPRequestPart) {
            switch part {
            case .head: break
            case .body(var buffer):
                guard self.failure == nil else { return }
                let room = self.wanted.limit - self.received
                if Int64(buffer.readableBytes) > room {
                    buffer = buffer.readSlice(length: Int(room)) ?? ByteBuffer()
                    self.failure = .tooLong(limit: self.wanted.limit)
                }
                self.received += Int64(buffer.readableBytes)
                self.deadlines.bytesCame(buffer.readableBytes, now: .now())
                self.pendingBytes += buffer.readableBytes
                self.collect(buffer)
            case .end(let trailers): self.trailers = .some(trailers)
            }
        }

        /// Small pieces are put together: each would cost a write of its own, and keep the whole buffer that it is a part of.
        private func collect(_ buffer: ByteBuffer) {
            let length = buffer.readableBytes
            guard length > 0 else { return }
            guard length < Self.smallPieceBytes, let last = self.pending.indices.last,
                self.pending[last].readableBytes < Self.collectedBytes
            else { return self.pending.append(buffer) }
            self.pending[last].writeImmutableBuffer(buffer)
        }

        private static let smallPieceBytes = 8 << 10
        private static let collectedBytes = 64 << 10

        /// Ends the reception; what came before is still written.
        func fail(_ failure: ReceptionFailure) {
            // Everything came: a connection that breaks now changes nothing.
            guard self.trailers == nil, self.failure == nil else { return }
            self.failure = failure
            self.advance()
        }

        /// Writes what is worth it, or ends.
        func advance() {
            guard !self.isWriting, !self.isOver else { return }
            self.writeLengthBytes = self.handler.budget.writeLengthBytes
            let isLast = self.trailers != nil || self.failure != nil
            if self.pendingBytes >= self.writeLengthBytes || isLast && self.pendingBytes > 0 {
                self.writePending()
            } else if isLast {
                self.end()
            }
        }

        private func writePending() {
            let (buffers, sink) = (self.pending, self.wanted.sink)
            self.pending = []
            self.pendingBytes = 0
            self.isWriting = true
            let bound = NIOLoopBound(self, eventLoop: self.context.eventLoop)
            self.handler.blockingPool.runIfActive(eventLoop: self.context.eventLoop) {
                for buffer in buffers { try buffer.withUnsafeReadableBytes { try sink.write($0) } }
            }.whenComplete { bound.value.written($0) }
            self.handler.readAgain(context: self.context)
        }

        private func written(_ result: Result<Void, any Error>) {
            self.isWriting = false
            self.deadlines.wrote(now: .now())
            if case .failure(let error) = result {
                self.failure = .sink(error)
                self.pending = []
                self.pendingBytes = 0
            } else if let fields = self.wanted.progress?() {
                self.context.triggerUserOutboundEvent(
                    InterimResponse(status: .uploadResumptionSupported, fields: fields),
                    promise: nil
                )
            }
            self.advance()
            self.handler.readAgain(context: self.context)
        }

        private func end() {
            self.isOver = true
            self.timer?.cancel()
            // It holds this object, which holds it: the sink's descriptor would stay open for ever.
            self.wanted.interruption?.settle()
            self.handler.budget.leave()
            if case .receiving(let present) = self.handler.state, present === self {
                self.handler.state = self.trailers.map { .ended($0) } ?? .dropping
            }
            self.wanted.end.succeed(ReceivedBody(failure: self.failure, trailers: (self.trailers ?? nil) ?? [:]))
            self.handler.readAgain(context: self.context)
        }

        // MARK: Time

        private func interrupted(_ interrupt: ReceptionInterrupt) {
            switch interrupt {
            case .immediately: self.fail(.interrupted(interrupt))
            case .afterGrace:
                self.deadlines.graceBegins(now: .now())
                self.check()
            }
        }

        private func schedule(after delay: TimeAmount) {
            self.timer?.cancel()
            let bound = NIOLoopBound(self, eventLoop: self.context.eventLoop)
            self.timer = self.context.eventLoop.scheduleTask(in: delay) { bound.value.check() }
        }

        private func check() {
            guard !self.isOver, self.failure == nil, self.trailers == nil else { return }
            switch self.deadlines.check(now: .now(), isWriting: self.isWriting) {
            case .goOn(let delay): self.schedule(after: delay)
            case .fail(let failure): self.fail(failure)
            }
        }
    }
}
