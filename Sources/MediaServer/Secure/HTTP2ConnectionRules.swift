import NIOCore
import NIOHTTP2

/// What a connection of HTTP/2 as a whole has to keep to.
///
/// - One without a stream for the idle time-out, or while hardly any more may be open, is asked to go (GOAWAY), and closed.
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

    /// By then a client has heard. It is not asked (PING): some take anything behind a GOAWAY for an error.
    private static let farewellTimeout = TimeAmount.seconds(1)

    let openStreams = OpenStreams()
    private let eventLoop: any EventLoop
    private let idleTimeout: TimeAmount
    private let writeTimeout: TimeAmount
    private let census: ConnectionCensus
    private var admission: ConnectionCensus.Admission?
    private var farewell = Farewell.none
    private var isHeard = false
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
        if case .admitted = admission { return self.census.boundSendQueue(of: context.channel) }
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
        } else if self.openStreams.number == 0 {
            if now - self.idleSince >= self.idleTimeout || self.census.isNearlyFull { self.sayFarewell() }
        }
    }

    // MARK: What happens

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
        if !Self.isOfOneStream(error) { context.close(promise: nil) }
    }

    /// Whether the rest of the connection may go on: a request was malformed, and its stream reset (RFC 9113 section 8.1.1), or a
    /// stream was closed while a frame for it was under way.
    private static func isOfOneStream(_ error: any Error) -> Bool {
        switch error {
        case is NIOHTTP2Errors.StreamError, is NIOHTTP2Errors.StreamClosed, is NIOHTTP2Errors.NoSuchStream,
            is NIOHTTP2Errors.ContentLengthViolated, is NIOHTTP2Errors.ContentLengthHeadersMismatch,
            is NIOHTTP2Errors.ContentLengthHeaderNegative, is NIOHTTP2Errors.ContentLengthHeaderMalformedValue,
            is NIOHTTP2Errors.PseudoHeaderAfterRegularHeader, is NIOHTTP2Errors.InvalidPseudoHeaders,
            is NIOHTTP2Errors.InvalidPseudoHeaderValue, is NIOHTTP2Errors.UnknownPseudoHeader,
            is NIOHTTP2Errors.UnsupportedPseudoHeader, is NIOHTTP2Errors.DuplicatePseudoHeader,
            is NIOHTTP2Errors.MissingPseudoHeader, is NIOHTTP2Errors.EmptyPathHeader,
            is NIOHTTP2Errors.ForbiddenHeaderField, is NIOHTTP2Errors.InvalidHTTP2HeaderFieldName,
            is NIOHTTP2Errors.InvalidHTTP2HeaderFieldValue:
            true
        default: false
        }
    }

    private func streamOpened(_ id: HTTP2StreamID) {
        self.openStreams.opened()
        self.lastStream = max(self.lastStream, id)
    }

    private func streamClosed() {
        self.openStreams.closed()
        self.idleSince = .now()
        self.closeIfDone()
    }

    // MARK: Farewell

    /// In two steps while there are streams: what the client had sent before it heard is still taken. Without, a stream that crosses
    /// the farewell is one that the client may ask for again elsewhere, and knows it.
    private func sayFarewell() {
        guard case .none = self.farewell, let context = self.context else { return }
        if self.openStreams.number > 0 {
            self.farewell = .announced
            self.write(.goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil), context: context)
        } else {
            self.farewell = .final
            self.write(.goAway(lastStreamID: self.lastStream, errorCode: .noError, opaqueData: nil), context: context)
        }
        context.flush()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.farewellTimeout) { bound.value.endFarewell() }
    }

    private func endFarewell() {
        guard let context = self.context else { return }
        if case .announced = self.farewell {
            self.farewell = .final
            self.write(.goAway(lastStreamID: self.lastStream, errorCode: .noError, opaqueData: nil), context: context)
            context.flush()
        }
        self.isHeard = true
        self.closeIfDone()
    }

    /// In the next turn of the event loop: the end of the last stream is written, but not flushed yet.
    private func closeIfDone() {
        guard self.isHeard, self.openStreams.number == 0, let context = self.context else { return }
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
