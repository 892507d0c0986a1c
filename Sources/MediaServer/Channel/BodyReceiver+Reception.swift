import HTTPSemantics
import MediaCore
import MediaEngine
import NIOCore
import NIOHTTP1
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
        private var trailers: HTTPHeaders??
        private var failure: MediaError?
        private var isOver = false

        private var lastByte = NIODeadline.now()
        private var windowStart = NIODeadline.now()
        private var windowBytes: Int64 = 0
        /// Set once a newer request wants the upload: the end of this one's grace.
        private var graceEnd: NIODeadline?
        private var timer: Scheduled<Void>?

        init(_ wanted: BodyReception, in handler: BodyReceiver, context: ChannelHandlerContext) {
            self.wanted = wanted
            self.handler = handler
            self.context = context
            self.writeLengthBytes = handler.budget.writeLengthBytes
        }

        /// Whether the socket may be read.
        var hasRoom: Bool { self.failure == nil && self.pendingBytes < self.writeLengthBytes }

        func start() {
            self.handler.budget.enter()
            self.schedule(after: min(.seconds(1), TimeAmount(self.wanted.pace.idleTimeout)))
            let (loop, bound) = (self.context.eventLoop, NIOLoopBound(self, eventLoop: self.context.eventLoop))
            self.wanted.interruption.onInterrupt { reason in loop.execute { bound.value.interrupted(reason) } }
            self.advance()
        }

        // MARK: Bytes

        func take(_ part: HTTPServerRequestPart) {
            switch part {
            case .head: break
            case .body(var buffer):
                guard self.failure == nil else { return }
                let room = self.wanted.limit - self.received
                if Int64(buffer.readableBytes) > room {
                    buffer = buffer.readSlice(length: Int(room)) ?? ByteBuffer()
                    self.failure = MediaError(
                        .uploadTooLong,
                        "More bytes came than the \(self.wanted.limit) that this request may bring. What fits is kept."
                    )
                }
                self.received += Int64(buffer.readableBytes)
                self.windowBytes += Int64(buffer.readableBytes)
                self.lastByte = .now()
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
        func fail(_ error: MediaError) {
            // Everything came: a connection that breaks now changes nothing.
            guard self.trailers == nil, self.failure == nil else { return }
            self.failure = error
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
            // Until now it was the client that waited.
            self.lastByte = .now()
            if case .failure(let error) = result {
                self.failure =
                    error as? MediaError
                    ?? MediaError(.storageUnavailable, "The daemon is shutting down.", cause: error)
                self.pending = []
                self.pendingBytes = 0
            } else if let headers = self.wanted.progress?() {
                self.context.triggerUserOutboundEvent(
                    InterimResponse(status: .uploadResumptionSupported, headers: headers),
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
            self.wanted.interruption.settle()
            self.handler.budget.leave()
            if case .receiving(let present) = self.handler.state, present === self {
                self.handler.state = self.trailers.map { .ended($0) } ?? .dropping
            }
            self.wanted.end.succeed(
                ReceivedBody(failure: self.failure, trailers: BodyReceiver.pairs(self.trailers ?? nil))
            )
            self.handler.readAgain(context: self.context)
        }

        // MARK: Time

        private func interrupted(_ reason: TransferInterruption.Reason) {
            switch reason {
            case .shutdown: self.fail(reason.error)
            case .takenOver:
                self.graceEnd = .now() + TimeAmount(ReceptionPace.takeoverGrace)
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
            let now = NIODeadline.now()
            let pace = self.wanted.pace
            if let graceEnd = self.graceEnd {
                if now >= graceEnd || now - self.lastByte >= TimeAmount(ReceptionPace.takeoverSilence) {
                    return self.fail(TransferInterruption.Reason.takenOver.error)
                }
                return self.schedule(after: .milliseconds(20))
            }
            // While a write is under way the client may be waiting for us.
            if !self.isWriting, now - self.lastByte >= TimeAmount(pace.idleTimeout) {
                return self.fail(Self.stalled("No byte came for \(pace.idleTimeout)."))
            }
            let window = TimeAmount(pace.rateWindow)
            if now - self.windowStart >= window {
                let least = Double(pace.minimumRate) * Double(window.nanoseconds) / 1e9
                // Silence is the idle time-out's business.
                guard Double(self.windowBytes) >= least || self.windowBytes == 0 || self.isWriting else {
                    return self.fail(Self.stalled("Fewer than \(pace.minimumRate) bytes a second came."))
                }
                self.windowStart = now
                self.windowBytes = 0
            }
            self.schedule(after: min(.seconds(1), TimeAmount(pace.idleTimeout)))
        }

        private static func stalled(_ reason: String) -> MediaError {
            MediaError(.uploadStalled, "\(reason) The upload keeps what came; go on from its offset.")
        }
    }
}

extension HTTPResponseStatus {
    /// Resumable Uploads for HTTP, section "104 (Upload Resumption Supported) Status Code".
    static let uploadResumptionSupported = HTTPResponseStatus.custom(
        code: UInt(HTTPUploadResponse.interimCode),
        reasonPhrase: "Upload Resumption Supported"
    )
}
