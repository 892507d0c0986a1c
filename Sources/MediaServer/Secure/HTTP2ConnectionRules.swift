import NIOCore
import NIOHTTP2

/// What a connection of HTTP/2 as a whole has to keep to.
///
/// - One without a stream for the idle time-out is asked to go (GOAWAY), and closed.
/// - One whose client takes no byte for the write time-out is closed, whatever its streams wait for.
/// - A daemon that stops lets the streams finish that it has, and takes no further ones (RFC 9113 section 6.8).
/// - It counts among the connections that may be open; one too many is sent away.
/// - After an error of the connection it is closed (RFC 9113 section 5.4.1).
final class HTTP2ConnectionRules: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias InboundOut = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    /// How far a farewell has come.
    private enum Farewell {
        case none
        /// The client was told not to begin anything; what it had sent before it heard is still taken.
        case announced
        /// The last stream is named.
        case final
    }

    /// A client that has not answered by then has heard, or will not.
    private static let farewellTimeout = TimeAmount.seconds(1)
    private static let farewellPing = HTTP2PingData(withInteger: 0x6765_7420_686f_6d65)

    let openStreams = OpenStreams()
    private let eventLoop: any EventLoop
    private let idleTimeout: TimeAmount
    private let writeTimeout: TimeAmount
    private let census: ConnectionCensus
    private var admission: ConnectionCensus.Admission?
    private var farewell = Farewell.none
    private var lastStream = HTTP2StreamID.rootStream
    private var idleSince = NIODeadline.now()
    private var blockedSince: NIODeadline?
    private var timer: RepeatedTask?
    private var context: ChannelHandlerContext?

    init(idleTimeout: Duration, writeTimeout: Duration, census: ConnectionCensus, eventLoop: any EventLoop) {
        self.idleTimeout = TimeAmount(idleTimeout)
        self.writeTimeout = TimeAmount(writeTimeout)
        self.census = census
        self.eventLoop = eventLoop
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let interval = min(self.idleTimeout, self.writeTimeout).nanoseconds / 4
        let delay = TimeAmount.nanoseconds(min(max(interval, 50_000_000), 5_000_000_000))
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        self.timer = context.eventLoop.scheduleRepeatedTask(initialDelay: delay, delay: delay) { _ in
            bound.value.check()
        }
        let table = self.census.table(of: context.eventLoop)
        let admission = self.census.admit(context.channel.remoteAddress, to: table)
        self.admission = admission
        if case .admitted = admission { return }
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
        self.census.leave(self.admission)
        self.admission = nil
    }

    private func check() {
        let now = NIODeadline.now()
        if let blockedSince, now - blockedSince >= self.writeTimeout {
            self.context?.close(promise: nil)
        } else if self.openStreams.number == 0, now - self.idleSince >= self.idleTimeout {
            self.sayFarewell()
        }
    }

    // MARK: What happens

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .ping(Self.farewellPing, ack: true) = self.unwrapInboundIn(data).payload { self.endFarewell() }
        context.fireChannelRead(data)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.blockedSince = context.channel.isWritable ? nil : .now()
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: self.sayFarewell()
        case ChannelEvent.inputClosed: context.close(promise: nil)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        // Of one stream, which was reset; or of one that was closed when its frame was under way.
        case is NIOHTTP2Errors.StreamError, is NIOHTTP2Errors.StreamClosed, is NIOHTTP2Errors.NoSuchStream,
            is NIOHTTP2Errors.ContentLengthViolated:
            break
        default: context.close(promise: nil)
        }
    }

    private func streamOpened(_ id: HTTP2StreamID) {
        self.openStreams.opened()
        self.lastStream = max(self.lastStream, id)
    }

    private func streamClosed() {
        self.openStreams.closed()
        self.idleSince = .now()
        if case .final = self.farewell { self.closeIfDone() }
    }

    // MARK: Farewell

    private func sayFarewell() {
        guard case .none = self.farewell, let context = self.context else { return }
        self.farewell = .announced
        self.write(.goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil), context: context)
        self.write(.ping(Self.farewellPing, ack: false), context: context)
        context.flush()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.farewellTimeout) { bound.value.endFarewell() }
    }

    private func endFarewell() {
        guard case .announced = self.farewell, let context = self.context else { return }
        self.farewell = .final
        self.write(.goAway(lastStreamID: self.lastStream, errorCode: .noError, opaqueData: nil), context: context)
        context.flush()
        self.closeIfDone()
    }

    /// In the next turn of the event loop: the end of the last stream is written, but not flushed yet.
    private func closeIfDone() {
        guard self.openStreams.number == 0, let context = self.context else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.execute { bound.value.close(promise: nil) }
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
