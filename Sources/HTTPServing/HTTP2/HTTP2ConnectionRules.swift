import NIOCore
import NIOHTTP2

/// What a connection of HTTP/2 as a whole has to keep to: drives its ``ConnectionState``.
///
/// - One without a stream for the idle time-out, or while hardly any more may be open, is asked to go (GOAWAY), and closed.
/// - One whose client takes no byte for the write time-out is closed, whatever its streams wait for.
/// - Graceful shutdown (GOAWAY): open streams finish, further ones are not taken (RFC 9113 section 6.8).
/// - It counts among the connections that may be open; one too many is sent away.
/// - After an error of the connection it is closed (RFC 9113 section 5.4.1).
final class HTTP2ConnectionRules: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias InboundOut = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    /// By then a client has read the first GOAWAY. It is not asked (PING): some take anything behind a GOAWAY for an error.
    private static let goAwayDelay = TimeAmount.seconds(1)

    let openStreams = OpenStreams()
    private let eventLoop: any EventLoop
    private let limiter: ConnectionLimiter
    private var state: ConnectionState
    private var admission: ConnectionLimiter.Admission?
    private var lastStream = HTTP2StreamID.rootStream
    private var timer: RepeatedTask?
    private var context: ChannelHandlerContext?

    init(limits: ConnectionLimits, limiter: ConnectionLimiter, eventLoop: any EventLoop) {
        self.state = .http2(ConnectionState.Policy(limits), now: .now())
        self.limiter = limiter
        self.eventLoop = eventLoop
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let interval = min(self.state.policy.idleTimeout, self.state.policy.writeTimeout).nanoseconds / 4
        let delay = TimeAmount.nanoseconds(min(max(interval, 50_000_000), 5_000_000_000))
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        self.timer = context.eventLoop.scheduleRepeatedTask(initialDelay: delay, delay: delay) { _ in
            bound.value.check()
        }
        let table = self.limiter.table(of: context.eventLoop)
        let admission = self.limiter.admit(context.channel.remoteAddress, to: table)
        self.admission = admission
        if case .admitted = admission { return self.limiter.boundSendQueue(of: context.channel) }
        self.write(.goAway(lastStreamID: .rootStream, errorCode: .enhanceYourCalm, opaqueData: nil), context: context)
        context.flush()
        context.close(promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.stop() }

    func channelInactive(context: ChannelHandlerContext) {
        self.stop()
        context.fireChannelInactive()
    }

    private func stop() {
        self.timer?.cancel()
        self.timer = nil
        self.context = nil
        self.limiter.leave(self.admission)
        self.admission = nil
    }

    private func check() {
        switch self.state.verdict(now: .now(), isCrowded: self.limiter.isNearlyFull) {
        case .close: self.context?.close(promise: nil)
        case .goAway: self.beginShutdown()
        case .goOn, .requestTimeout, .reset: break
        }
    }

    // MARK: What happens

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            self.state.sending.unblocked()
        } else {
            self.state.sending.blocked(now: .now())
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: self.beginShutdown()
        case ChannelEvent.inputClosed: context.close(promise: nil)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if !Self.isOfOneStream(error) { context.close(promise: nil) }
    }

    private func streamOpened(_ id: HTTP2StreamID) {
        self.state.streamOpened()
        self.openStreams.opened()
        self.lastStream = max(self.lastStream, id)
    }

    private func streamClosed() {
        self.openStreams.closed()
        if self.state.streamClosed(now: .now()) { self.close() }
    }

    // MARK: Graceful shutdown

    private func beginShutdown() {
        guard let context = self.context, let goAway = self.state.beginGoAway() else { return }
        self.write(goAway, context: context)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.goAwayDelay) { bound.value.goAwayWasRead() }
    }

    private func goAwayWasRead() {
        guard let context = self.context else { return }
        if let goAway = self.state.goAwayWasRead() { self.write(goAway, context: context) }
        if self.state.isDone { self.close() }
    }

    /// In the next turn of the event loop: the end of the last stream is written, but not flushed yet.
    private func close() {
        guard let context = self.context else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.execute { bound.value.close(promise: nil) }
    }

    private func write(_ goAway: ConnectionState.GoAway, context: ChannelHandlerContext) {
        let id: HTTP2StreamID
        switch goAway {
        case .beginNothing: id = .maxID
        case .lastStream: id = self.lastStream
        }
        self.write(.goAway(lastStreamID: id, errorCode: .noError, opaqueData: nil), context: context)
        context.flush()
    }

    private func write(_ payload: HTTP2Frame.FramePayload, context: ChannelHandlerContext) {
        context.write(self.wrapOutboundOut(HTTP2Frame(streamID: .rootStream, payload: payload)), promise: nil)
    }
}

extension HTTP2ConnectionRules {
    /// Tells the rules of the connection about its streams; called on the connection's event loop.
    struct StreamDelegate: NIOHTTP2StreamDelegate, Sendable {
        fileprivate let rules: NIOLoopBound<HTTP2ConnectionRules>

        func streamCreated(_ id: HTTP2StreamID, channel: any Channel) { self.rules.value.streamOpened(id) }

        func streamClosed(_ id: HTTP2StreamID, channel: any Channel) { self.rules.value.streamClosed() }
    }

    var streamDelegate: StreamDelegate { StreamDelegate(rules: NIOLoopBound(self, eventLoop: self.eventLoop)) }
}
